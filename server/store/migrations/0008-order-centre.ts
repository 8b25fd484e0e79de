import { type Kysely, sql } from 'kysely'

/** The order page of each Mini Program that WeChat's order centre leads to. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('order_centre_paths')
    .addColumn('app_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('waiting', 'registered', 'failed')`),
    )
    .addColumn('reason', 'text')
    .addColumn('due_at_ms', 'bigint')
    .addColumn('claimable_at_ms', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .execute()
}
