import { MAX_REPLAYED_EVENTS, type ReplayedEvents } from '../../shared/contract/webhooks.ts'
import { type WebhookDelivery, type WebhookEndpoint, wants } from '../domain/webhook.ts'
import {
  deliveryIdOf,
  eventBody,
  newDelivery,
  testBody,
  webhookIdOf,
} from '../domain/webhook-body.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { StoreTransaction } from '../store/store.ts'
import { UseCaseError } from './errors.ts'
import type { WebhookDeps } from './webhook-deps.ts'
import { readWebhookEndpoint } from './webhook-endpoints.ts'

/** Events of one transaction: few enough to let others in between. */
const EVENTS_AT_ONCE = 250

/**
 * Sends a test through the same rows, signatures and checks as every event. Throws
 * `webhookEndpointNotFound` and `webhookEndpointDisabled`.
 */
export async function sendTestWebhook(
  deps: WebhookDeps,
  endpointId: string,
  wish: string,
): Promise<WebhookDelivery> {
  return deps.store.transaction(async (tx) => {
    assertEnabled(await tx.lockWebhookEndpoint(endpointId))
    const nowMs = deps.clock.nowMs()
    const delivery = newDelivery({
      endpointId,
      webhookId: `evt_test_${sha256Hex(wish).slice(0, 24)}`,
      seq: null,
      type: 'webhook.test',
      body: JSON.stringify(testBody(nowMs)),
      dueAtMs: nowMs,
    })
    await tx.insertWebhookDeliveries([delivery])
    return (await tx.webhookDelivery(delivery.deliveryId)) ?? delivery
  })
}

/**
 * Sends a webhook again, at once and by a new timetable, whatever became of it before: the same id
 * and the same body. Throws `webhookDeliveryNotFound` and `webhookEndpointDisabled`.
 */
export async function replayWebhook(
  deps: WebhookDeps,
  deliveryId: string,
): Promise<WebhookDelivery> {
  return deps.store.transaction(async (tx) => {
    const seen = await tx.webhookDelivery(deliveryId)
    if (!seen) throw new UseCaseError('webhookDeliveryNotFound')
    assertEnabled(await tx.lockWebhookEndpoint(seen.endpointId))
    const delivery = await tx.lockWebhookDelivery(deliveryId)
    if (!delivery) throw new UseCaseError('webhookDeliveryNotFound')
    const again = fresh(delivery, deps.clock.nowMs())
    await tx.updateWebhookDelivery(again)
    return again
  })
}

function fresh(delivery: WebhookDelivery, nowMs: number): WebhookDelivery {
  return { ...delivery, state: 'waiting', failures: 0, dueAtMs: nowMs, deliveredAtMs: null }
}

export type ReplayStart = { readonly sinceSeq: number } | { readonly sinceMs: number }

/**
 * Sends all events from one on that the endpoint wants, whether it was told of them before or not,
 * such as after a receiver lost its data or for an endpoint that is new. Throws
 * `webhookEndpointNotFound` and `webhookEndpointDisabled`.
 */
export async function replayEvents(
  deps: WebhookDeps,
  endpointId: string,
  start: ReplayStart,
): Promise<ReplayedEvents> {
  assertEnabled(await readWebhookEndpoint(deps, endpointId))
  const first = 'sinceSeq' in start ? start.sinceSeq : await deps.store.firstSeqSince(start.sinceMs)
  if (first === null) return { queued: 0, nextSeq: null }
  let queued = 0
  let afterSeq = first - 1
  for (let seen = 0; seen < MAX_REPLAYED_EVENTS; seen += EVENTS_AT_ONCE) {
    const from = afterSeq
    const batch = await deps.store.transaction((tx) => queueEvents(tx, deps, { endpointId, from }))
    queued += batch.queued
    if (batch.lastSeq === null) return { queued, nextSeq: null }
    afterSeq = batch.lastSeq
  }
  return { queued, nextSeq: afterSeq + 1 }
}

async function queueEvents(
  tx: StoreTransaction,
  deps: WebhookDeps,
  { endpointId, from }: { endpointId: string; from: number },
): Promise<{ queued: number; lastSeq: number | null }> {
  const endpoint = assertEnabled(await tx.lockWebhookEndpoint(endpointId))
  const nowMs = deps.clock.nowMs()
  const events = await tx.eventsToTell({ afterSeq: from, limit: EVENTS_AT_ONCE })
  const unknown: WebhookDelivery[] = []
  const wanted = events.filter(({ type }) => wants(endpoint, type))
  for (const { objects, ...event } of wanted) {
    const webhookId = webhookIdOf(event)
    const known = await tx.lockWebhookDelivery(deliveryIdOf(endpointId, webhookId))
    if (known) await tx.updateWebhookDelivery(fresh(known, nowMs))
    else {
      const body = JSON.stringify(eventBody(event, objects))
      unknown.push(newDelivery({ ...event, endpointId, webhookId, body, dueAtMs: nowMs }))
    }
  }
  await tx.insertWebhookDeliveries(unknown)
  const isFull = events.length === EVENTS_AT_ONCE
  return { queued: wanted.length, lastSeq: isFull ? (events.at(-1)?.seq ?? null) : null }
}

function assertEnabled(endpoint: WebhookEndpoint | undefined): WebhookEndpoint {
  if (!endpoint || endpoint.state === 'deleted') throw new UseCaseError('webhookEndpointNotFound')
  if (endpoint.state === 'disabled') throw new UseCaseError('webhookEndpointDisabled')
  return endpoint
}
