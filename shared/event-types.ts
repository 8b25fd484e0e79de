/** What can happen, in the past tense: the words of the event log and of webhooks. Imports nothing. */
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
  'shipment.requested',
  'shipment.accepted',
  'shipment.failed',
] as const
export type EventType = (typeof EVENT_TYPES)[number]
