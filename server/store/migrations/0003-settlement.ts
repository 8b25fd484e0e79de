import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

/** The largest whole number that JavaScript holds exactly, in both directions. */
const LIMIT = Number.MAX_SAFE_INTEGER

/** Rows of the providers' own books, and the days whose books are fetched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createRows(db)
  await createDays(db)
  const index = (name: string) => db.schema.createIndex(name).on('settlement_rows')
  await index('settlement_rows_booked').columns(['account_id', 'booked_at_ms', 'row_id']).execute()
  await index('settlement_rows_payment').column('payment_id').execute()
  // Our own numbers are known before a provider hears of them; only the provider's can come late.
  for (const number of ['provider_payment_id', 'provider_refund_id']) {
    await index(`settlement_rows_unmatched_${number}`)
      .columns(['account_id', number])
      .where(sql.ref('state'), '=', sql.lit('unmatched'))
      .execute()
  }
  await db.schema
    .createIndex('settlement_days_claimable')
    .on('settlement_days')
    .column('claimable_at_ms')
    .where(sql.ref('claimable_at_ms'), 'is not', null)
    .execute()
}

async function createRows(db: Kysely<unknown>): Promise<void> {
  const kinds = sql`kind in ('payment', 'refund', 'fee', 'chargeback', 'payout', 'total')`
  const states = sql`state in ('matched', 'unmatched', 'quarantined', 'noted')`
  await db.schema
    .createTable('settlement_rows')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('row_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull().check(kinds))
    .addColumn('status', 'text')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('line', 'integer', (column) => column.notNull())
    .addColumn('out_trade_no', 'text')
    .addColumn('provider_payment_id', 'text')
    .addColumn('out_refund_no', 'text')
    .addColumn('provider_refund_id', 'text')
    .addColumn('app_id', 'text')
    .addColumn('payment_id', 'text', (column) => column.references('payments.payment_id'))
    .addColumn('refund_id', 'text', (column) => column.references('refunds.refund_id'))
    .$call((table) => withSignedAmount(table, 'amount'))
    .$call((table) => withSignedAmount(table, 'settled'))
    .$call((table) => withSignedAmount(table, 'fee'))
    .addColumn('rate', 'text')
    .addColumn('provider_status', 'text', (column) => column.notNull())
    .addColumn('unknown_status', 'integer', (column) =>
      column.notNull().check(sql`unknown_status in (0, 1)`),
    )
    .addColumn('occurred_at_ms', 'bigint')
    .addColumn('booked_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('imported_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull().check(states))
    .addColumn('problem', 'text')
    .addPrimaryKeyConstraint('settlement_rows_account_row', ['account_id', 'row_id'])
    .execute()
}

async function createDays(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('settlement_days')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('waiting', 'imported', 'failed')`),
    )
    .addColumn('reason', 'text')
    .addColumn('due_at_ms', 'bigint')
    .addColumn('claimable_at_ms', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('settlement_days_account_day', ['account_id', 'day'])
    .execute()
}

/** Money in either direction, or none; SQLite would keep a fraction in an integer column. */
function withSignedAmount<C extends string>(table: CreateTableBuilder<string, C>, name: string) {
  const minor = sql.ref(`${name}_minor`)
  const currency = sql.ref(`${name}_currency`)
  return table
    .addColumn(`${name}_minor`, 'bigint', (column) =>
      column.check(
        sql`${minor} between ${sql.lit(-LIMIT)} and ${sql.lit(LIMIT)}
          and ${minor} = cast(${minor} as bigint)`,
      ),
    )
    .addColumn(`${name}_currency`, 'text', (column) =>
      column.check(sql`(${minor} is null) = (${currency} is null)`),
    )
}
