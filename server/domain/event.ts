import type { EventType } from '../../shared/event-types.ts'

export { EVENT_TYPES, type EventType } from '../../shared/event-types.ts'

/** What happened to an order, payment, refund or shipment, in the past tense; written with the change itself. */
export interface DomainEvent {
  readonly type: EventType
  readonly orderRef: string
  readonly paymentId: string | null
  readonly refundId: string | null
  /** Only of events of shipments. */
  readonly shipmentId?: string
}
