import { type CreateTableBuilder, type Kysely, sql } from 'kysely'

/** The largest whole number that JavaScript holds exactly. */
const MAX_SAFE_INTEGER = sql.lit(Number.MAX_SAFE_INTEGER)

/** One schema for both databases: only types and constraints that mean the same in each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await createOrders(db)
  await createPayments(db)
  await createRefunds(db)
  await createInbox(db)
  await createHistory(db)
  await createIdentity(db)
  await createIdempotency(db)
  await createIndexes(db)
}

async function createOrders(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('orders')
    .addColumn('order_ref', 'text', (column) => column.primaryKey())
    .addColumn('status', 'text', (column) =>
      column.notNull().check(sql`status in ('open', 'paid', 'closed')`),
    )
    .$call(withAmount)
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('goods_kind', 'text', (column) => column.notNull())
    .$call(withPayer)
    .addColumn('checkout_token_hash', 'text', (column) => column.notNull())
    .addColumn('paid_payment_id', 'text')
    .addColumn('paid_late', 'integer', (column) => column.notNull().check(sql`paid_late in (0, 1)`))
    .addColumn('close_reason', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('paid_at_ms', 'bigint')
    .execute()
}

async function createPayments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('payments')
    .addColumn('payment_id', 'text', (column) => column.primaryKey())
    .addColumn('order_ref', 'text', (column) => column.notNull().references('orders.order_ref'))
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('scene', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) =>
      column.notNull().check(sql`status in ('created', 'pending', 'paid', 'failed', 'closed')`),
    )
    .addColumn('reason', 'text')
    .$call(withAmount)
    .addColumn('out_trade_no', 'text', (column) => column.notNull())
    .addColumn('provider_payment_id', 'text')
    .$call(withPayer)
    .addColumn('app_id', 'text')
    .addColumn('client_action', 'text')
    .addColumn('provider_state', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('duplicate', 'integer', (column) => column.notNull().check(sql`duplicate in (0, 1)`))
    .addColumn('late', 'integer', (column) => column.notNull().check(sql`late in (0, 1)`))
    .addColumn('settlement', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('paid_at_ms', 'bigint')
    .$call(withDueTime)
    .addColumn('last_query_at_ms', 'bigint')
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute()
}

async function createRefunds(db: Kysely<unknown>): Promise<void> {
  const statuses = sql`status in ('requested', 'processing', 'succeeded', 'failed', 'needsAction')`
  await db.schema
    .createTable('refunds')
    .addColumn('refund_id', 'text', (column) => column.primaryKey())
    .addColumn('payment_id', 'text', (column) => column.notNull().references('payments.payment_id'))
    .addColumn('status', 'text', (column) => column.notNull().check(statuses))
    .$call(withAmount)
    .addColumn('reason', 'text')
    .addColumn('out_refund_no', 'text', (column) => column.notNull())
    .addColumn('provider_refund_id', 'text')
    .addColumn('advice', 'text')
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('settlement', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('succeeded_at_ms', 'bigint')
    .$call(withDueTime)
    .addColumn('sent', 'integer', (column) => column.notNull().check(sql`sent in (0, 1)`))
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute()
}

async function createInbox(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('inbox')
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('queries', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) =>
      column.notNull().check(sql`state in ('applied', 'waiting', 'abandoned')`),
    )
    .addColumn('received_at_ms', 'bigint', (column) => column.notNull())
    .$call(withDueTime)
    .addPrimaryKeyConstraint('inbox_account_event', ['account_id', 'event_id'])
    .execute()
}

async function createHistory(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('events')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('order_ref', 'text', (column) => column.notNull())
    .addColumn('payment_id', 'text')
    .addColumn('refund_id', 'text')
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('quarantine')
    .addColumn('quarantine_id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', (column) => column.notNull())
    .addColumn('payment_id', 'text')
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('fact', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .execute()
}

async function createIdentity(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .$call(withPayer)
    .addColumn('order_ref', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('login_states')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('browser_hash', 'text', (column) => column.notNull())
    .addColumn('app_id', 'text', (column) => column.notNull())
    .addColumn('return_to', 'text', (column) => column.notNull())
    .$call(withPayer)
    .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
    .execute()
}

async function createIdempotency(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('idempotency')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('fingerprint', 'text', (column) => column.notNull())
    .addColumn('claimed_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('answer_status', 'integer')
    .addColumn('answer_body', 'text')
    .addPrimaryKeyConstraint('idempotency_scope_key', ['scope', 'idempotency_key'])
    .addCheckConstraint(
      'idempotency_whole_answer',
      sql`(answer_status is null) = (answer_body is null)`,
    )
    .execute()
}

/** Unique rules go by their index's name; see `unique-rules.ts`. */
async function createIndexes(db: Kysely<unknown>): Promise<void> {
  const unique = (name: string) => db.schema.createIndex(name).unique()
  await unique('payments_out_trade_no')
    .on('payments')
    .columns(['account_id', 'out_trade_no'])
    .execute()
  await unique('payments_provider_payment_id')
    .on('payments')
    .columns(['account_id', 'provider_payment_id'])
    .execute()
  await unique('payments_idempotency_key')
    .on('payments')
    .columns(['order_ref', 'idempotency_key'])
    .execute()
  await unique('payments_one_live_per_order')
    .on('payments')
    .column('order_ref')
    .where(sql.ref('status'), 'in', sql`('created', 'pending')`)
    .execute()
  await unique('refunds_out_refund_no').on('refunds').column('out_refund_no').execute()
  await unique('refunds_idempotency_key')
    .on('refunds')
    .columns(['payment_id', 'idempotency_key'])
    .execute()
  await db.schema
    .createIndex('refunds_provider_refund_id')
    .on('refunds')
    .column('provider_refund_id')
    .execute()
  await db.schema.createIndex('quarantine_at').on('quarantine').column('at_ms').execute()
  for (const table of ['payments', 'refunds', 'inbox']) {
    await db.schema
      .createIndex(`${table}_claimable`)
      .on(table)
      .column('claimable_at_ms')
      .where(sql.ref('claimable_at_ms'), 'is not', null)
      .execute()
  }
}

/** SQLite would keep a fraction in an integer column, hence the cast. */
function withAmount<C extends string>(table: CreateTableBuilder<string, C>) {
  return table
    .addColumn('amount_minor', 'bigint', (column) =>
      column.notNull().check(
        sql`amount_minor between 1 and ${MAX_SAFE_INTEGER}
          and amount_minor = cast(amount_minor as bigint)`,
      ),
    )
    .addColumn('currency', 'text', (column) => column.notNull().check(sql`length(currency) = 3`))
}

/** An openid without its app means nothing. */
function withPayer<C extends string>(table: CreateTableBuilder<string, C>) {
  return table
    .addColumn('payer_app_id', 'text')
    .addColumn('payer_openid', 'text', (column) =>
      column.check(sql`(payer_app_id is null) = (payer_openid is null)`),
    )
}

function withDueTime<C extends string>(table: CreateTableBuilder<string, C>) {
  return table
    .addColumn('due_at_ms', 'bigint')
    .addColumn('claimable_at_ms', 'bigint')
    .addColumn('attempts', 'integer', (column) => column.notNull())
}
