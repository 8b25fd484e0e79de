import { type Kysely, sql } from 'kysely'

/**
 * Who wants to hear of events, and each event's way to each of them. `events.objects` is what an event
 * tells: a process that still runs the version before writes none, and its events tell what stands
 * when they are asked for.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('events').addColumn('objects', 'text').execute()
  await createEndpoints(db)
  await createDeliveries(db)
  const index = (name: string) => db.schema.createIndex(name).on('webhook_deliveries')
  await index('webhook_deliveries_one_per_event')
    .unique()
    .columns(['endpoint_id', 'event_seq'])
    .execute()
  await index('webhook_deliveries_created').columns(['created_at_ms', 'delivery_id']).execute()
  // By endpoint, so that the backlog of one never stands before the others.
  await index('webhook_deliveries_claimable')
    .columns(['endpoint_id', 'claimable_at_ms'])
    .where(sql.ref('claimable_at_ms'), 'is not', null)
    .execute()
}

async function createEndpoints(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhook_endpoints')
    .addColumn('endpoint_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('events', 'text')
    .addColumn('secrets', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('enabled', 'disabled', 'deleted')`),
    )
    .addColumn('disabled_reason', 'text', (column) =>
      column.check(sql`disabled_reason in ('merchant', 'gone')`),
    )
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute()
}

async function createDeliveries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhook_deliveries')
    .addColumn('delivery_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('endpoint_id', 'text', (column) =>
      column.notNull().references('webhook_endpoints.endpoint_id'),
    )
    .addColumn('event_seq', 'bigint', (column) => column.references('events.seq'))
    .addColumn('webhook_id', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('waiting', 'delivered', 'dead')`),
    )
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_status', 'integer')
    .addColumn('last_reason', 'text')
    .addColumn('last_attempt_at_ms', 'bigint')
    .addColumn('due_at_ms', 'bigint')
    .addColumn('claimable_at_ms', 'bigint')
    .addColumn('delivered_at_ms', 'bigint')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .execute()
}
