import type { Kysely } from 'kysely'

/**
 * What a provider said when an event was written because of it, so that an auditor can prove each
 * step; and the events of one order without reading all of them. Null in rows of before: nothing was
 * kept then. Events that nobody outside caused say so themselves, with a JSON `null`.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('events').addColumn('evidence', 'text').execute()
  await db.schema.createIndex('events_order').on('events').column('order_ref').execute()
}
