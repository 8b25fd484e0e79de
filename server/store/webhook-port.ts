import type { EventObjects } from '../../shared/contract/webhooks.ts'
import type { ClaimedDelivery, WebhookDelivery, WebhookEndpoint } from '../domain/webhook.ts'
import type { LoggedEvent } from '../domain/webhook-body.ts'

/**
 * The part of the port to the database that is about webhooks. Deliveries of events are written by the
 * store itself, in the transaction that writes the events: nobody can forget them.
 */
export interface WebhookReads {
  webhookEndpoint(endpointId: string): Promise<WebhookEndpoint | undefined>
  /** Those that are not deleted, oldest first. */
  webhookEndpoints(): Promise<readonly WebhookEndpoint[]>
  webhookDelivery(deliveryId: string): Promise<WebhookDelivery | undefined>
  /** Newest first. */
  webhookDeliveries(page: WebhookDeliveryPage): Promise<readonly WebhookDelivery[]>
  /** The event log with what each event tells, oldest first; see `ToldEvent`. */
  eventsToTell(page: { afterSeq: number; limit: number }): Promise<readonly ToldEvent[]>
  /** The number of the first event from that time on; null where there is none. */
  firstSeqSince(atMs: number): Promise<number | null>
}

export interface WebhookWrites {
  /** False when it is there already; nothing is written then. */
  insertWebhookEndpoint(endpoint: WebhookEndpoint): Promise<boolean>
  lockWebhookEndpoint(endpointId: string): Promise<WebhookEndpoint | undefined>
  updateWebhookEndpoint(endpoint: WebhookEndpoint): Promise<void>
  lockWebhookDelivery(deliveryId: string): Promise<WebhookDelivery | undefined>
  /** Leaves out those that are there already; answers with how many were not. */
  insertWebhookDeliveries(deliveries: readonly WebhookDelivery[]): Promise<number>
  /** Writes how far it is, and ends any lease. */
  updateWebhookDelivery(delivery: WebhookDelivery): Promise<void>
  /** The same by its claimant; false, and nothing is written, where it is not the claimant any more. */
  settleWebhookDelivery(settled: {
    claimed: ClaimedDelivery
    became: WebhookDelivery
  }): Promise<boolean>
  /** Gives up whatever waits for this endpoint. */
  abandonWebhookDeliveries(wish: { endpointId: string; reason: string }): Promise<void>
}

export interface WebhookClaims {
  /** What waits for each enabled endpoint, the most urgent first; a leased row until its lease ends. */
  webhookBacklog(): Promise<readonly Backlog[]>
  /** Claims due rows of one endpoint: whoever gets them holds them until `leaseMs` from now. */
  claimDueDeliveries(claim: DeliveryClaim): Promise<readonly ClaimedDelivery[]>
}

export interface DeliveryClaim {
  readonly endpointId: string
  readonly nowMs: number
  readonly leaseMs: number
  readonly limit: number
}

export interface Backlog {
  readonly endpointId: string
  readonly nextAtMs: number
}

export interface WebhookDeliveryPage {
  /** Null for all. */
  readonly endpointId: string | null
  readonly state: WebhookDelivery['state'] | null
  /** Where the page before this one ended. */
  readonly before: { readonly atMs: number; readonly deliveryId: string } | null
  readonly limit: number
}

export interface ToldEvent extends LoggedEvent {
  /** As they stood then; as they stand now where nobody was to hear of it when it happened. */
  readonly objects: EventObjects
}
