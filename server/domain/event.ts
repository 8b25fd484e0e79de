/** What happened to an order, payment or refund, in the past tense; written with the change itself. */
export const EVENT_TYPES = [
  'order.created',
  'order.paid',
  'order.closed',
  'payment.created',
  'payment.pending',
  'payment.paid',
  'payment.failed',
  'payment.closed',
  'payment.duplicate',
  'refund.requested',
  'refund.processing',
  'refund.succeeded',
  'refund.failed',
  'refund.needsAction',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

export interface DomainEvent {
  readonly type: EventType
  readonly orderRef: string
  readonly paymentId: string | null
  readonly refundId: string | null
}
