import { sql } from 'kysely'
import { z } from 'zod'
import { DELIVERY_STATES } from '../../../shared/contract/webhooks.ts'
import { EVENT_TYPES } from '../../domain/event.ts'
import type { ClaimedDelivery, WebhookDelivery } from '../../domain/webhook.ts'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readWord } from '../json.ts'
import type { WebhookDeliveriesTable } from '../schema.ts'
import type { Backlog, WebhookDeliveryPage } from '../webhook-port.ts'

export const DELIVERY_COLUMNS = [
  'delivery_id',
  'endpoint_id',
  'event_seq',
  'webhook_id',
  'type',
  'body',
  'state',
  'attempts',
  'failures',
  'last_status',
  'last_reason',
  'last_attempt_at_ms',
  'due_at_ms',
  'claimable_at_ms',
  'delivered_at_ms',
  'created_at_ms',
] as const satisfies readonly (keyof WebhookDeliveriesTable)[]

const state = z.enum(DELIVERY_STATES)
const type = z.enum([...EVENT_TYPES, 'webhook.test'])

export function deliveryFromRow(row: WebhookDeliveriesTable): WebhookDelivery {
  return {
    deliveryId: row.delivery_id,
    endpointId: row.endpoint_id,
    seq: row.event_seq,
    webhookId: row.webhook_id,
    type: readWord(type, 'webhook_deliveries.type', row.type),
    body: row.body,
    state: readWord(state, 'webhook_deliveries.state', row.state),
    attempts: row.attempts,
    failures: row.failures,
    lastStatus: row.last_status,
    lastReason: row.last_reason,
    lastAttemptAtMs: row.last_attempt_at_ms,
    dueAtMs: row.due_at_ms,
    deliveredAtMs: row.delivered_at_ms,
    createdAtMs: row.created_at_ms,
  }
}

function changingColumns(delivery: WebhookDelivery) {
  return {
    state: delivery.state,
    attempts: delivery.attempts,
    failures: delivery.failures,
    last_status: delivery.lastStatus,
    last_reason: delivery.lastReason,
    last_attempt_at_ms: delivery.lastAttemptAtMs,
    due_at_ms: delivery.dueAtMs,
    claimable_at_ms: delivery.dueAtMs,
    delivered_at_ms: delivery.deliveredAtMs,
  }
}

export async function findWebhookDelivery(
  handle: Handle,
  deliveryId: string,
  mode: ReadMode = 'read',
): Promise<WebhookDelivery | undefined> {
  const query = handle.db
    .selectFrom('webhook_deliveries')
    .select(DELIVERY_COLUMNS)
    .where('delivery_id', '=', deliveryId)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && deliveryFromRow(row)
}

/** Newest first. */
export async function webhookDeliveries(
  { db }: Handle,
  { endpointId, state: wanted, before, limit }: WebhookDeliveryPage,
): Promise<readonly WebhookDelivery[]> {
  let query = db
    .selectFrom('webhook_deliveries')
    .select(DELIVERY_COLUMNS)
    .orderBy('created_at_ms', 'desc')
    .orderBy('delivery_id', 'desc')
    .limit(limit)
  if (endpointId !== null) query = query.where('endpoint_id', '=', endpointId)
  if (wanted !== null) query = query.where('state', '=', wanted)
  if (before) {
    query = query.where((is) =>
      is.or([
        is('created_at_ms', '<', before.atMs),
        is.and([is('created_at_ms', '=', before.atMs), is('delivery_id', '<', before.deliveryId)]),
      ]),
    )
  }
  return (await query.execute()).map(deliveryFromRow)
}

/** Writes those that are not there yet, by name or by event; answers with how many they were. */
export async function insertWebhookDeliveries(
  { db }: Handle,
  deliveries: readonly WebhookDelivery[],
): Promise<number> {
  if (deliveries.length === 0) return 0
  const result = await db
    .insertInto('webhook_deliveries')
    .values(
      deliveries.map((delivery) => ({
        delivery_id: delivery.deliveryId,
        endpoint_id: delivery.endpointId,
        event_seq: delivery.seq,
        webhook_id: delivery.webhookId,
        type: delivery.type,
        body: delivery.body,
        created_at_ms: delivery.createdAtMs,
        ...changingColumns(delivery),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return Number(result.numInsertedOrUpdatedRows ?? 0n)
}

/** What it says and where it goes stay as they are; only its way moves on. Ends any lease. */
export async function updateWebhookDelivery(
  { db }: Handle,
  delivery: WebhookDelivery,
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set(changingColumns(delivery))
    .where('delivery_id', '=', delivery.deliveryId)
    .execute()
}

/** The same by a worker: false, and nothing is written, where its lease was not the last word. */
export async function settleWebhookDelivery(
  { db }: Handle,
  { claimed, became }: { claimed: ClaimedDelivery; became: WebhookDelivery },
): Promise<boolean> {
  const result = await db
    .updateTable('webhook_deliveries')
    .set(changingColumns(became))
    .where('delivery_id', '=', claimed.deliveryId)
    .where('attempts', '=', claimed.attempts)
    .where('claimable_at_ms', '=', claimed.leasedUntilMs)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** All that still wait for an endpoint that will not be asked again. */
export async function abandonWebhookDeliveries(
  { db }: Handle,
  { endpointId, reason }: { endpointId: string; reason: string },
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ state: 'dead', last_reason: reason, due_at_ms: null, claimable_at_ms: null })
    .where('endpoint_id', '=', endpointId)
    .where('state', '=', 'waiting')
    .execute()
}

/** One look into an index per endpoint, however much waits for it. */
export async function webhookBacklog({ db }: Handle): Promise<readonly Backlog[]> {
  const { rows } = await sql<{ endpoint_id: string; next: number | null }>`
    select endpoint_id, (
      select min(claimable_at_ms) from webhook_deliveries
      where webhook_deliveries.endpoint_id = webhook_endpoints.endpoint_id
        and claimable_at_ms is not null
    ) as next
    from webhook_endpoints where state = 'enabled'
  `.execute(db)
  return rows
    .flatMap(({ endpoint_id: endpointId, next }) =>
      next === null ? [] : [{ endpointId, nextAtMs: next }],
    )
    .toSorted((left, right) => left.nextAtMs - right.nextAtMs)
}
