import type { EventBody, EventObjects, WebhookBody } from '../../shared/contract/webhooks.ts'
import type { DomainEvent } from './event.ts'
import type { Order } from './order.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
import type { Shipment } from './shipment.ts'
import { iso, orderView, paymentView, refundView, shipmentView } from './views.ts'
import type { WebhookDelivery } from './webhook.ts'

/** An event with its number and time, as it stands in the log. */
export interface LoggedEvent extends DomainEvent {
  readonly seq: number
  readonly atMs: number
}

/** What an event is about, with the refunds that show how much of it has gone back. */
export interface EventSubject {
  readonly order: Order
  readonly payment: Payment | null
  readonly refund: Refund | null
  /** Only of events of shipments. */
  readonly shipment?: Shipment
  /** Refunds of the payment that paid the order, and of the payment of the event. */
  readonly refunds: readonly Refund[]
}

/** The only place where domain objects become the content of an event. */
export function eventObjects(subject: EventSubject): EventObjects {
  const { order, payment, refund, shipment, refunds } = subject
  return {
    order: orderView(order, refundedMinor(refunds, order.paidPaymentId)),
    payment: payment && paymentView(payment, refundedMinor(refunds, payment.paymentId)),
    refund: refund && refundView(refund),
    ...(shipment && { shipment: shipmentView(shipment) }),
  }
}

function refundedMinor(refunds: readonly Refund[], paymentId: string | null): number {
  return refunds
    .filter((refund) => refund.paymentId === paymentId && refund.status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount.value, 0)
}

export function eventBody(event: LoggedEvent, objects: EventObjects): EventBody {
  const { type, seq, orderRef, atMs } = event
  return { type, timestamp: iso(atMs), data: { seq, orderRef, ...objects } }
}

export function testBody(atMs: number): WebhookBody {
  return {
    type: 'webhook.test',
    timestamp: iso(atMs),
    data: { seq: null, orderRef: null, order: null, payment: null, refund: null },
  }
}

/**
 * The name of an event to every receiver, for ever. The number alone would not do: after a database
 * was restored, another event may get it.
 */
export function webhookIdOf({ seq, atMs }: Pick<LoggedEvent, 'seq' | 'atMs'>): string {
  return `evt_${seq}_${atMs.toString(36)}`
}

/** The name of one webhook's way to one endpoint: there is no second one. */
export function deliveryIdOf(endpointId: string, webhookId: string): string {
  return `whd_${endpointId.replace(/^whe_/, '')}_${webhookId.replace(/^evt_/, '')}`
}

/** A delivery that nobody has tried yet. */
export function newDelivery(
  wish: Pick<WebhookDelivery, 'endpointId' | 'webhookId' | 'seq' | 'type' | 'body'> & {
    readonly dueAtMs: number
  },
): WebhookDelivery {
  const { endpointId, webhookId, seq, type, body, dueAtMs } = wish
  return {
    deliveryId: deliveryIdOf(endpointId, webhookId),
    endpointId,
    seq,
    webhookId,
    type,
    body,
    state: 'waiting',
    attempts: 0,
    failures: 0,
    lastStatus: null,
    lastReason: null,
    lastAttemptAtMs: null,
    dueAtMs,
    deliveredAtMs: null,
    createdAtMs: dueAtMs,
  }
}
