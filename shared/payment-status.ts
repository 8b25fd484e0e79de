/** The status words of design and wire alike. Imports nothing, so every surface can carry it. */

export const SCENES = [
  'miniProgram',
  'officialAccount',
  'desktopQr',
  'mobileWeb',
  'app',
  'paymentCode',
] as const
/** Where the payer stands when paying. */
export type Scene = (typeof SCENES)[number]

export const PAYMENT_STATUSES = ['created', 'pending', 'paid', 'failed', 'closed'] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

export const VERDICTS = ['pending', 'paid', 'failed', 'closed'] as const
/** What the server tells the payer; nobody else can say `paid`. */
export type Verdict = (typeof VERDICTS)[number]

export const ORDER_STATUSES = ['open', 'paid', 'closed'] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

export const REFUND_STATUSES = [
  'requested',
  'processing',
  'succeeded',
  'failed',
  'needsAction',
] as const
export type RefundStatus = (typeof REFUND_STATUSES)[number]

/**
 * `cancelled`: the payer or the provider gave this payment up; the order lives on. `orderClosed`: the
 * shop closed the order under it.
 */
export const CLOSE_REASONS = ['expired', 'cancelled', 'superseded', 'orderClosed'] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

/** The verdict of a payment: one that the provider has not answered yet is still pending. */
export function verdictOf(status: PaymentStatus): Verdict {
  return status === 'created' ? 'pending' : status
}
