import type { Kysely } from 'kysely'

/**
 * When a refund was first sent, because some providers forget after a while that a repeat is one;
 * until when a call for it may be running; and a further number by which a payment may be named.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('refunds').addColumn('sent_at_ms', 'bigint').execute()
  await db.schema.alterTable('refunds').addColumn('busy_until_ms', 'bigint').execute()
  await db.schema.alterTable('payments').addColumn('provider_reference', 'text').execute()
  await db.schema
    .createIndex('payments_provider_reference')
    .on('payments')
    .columns(['account_id', 'provider_reference'])
    .execute()
}
