import type { Locale } from '../../shared/locale.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { payerOf, type Visitor } from './access.ts'
import type { Account, Candidates, Deps } from './deps.ts'
import { lifetimeMsOf } from './query-schedule.ts'

export interface CreatePaymentWish extends Visitor {
  readonly orderRef: string
  readonly scene: Scene
  readonly accountId: string | undefined
  readonly locale: Locale
  readonly idempotencyKey: string
  readonly payerIp: string
  readonly deviceIsMobile: boolean
  /** What was scanned from the payer's phone; with the scene `paymentCode`, and only there. */
  readonly paymentCode?: string | undefined
}

/** A wish, and the accounts that may serve it, in the order in which to ask them. */
export interface Plan {
  readonly wish: CreatePaymentWish
  readonly accounts: Candidates
}

/** A payment for which its provider is to be asked now. */
export interface Asking {
  readonly payment: Payment
  readonly order: Order
  /** True when nobody can have asked the provider for this payment before. */
  readonly fresh: boolean
}

/** While a call for a `created` payment may be running, nobody else makes one. */
export const CALL_LEASE_MS = 15_000

/** The row of one attempt, the `attempt`th under the caller's key; written before anybody is asked. */
export function newPayment(
  deps: Deps,
  wish: CreatePaymentWish,
  { order, account, attempt }: { order: Order; account: Account; attempt: number },
): Payment {
  const nowMs = deps.clock.nowMs()
  const { provider } = account
  const { accountId, capabilities } = provider
  const paymentId = `pay_${deps.ids.next()}`
  const payer = payerFor(order, wish)
  return {
    paymentId,
    orderRef: order.orderRef,
    accountId,
    scene: wish.scene,
    status: 'created',
    reason: null,
    amount: order.amount,
    outTradeNo: `p${deps.ids.next()}`,
    providerPaymentId: null,
    payer,
    appId: capabilities.needsOpenid.includes(wish.scene) ? (payer?.appId ?? null) : null,
    clientAction: null,
    providerState: {},
    request: {
      description: order.description,
      locale: wish.locale,
      payerIp: wish.payerIp,
      returnUrl: `${deps.publicUrl}/v1/checkout/returns/${paymentId}`,
      notifyUrl: `${deps.publicUrl}/v1/notifications/${accountId}`,
      deviceIsMobile: wish.deviceIsMobile,
      paymentCode: wish.paymentCode ?? null,
    },
    idempotencyKey: attempt === 1 ? wish.idempotencyKey : `${wish.idempotencyKey} ${attempt}`,
    duplicate: false,
    late: false,
    settlement: null,
    createdAtMs: nowMs,
    expiresAtMs: nowMs + lifetimeMsOf(wish.scene, capabilities),
    paidAtMs: null,
    dueAtMs: nowMs + CALL_LEASE_MS,
    attempts: 0,
    lastQueryAtMs: null,
    version: 0,
  }
}

/** The attempts that carry this key, oldest first: all but the first have a number behind it. */
export function attemptsUnder(idempotencyKey: string, payments: readonly Payment[]) {
  return payments.filter((payment) => payment.idempotencyKey.split(' ')[0] === idempotencyKey)
}

/**
 * Who pays: the payer who logged in, or for the merchant's own server the one whom the order names.
 * Whoever shows a payment code shows no identity.
 */
export function payerFor(
  order: Order,
  { scene, ...visitor }: Visitor & { readonly scene: Scene },
): Payment['payer'] {
  if (!visitor.isMerchant) return payerOf(visitor.sessions)
  return scene === 'paymentCode' ? null : order.payer
}
