import type { Money } from '../../shared/money.ts'
import type { CloseReason, OrderStatus } from '../../shared/payment-status.ts'

/** What the merchant sells. It owns the price; payments only try to collect it. */
export interface Order {
  readonly orderRef: string
  readonly status: OrderStatus
  readonly amount: Money
  readonly description: string
  readonly goodsKind: 'physical' | 'virtual'
  /** The only payer allowed, or null: then whoever holds the checkout token. */
  readonly payer: { readonly appId: string; readonly openid: string } | null
  /** SHA-256 of the checkout token, hex; the token itself is not kept. */
  readonly checkoutTokenHash: string
  /** The payment that paid it. */
  readonly paidPaymentId: string | null
  readonly paidLate: boolean
  readonly closeReason: CloseReason | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly paidAtMs: number | null
}
