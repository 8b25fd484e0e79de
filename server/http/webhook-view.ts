import type {
  EventsView,
  WebhookDeliveriesView,
  WebhookDeliveryView,
  WebhookEndpointView,
} from '../../shared/contract/webhooks.ts'
import { iso, isoOrNull } from '../domain/views.ts'
import { secretsAt, type WebhookDelivery, type WebhookEndpoint } from '../domain/webhook.ts'
import { eventBody, webhookIdOf } from '../domain/webhook-body.ts'
import type { ToldEvent } from '../store/store.ts'
import { Problem } from './problem.ts'

/** Secrets are counted and dated, and never shown. */
export function webhookEndpointView(endpoint: WebhookEndpoint, nowMs: number): WebhookEndpointView {
  const { endpointId, url, description, events, disabledReason } = endpoint
  return {
    endpointId,
    url,
    description,
    events: events && [...events],
    enabled: endpoint.state === 'enabled',
    disabledReason,
    secrets: secretsAt(endpoint, nowMs).map(({ createdAtMs, expiresAtMs }) => ({
      createdAt: iso(createdAtMs),
      expiresAt: isoOrNull(expiresAtMs),
    })),
    createdAt: iso(endpoint.createdAtMs),
  }
}

export function webhookDeliveryView(delivery: WebhookDelivery): WebhookDeliveryView {
  return {
    deliveryId: delivery.deliveryId,
    endpointId: delivery.endpointId,
    webhookId: delivery.webhookId,
    seq: delivery.seq,
    type: delivery.type,
    state: delivery.state,
    attempts: delivery.attempts,
    lastStatus: delivery.lastStatus,
    lastReason: delivery.lastReason,
    lastAttemptAt: isoOrNull(delivery.lastAttemptAtMs),
    dueAt: isoOrNull(delivery.dueAtMs),
    deliveredAt: isoOrNull(delivery.deliveredAtMs),
    createdAt: iso(delivery.createdAtMs),
  }
}

/** One page, newest first; a full one may have another after it. */
export function webhookDeliveriesView(
  deliveries: readonly WebhookDelivery[],
  limit: number,
): WebhookDeliveriesView {
  const last = deliveries.length === limit ? deliveries.at(-1) : undefined
  return {
    data: deliveries.map(webhookDeliveryView),
    nextCursor: last ? `${last.createdAtMs}.${last.deliveryId}` : null,
  }
}

/** The place that a cursor names. Throws Problem `invalidRequest` on what is none of ours. */
export function deliveryPlaceOf(cursor: string): { atMs: number; deliveryId: string } {
  const [, atMs, deliveryId] = /^(\d{1,15})\.([A-Za-z0-9_-]+)$/.exec(cursor) ?? []
  if (atMs === undefined || deliveryId === undefined) {
    const message = 'not a cursor: repeat `nextCursor` as it was given'
    throw new Problem('invalidRequest', { issues: [{ path: 'cursor', message }] })
  }
  return { atMs: Number(atMs), deliveryId }
}

export function eventsView(events: readonly ToldEvent[], limit: number): EventsView {
  const last = events.length === limit ? events.at(-1) : undefined
  return {
    data: events.map(({ objects, ...event }) => ({
      webhookId: webhookIdOf(event),
      ...eventBody(event, objects),
    })),
    nextCursor: last ? String(last.seq) : null,
  }
}
