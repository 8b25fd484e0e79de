import type { EventObjects } from '../../shared/contract/webhooks.ts'
import type { DomainEvent } from '../domain/event.ts'
import type { Refund } from '../domain/refund.ts'
import { wants, type WebhookDelivery, type WebhookEndpoint } from '../domain/webhook.ts'
import {
  deliveryIdOf,
  eventBody,
  eventObjects,
  type LoggedEvent,
  webhookIdOf,
} from '../domain/webhook-body.ts'
import type { ChangeLog } from './changes.ts'
import type { Handle } from './handle.ts'
import { appendEvents, type TimedEvent } from './tables/history.ts'
import { findOrder } from './tables/orders.ts'
import { findPayment } from './tables/payments.ts'
import { findRefund, refundsOfPayment } from './tables/refunds.ts'
import { insertWebhookDeliveries } from './tables/webhook-deliveries.ts'
import { listeningEndpoints } from './tables/webhook-endpoints.ts'

type Listener = Pick<WebhookEndpoint, 'endpointId' | 'events' | 'state'>

/**
 * Writes the events of a transaction at its end, and with them their way to every endpoint that wants
 * to hear of them: what is committed will be told, and what is rolled back never happened. Objects
 * are read before the log is locked, so that others wait for nothing but the writing.
 */
export async function writeEvents(
  handle: Handle,
  pending: readonly TimedEvent[],
  { changes, lockEvents }: { changes: ChangeLog; lockEvents: () => Promise<void> },
): Promise<void> {
  const listeners = await listeningEndpoints(handle)
  const objects = listeners.length === 0 ? [] : await objectsOf(handle, pending)
  await lockEvents()
  const written = await appendEvents(
    handle,
    pending.map((timed, index) => ({ ...timed, objects: objects[index] ?? null })),
  )
  const deliveries = written.flatMap((event, index) => {
    const told = objects[index]
    return told === undefined ? [] : newDeliveries(event, told, listeners)
  })
  await insertWebhookDeliveries(handle, deliveries)
  for (const { dueAtMs } of deliveries) changes.due(dueAtMs)
}

async function objectsOf(
  handle: Handle,
  pending: readonly TimedEvent[],
): Promise<readonly EventObjects[]> {
  // Events of one transaction are about the same few objects, which stand still by now.
  const known = new Map<string, EventObjects>()
  const found: EventObjects[] = []
  for (const { event } of pending) {
    const name = JSON.stringify([event.orderRef, event.paymentId, event.refundId])
    const objects = known.get(name) ?? (await readObjects(handle, event))
    known.set(name, objects)
    found.push(objects)
  }
  return found
}

async function readObjects(handle: Handle, event: DomainEvent): Promise<EventObjects> {
  const { orderRef, paymentId, refundId } = event
  const order = await findOrder(handle, orderRef)
  if (!order) throw new Error(`An event is about order ${orderRef}, which is not stored.`)
  const payment = paymentId === null ? undefined : await findPayment(handle, paymentId)
  const refund = refundId === null ? undefined : await findRefund(handle, refundId)
  const refunds: Refund[] = []
  for (const id of new Set([order.paidPaymentId, paymentId])) {
    if (id !== null) refunds.push(...(await refundsOfPayment(handle, id)))
  }
  return eventObjects({ order, payment: payment ?? null, refund: refund ?? null, refunds })
}

function newDeliveries(
  event: LoggedEvent,
  objects: EventObjects,
  listeners: readonly Listener[],
): readonly WebhookDelivery[] {
  const body = JSON.stringify(eventBody(event, objects))
  const webhookId = webhookIdOf(event)
  return listeners
    .filter((listener) => wants(listener, event.type))
    .map(({ endpointId }) => ({
      deliveryId: deliveryIdOf(endpointId, webhookId),
      endpointId,
      seq: event.seq,
      webhookId,
      type: event.type,
      body,
      state: 'waiting',
      attempts: 0,
      failures: 0,
      lastStatus: null,
      lastReason: null,
      lastAttemptAtMs: null,
      dueAtMs: event.atMs,
      deliveredAtMs: null,
      createdAtMs: event.atMs,
    }))
}
