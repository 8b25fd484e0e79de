import type { DELIVERY_STATES, DISABLED_REASONS } from '../../shared/contract/webhooks.ts'
import type { EventType } from './event.ts'

/** Where a merchant wants to hear of events. */
export interface WebhookEndpoint {
  readonly endpointId: string
  readonly url: string
  readonly description: string | null
  /** The events it wants; null for all. */
  readonly events: readonly EventType[] | null
  /** Newest first, those that have run out among them. */
  readonly secrets: readonly WebhookSecret[]
  /** `deleted` ones stay for the deliveries that name them, without their secrets. */
  readonly state: 'enabled' | 'disabled' | 'deleted'
  readonly disabledReason: (typeof DISABLED_REASONS)[number] | null
  readonly createdAtMs: number
}

export interface WebhookSecret {
  /** `whsec_` and base64: the spelling of Standard Webhooks. */
  readonly secret: string
  /** Names the wish that made it, so that a repeat of the wish makes no second one. */
  readonly wish: string
  readonly createdAtMs: number
  /** From when on it signs no more; null while nothing has replaced it. */
  readonly expiresAtMs: number | null
}

/** One event on its way to one endpoint. */
export interface WebhookDelivery {
  readonly deliveryId: string
  readonly endpointId: string
  /** Null for a test. */
  readonly seq: number | null
  readonly webhookId: string
  readonly type: EventType | 'webhook.test'
  /** The very text that every attempt sends. */
  readonly body: string
  readonly state: (typeof DELIVERY_STATES)[number]
  /** Attempts that were begun. */
  readonly attempts: number
  /** Attempts of the present timetable that are known to have failed. */
  readonly failures: number
  readonly lastStatus: number | null
  readonly lastReason: string | null
  readonly lastAttemptAtMs: number | null
  readonly dueAtMs: number | null
  readonly deliveredAtMs: number | null
  readonly createdAtMs: number
}

/** A delivery in the hands of one worker, until its lease ends. */
export interface ClaimedDelivery extends WebhookDelivery {
  readonly leasedUntilMs: number
}

/** The secrets that sign at that time, newest first. */
export function secretsAt(endpoint: WebhookEndpoint, nowMs: number): readonly WebhookSecret[] {
  return endpoint.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || nowMs < expiresAtMs)
}

/** Whether the endpoint is to hear of such an event. */
export function wants(
  { state, events }: Pick<WebhookEndpoint, 'state' | 'events'>,
  type: EventType,
): boolean {
  return state === 'enabled' && (events === null || events.includes(type))
}
