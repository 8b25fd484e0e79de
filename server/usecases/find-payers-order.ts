import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { Shipment } from '../domain/shipment.ts'
import type { Session } from '../store/store.ts'
import { maySee } from './access.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { readOrder, refundedOf } from './read-order.ts'

export interface PayersOrder {
  readonly order: Order
  readonly payment: Payment
  readonly shipments: readonly Shipment[]
  /** What has gone back, minor units: of the payment that paid the order, and of this one. */
  readonly refundedMinor: { readonly order: number; readonly payment: number }
}

/**
 * The order behind the number under which a payment was made, for the payer who made it. Throws
 * `orderNotFound` for everybody else, and for a number that is none of ours.
 */
export async function findPayersOrder(
  deps: Deps,
  { outTradeNo, sessions }: { outTradeNo: string; sessions: readonly Session[] },
): Promise<PayersOrder> {
  const payment = await paymentBehind(deps, outTradeNo)
  if (!payment || !maySee(payment, sessions)) throw new UseCaseError('orderNotFound')
  const { order, refundedMinor } = await readOrder(deps, payment.orderRef)
  const shipments = await deps.store.shipmentsOfOrder(order.orderRef)
  const refunded = { order: refundedMinor, payment: await refundedOf(deps, payment.paymentId) }
  return { order, payment, shipments, refundedMinor: refunded }
}

/** Our numbers are unique by account, and in truth for ever. */
async function paymentBehind(deps: Deps, outTradeNo: string): Promise<Payment | undefined> {
  for (const { provider } of deps.accounts.all()) {
    const name = { accountId: provider.accountId, outTradeNo, providerPaymentId: null }
    const payment = await deps.store.paymentByNumber(name)
    if (payment) return payment
  }
  return undefined
}
