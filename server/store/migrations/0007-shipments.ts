import { type Kysely, sql } from 'kysely'

/**
 * What merchants tell WeChat about the goods of paid orders, and the events of it. A process of the
 * version before reads an event log with words that it does not know as soon as something is shipped:
 * bring all of them up to date before the first shipment.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('events').addColumn('shipment_id', 'text').execute()
  await db.schema
    .createTable('shipments')
    .addColumn('shipment_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('order_ref', 'text', (column) => column.notNull().references('orders.order_ref'))
    .addColumn('payment_id', 'text', (column) => column.notNull().references('payments.payment_id'))
    .addColumn('status', 'text', (column) =>
      column.notNull().check(sql`status in ('requested', 'accepted', 'failed')`),
    )
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('accepted_at_ms', 'bigint')
    .addColumn('due_at_ms', 'bigint')
    .addColumn('claimable_at_ms', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('sent_at_ms', 'bigint')
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute()
  const index = (name: string) => db.schema.createIndex(name).on('shipments')
  await index('shipments_idempotency_key')
    .unique()
    .columns(['order_ref', 'idempotency_key'])
    .execute()
  await index('shipments_claimable')
    .column('claimable_at_ms')
    .where(sql.ref('claimable_at_ms'), 'is not', null)
    .execute()
}
