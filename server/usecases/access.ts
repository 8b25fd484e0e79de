import { samePayer } from '../domain/identity.ts'
import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { equalInConstantTime, sha256Hex } from '../platform/hash.ts'
import type { Session } from '../store/store.ts'

/** Who stands before us: the live sessions of one front end (newest first), and a word it may know. */
export interface Visitor {
  readonly sessions: readonly Session[]
  readonly checkoutToken: string | undefined
  /** The merchant's own server, known by its API key: it may start a payment for every order. */
  readonly isMerchant?: true
}

/**
 * Who may pay an order: the payer it was made for, whoever holds its checkout token, and the
 * merchant's own server. Everybody else is told that there is no such order.
 */
export function mayPay(order: Order, visitor: Visitor): boolean {
  if (visitor.isMerchant) return true
  const payer = payerOf(visitor.sessions)
  if (order.payer && payer) return samePayer(order.payer, payer)
  if (visitor.sessions.some(({ orderRef }) => orderRef === order.orderRef)) return true
  return visitor.checkoutToken !== undefined && holdsToken(order, visitor.checkoutToken)
}

export function holdsToken(order: Order, checkoutToken: string): boolean {
  return equalInConstantTime(sha256Hex(checkoutToken), order.checkoutTokenHash)
}

/** Who may see a payment: the payer it was made by, or the holder of the order's session. */
export function maySee(payment: Payment, sessions: readonly Session[]): boolean {
  return sessions.some(
    ({ payer, orderRef }) =>
      samePayer(payment.payer, payer) || (payment.payer === null && orderRef === payment.orderRef),
  )
}

/** The payer who logged in inside WeChat, if any of the sessions is one's. */
export function payerOf(sessions: readonly Session[]): Session['payer'] {
  return sessions.find(({ payer }) => payer !== null)?.payer ?? null
}
