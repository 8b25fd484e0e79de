import { MAX_PARCELS } from '../../shared/contract/shipments.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import {
  admit,
  maskContact,
  type Parcel,
  type Shipment,
  type ShippingMethod,
} from '../domain/shipment.ts'
import type { StoreTransaction } from '../store/store.ts'
import { UseCaseError } from './errors.ts'
import type { ShippingDeps } from './shipping-deps.ts'

export interface ShipmentWish {
  readonly orderRef: string
  readonly method: ShippingMethod
  readonly isAllDelivered: boolean
  readonly correction: boolean
  /** Where the provider does not tell WeChat Pay's own number. */
  readonly transactionId: string | undefined
  /** At least one; a description of null stands for the order's own. */
  readonly parcels: readonly WishedParcel[]
  readonly idempotencyKey: string
}

export interface WishedParcel extends Omit<Parcel, 'itemDescription'> {
  readonly itemDescription: string | null
}

/** WeChat's limit for the description of goods. */
const LONGEST_DESCRIPTION = 120

/**
 * Writes down that the goods of a paid order are on their way; a worker tells WeChat, which may not
 * know the order yet. The same key gets the same shipment. Throws `orderNotFound`, `orderNotPaid`,
 * `shipmentUnsupported` where WeChat takes none for this order, and `shipmentConflict`.
 */
export function shipOrder(deps: ShippingDeps, wish: ShipmentWish): Promise<Shipment> {
  const shipmentId = `shp_${deps.ids.next()}`
  return deps.store.transaction(async (tx) => {
    const order = await tx.lockOrder(wish.orderRef)
    if (!order) throw new UseCaseError('orderNotFound')
    const known = await tx.shipmentsOfOrder(order.orderRef)
    const same = known.find(({ idempotencyKey }) => idempotencyKey === wish.idempotencyKey)
    if (same) return same
    const payment = await paidBy(tx, order)
    const target = targetOf(deps, payment, wish)
    const parcels = wish.parcels.map((parcel) => prepared(parcel, order))
    const { method, isAllDelivered, correction: isCorrection } = wish
    const content = { ...target, method, isAllDelivered, isCorrection, parcels }
    const admission = admit(known, content, { mostParcels: MAX_PARCELS })
    if (!admission.ok) throw new UseCaseError('shipmentConflict', { detail: admission.detail })
    const nowMs = deps.clock.nowMs()
    const { orderRef } = order
    const { paymentId } = payment
    const shipment: Shipment = {
      shipmentId,
      orderRef,
      paymentId,
      status: 'requested',
      content: { ...content, isSplit: admission.isSplit },
      reason: null,
      idempotencyKey: wish.idempotencyKey,
      createdAtMs: nowMs,
      acceptedAtMs: null,
      dueAtMs: nowMs,
      attempts: 0,
      sentAtMs: null,
      version: 0,
    }
    await tx.insertShipment(shipment)
    const event = { type: 'shipment.requested', orderRef, paymentId, refundId: null } as const
    await tx.insertEvents([{ ...event, shipmentId }], nowMs)
    return shipment
  })
}

async function paidBy(tx: StoreTransaction, order: Order): Promise<Payment> {
  if (order.status !== 'paid' || order.paidPaymentId === null) {
    throw new UseCaseError('orderNotPaid')
  }
  const payment = await tx.payment(order.paidPaymentId)
  if (!payment) throw new Error(`Order ${order.orderRef} is paid by what is not stored.`)
  return payment
}

/** Whom to tell, and of which payment. */
function targetOf(
  deps: ShippingDeps,
  payment: Payment,
  { transactionId: given }: ShipmentWish,
): { appId: string; openid: string; transactionId: string } {
  const { payer, scene, accountId } = payment
  if (scene !== 'miniProgram' || payer === null) {
    throw unsupported(`It was paid in the scene ${scene}; only Mini Programs tell WeChat of goods.`)
  }
  if (!deps.orderManagement.has(payer.appId)) {
    throw unsupported(
      `It was paid in ${payer.appId}, which is no Mini Program of toolkit.config.ts.`,
    )
  }
  const told = transactionIdOf(deps, payment)
  if (told !== null && given !== undefined && told !== given) {
    throw unsupported(`WeChat Pay's number of this payment is another one than ${given}.`)
  }
  const transactionId = told ?? given
  if (transactionId === undefined) {
    throw unsupported(
      `The provider of account ${accountId} does not tell WeChat Pay's own number of the payment. Send it as transactionId, as the provider's dashboard or bill shows it.`,
    )
  }
  return { ...payer, transactionId }
}

/** WeChat Pay's own number, where this provider's number is that. */
function transactionIdOf(deps: ShippingDeps, payment: Payment): string | null {
  const account = deps.accounts.byId(payment.accountId)
  return account?.provider.capabilities.tellsTransactionId === true
    ? payment.providerPaymentId
    : null
}

function prepared(parcel: WishedParcel, order: Order): Parcel {
  const { itemDescription, receiverContact } = parcel
  return {
    ...parcel,
    itemDescription: itemDescription ?? order.description.slice(0, LONGEST_DESCRIPTION),
    receiverContact: receiverContact === null ? null : maskContact(receiverContact),
  }
}

function unsupported(detail: string): UseCaseError {
  return new UseCaseError('shipmentUnsupported', { detail })
}
