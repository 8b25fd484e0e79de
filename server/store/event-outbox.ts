import type { EventObjects } from '../../shared/contract/webhooks.ts'
import { type WebhookDelivery, type WebhookEndpoint, wants } from '../domain/webhook.ts'
import { eventBody, type LoggedEvent, newDelivery, webhookIdOf } from '../domain/webhook-body.ts'
import type { ChangeLog } from './changes.ts'
import { readObjects } from './event-objects.ts'
import type { Handle } from './handle.ts'
import { appendEvents, type TimedEvent } from './tables/history.ts'
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
    const name = JSON.stringify([event.orderRef, event.paymentId, event.refundId, event.shipmentId])
    const objects = known.get(name) ?? (await readObjects(handle, event))
    known.set(name, objects)
    found.push(objects)
  }
  return found
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
    .map(({ endpointId }) =>
      newDelivery({ ...event, endpointId, webhookId, body, dueAtMs: event.atMs }),
    )
}
