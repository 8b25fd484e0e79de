import { z } from 'zod'
import { DISABLED_REASONS } from '../../../shared/contract/webhooks.ts'
import { EVENT_TYPES } from '../../domain/event.ts'
import type { WebhookEndpoint, WebhookSecret } from '../../domain/webhook.ts'
import type { Handle, ReadMode } from '../handle.ts'
import { readJson, readNullableJson, readWord, writeNullableJson } from '../json.ts'
import type { WebhookEndpointsTable } from '../schema.ts'

const COLUMNS = [
  'endpoint_id',
  'url',
  'description',
  'events',
  'secrets',
  'state',
  'disabled_reason',
  'created_at_ms',
] as const satisfies readonly (keyof WebhookEndpointsTable)[]

const state = z.enum(['enabled', 'disabled', 'deleted'])
const disabledReason = z.enum(DISABLED_REASONS).nullable()
const eventsColumn = z.array(z.enum(EVENT_TYPES))
const secretsColumn: z.ZodType<WebhookSecret[]> = z.array(
  z.object({
    secret: z.string(),
    wish: z.string(),
    createdAtMs: z.int(),
    expiresAtMs: z.int().nullable(),
  }),
)

function endpointFromRow(row: WebhookEndpointsTable): WebhookEndpoint {
  return {
    endpointId: row.endpoint_id,
    url: row.url,
    description: row.description,
    events: readNullableJson(eventsColumn, 'webhook_endpoints.events', row.events),
    secrets: readJson(secretsColumn, 'webhook_endpoints.secrets', row.secrets),
    state: readWord(state, 'webhook_endpoints.state', row.state),
    disabledReason: readWord(
      disabledReason,
      'webhook_endpoints.disabled_reason',
      row.disabled_reason,
    ),
    createdAtMs: row.created_at_ms,
  }
}

function changingColumns(endpoint: WebhookEndpoint) {
  return {
    url: endpoint.url,
    description: endpoint.description,
    events: writeNullableJson(endpoint.events),
    secrets: JSON.stringify(endpoint.secrets),
    state: endpoint.state,
    disabled_reason: endpoint.disabledReason,
  }
}

export async function findWebhookEndpoint(
  handle: Handle,
  endpointId: string,
  mode: ReadMode = 'read',
): Promise<WebhookEndpoint | undefined> {
  const query = handle.db
    .selectFrom('webhook_endpoints')
    .select(COLUMNS)
    .where('endpoint_id', '=', endpointId)
  // Not the strongest lock: transactions that write deliveries name this row, and must not wait.
  const locked = mode === 'lock' && handle.rowLocks ? query.forNoKeyUpdate() : query
  const row = await locked.executeTakeFirst()
  return row && endpointFromRow(row)
}

/** Those that are not deleted, oldest first. */
export async function webhookEndpoints({ db }: Handle): Promise<readonly WebhookEndpoint[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .select(COLUMNS)
    .where('state', '!=', 'deleted')
    .orderBy('created_at_ms')
    .orderBy('endpoint_id')
    .execute()
  return rows.map(endpointFromRow)
}

/** Who is to hear of what happens now: read with every change, so it is no more than that. */
export async function listeningEndpoints({
  db,
}: Handle): Promise<readonly Pick<WebhookEndpoint, 'endpointId' | 'events' | 'state'>[]> {
  const rows = await db
    .selectFrom('webhook_endpoints')
    .select(['endpoint_id', 'events'])
    .where('state', '=', 'enabled')
    .execute()
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    events: readNullableJson(eventsColumn, 'webhook_endpoints.events', row.events),
    state: 'enabled',
  }))
}

export async function insertWebhookEndpoint(
  { db }: Handle,
  endpoint: WebhookEndpoint,
): Promise<boolean> {
  const result = await db
    .insertInto('webhook_endpoints')
    .values({
      endpoint_id: endpoint.endpointId,
      created_at_ms: endpoint.createdAtMs,
      ...changingColumns(endpoint),
    })
    .onConflict((conflict) => conflict.column('endpoint_id').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function updateWebhookEndpoint(
  { db }: Handle,
  endpoint: WebhookEndpoint,
): Promise<void> {
  const result = await db
    .updateTable('webhook_endpoints')
    .set(changingColumns(endpoint))
    .where('endpoint_id', '=', endpoint.endpointId)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`The webhook endpoint ${endpoint.endpointId} is not stored.`)
  }
}
