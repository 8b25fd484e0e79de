import { sql } from 'kysely'
import type {
  BookedDay,
  BookedNotification,
  BookedRow,
  Named,
  NotificationPage,
  NumberTwice,
  OpenContradiction,
  Orphan,
  PaymentPage,
  UnfinishedClaim,
  WaitingRow,
} from '../books.ts'
import { factsColumn } from '../columns.ts'
import type { Handle } from '../handle.ts'
import { BOOKED_ROW_COLUMNS, bookedRowFrom } from './ledgers.ts'

/** What an auditor asks of the tables beside the orders and what belongs to them. */

export async function firstEvidenceSeq({ db }: Handle): Promise<number | null> {
  const query = db.selectFrom('events').select('seq').where('evidence', 'is not', null)
  return (await query.orderBy('seq').limit(1).executeTakeFirst())?.seq ?? null
}

export async function eventsBehindGaps({ db }: Handle, limit: number): Promise<readonly number[]> {
  const { rows } = await sql<{ seq: number }>`
    select seq from events where seq > 1
      and not exists (select 1 from events as before where before.seq = events.seq - 1)
    order by seq limit ${limit}
  `.execute(db)
  return rows.map(({ seq }) => seq)
}

export async function orphans({ db }: Handle, limit: number): Promise<readonly Orphan[]> {
  const { rows } = await sql<Orphan>`
    select * from (
      select 'payment' as kind, payment_id as id, order_ref as "of" from payments
        where not exists (select 1 from orders where orders.order_ref = payments.order_ref)
      union all
      select 'refund', refund_id, payment_id from refunds
        where not exists (select 1 from payments where payments.payment_id = refunds.payment_id)
      union all
      select 'shipment', shipment_id, order_ref from shipments
        where not exists (select 1 from orders where orders.order_ref = shipments.order_ref)
      union all
      select 'event', cast(seq as text), order_ref from events
        where not exists (select 1 from orders where orders.order_ref = events.order_ref)
    ) as lost order by kind, id limit ${limit}
  `.execute(db)
  return rows
}

/** The database keeps most of these itself; an index may have been dropped, or a dump put together. */
export async function numbersTwice({ db }: Handle, limit: number): Promise<readonly NumberTwice[]> {
  const { rows } = await sql<NumberTwice>`
    select * from (
      select 'outTradeNo' as kind, out_trade_no as number, cast(count(*) as integer) as times
        from payments group by account_id, out_trade_no having count(*) > 1
      union all
      select 'providerPaymentId', provider_payment_id, cast(count(*) as integer) from payments
        where provider_payment_id is not null
        group by account_id, provider_payment_id having count(*) > 1
      union all
      select 'key', order_ref || ' ' || idempotency_key, cast(count(*) as integer) from payments
        group by order_ref, idempotency_key having count(*) > 1
      union all
      select 'key', payment_id || ' ' || idempotency_key, cast(count(*) as integer) from refunds
        group by payment_id, idempotency_key having count(*) > 1
      union all
      select 'outRefundNo', out_refund_no, cast(count(*) as integer) from refunds
        group by out_refund_no having count(*) > 1
      union all
      select 'providerRefundId', provider_refund_id, cast(count(*) as integer) from refunds
        inner join payments on payments.payment_id = refunds.payment_id
        where provider_refund_id is not null
        group by account_id, provider_refund_id having count(*) > 1
    ) as twice order by kind, number limit ${limit}
  `.execute(db)
  return rows
}

export async function notifications(
  { db }: Handle,
  { after, limit }: NotificationPage,
): Promise<readonly BookedNotification[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['account_id', 'event_id', 'state', 'received_at_ms', 'due_at_ms', 'facts'])
    .where(sql<boolean>`(account_id, event_id) > (${after.accountId}, ${after.eventId})`)
    .orderBy('account_id')
    .orderBy('event_id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    accountId: row.account_id,
    eventId: row.event_id,
    state: row.state,
    receivedAtMs: row.received_at_ms,
    dueAtMs: row.due_at_ms,
    facts: readFacts(row.facts),
  }))
}

function readFacts(text: string): BookedNotification['facts'] {
  try {
    return factsColumn.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Numbers asked about in one statement, whose text is then always the same. */
const NUMBERS_AT_ONCE = 100

interface NamedRow extends Omit<Named, 'amount'> {
  readonly value: number
  readonly currency: string
}

export async function named(
  { db }: Handle,
  accountId: string,
  numbers: readonly string[],
): Promise<readonly Named[]> {
  const found: Named[] = []
  for (let start = 0; start < numbers.length; start += NUMBERS_AT_ONCE) {
    const some = numbers.slice(start, start + NUMBERS_AT_ONCE)
    const padded = Array.from({ length: NUMBERS_AT_ONCE }, (_, index) => some[index] ?? some[0])
    const list = sql.join(padded)
    const { rows } = await sql<NamedRow>`
      select 'payment' as kind, payment_id as id, payment_id as "paymentId", out_trade_no as number,
        status, amount_minor as value, currency from payments
        where account_id = ${accountId} and out_trade_no in (${list})
      union all
      select 'payment', payment_id, payment_id, provider_payment_id, status, amount_minor, currency
        from payments where account_id = ${accountId} and provider_payment_id in (${list})
      union all
      select 'refund', refund_id, refunds.payment_id, out_refund_no, refunds.status,
        refunds.amount_minor, refunds.currency from refunds
        inner join payments on payments.payment_id = refunds.payment_id
        where account_id = ${accountId} and out_refund_no in (${list})
      union all
      select 'refund', refund_id, refunds.payment_id, provider_refund_id, refunds.status,
        refunds.amount_minor, refunds.currency from refunds
        inner join payments on payments.payment_id = refunds.payment_id
        where account_id = ${accountId} and provider_refund_id in (${list})
    `.execute(db)
    for (const { value, currency, ...row } of rows) {
      found.push({ ...row, amount: { value, currency } })
    }
  }
  return found
}

const WAITING = sql`(
  select 'payment' as kind, payment_id as id, due_at_ms, claimable_at_ms from payments
  union all select 'refund', refund_id, due_at_ms, claimable_at_ms from refunds
  union all select 'shipment', shipment_id, due_at_ms, claimable_at_ms from shipments
  union all select 'orderCentrePath', app_id, due_at_ms, claimable_at_ms from order_centre_paths
  union all select 'notification', event_id, due_at_ms, claimable_at_ms from inbox
  union all select 'settlementDay', account_id || ' ' || day, due_at_ms, claimable_at_ms
    from settlement_days
) as waiting`

export async function overdue(
  { db }: Handle,
  beforeMs: number,
  limit: number,
): Promise<readonly WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    select kind, id, due_at_ms as "atMs" from ${WAITING}
    where claimable_at_ms < ${beforeMs} order by claimable_at_ms, id limit ${limit}
  `.execute(db)
  return rows
}

export async function heldBeyond(
  { db }: Handle,
  { nowMs, untilMs, limit }: { nowMs: number; untilMs: number; limit: number },
): Promise<readonly WaitingRow[]> {
  const { rows } = await sql<WaitingRow>`
    select kind, id, claimable_at_ms as "atMs" from ${WAITING}
    where claimable_at_ms > ${untilMs} and due_at_ms <= ${nowMs}
    order by claimable_at_ms, id limit ${limit}
  `.execute(db)
  return rows
}

export async function unfinishedClaims(
  { db }: Handle,
  beforeMs: number,
  limit: number,
): Promise<readonly UnfinishedClaim[]> {
  const rows = await db
    .selectFrom('idempotency')
    .select(['scope', 'idempotency_key', 'claimed_at_ms'])
    .where('answer_status', 'is', null)
    .where('claimed_at_ms', '<', beforeMs)
    .orderBy('claimed_at_ms')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    scope: row.scope,
    key: row.idempotency_key,
    claimedAtMs: row.claimed_at_ms,
  }))
}

export async function openContradictions(
  { db }: Handle,
  limit: number,
): Promise<readonly OpenContradiction[]> {
  const rows = await db
    .selectFrom('quarantine')
    .select(['quarantine_id', 'account_id', 'payment_id', 'reason', 'at_ms'])
    .orderBy('at_ms', 'desc')
    .orderBy('quarantine_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    quarantineId: row.quarantine_id,
    accountId: row.account_id,
    paymentId: row.payment_id,
    reason: row.reason,
    atMs: row.at_ms,
  }))
}

export async function openRows(
  { db }: Handle,
  { accountId, limit }: { accountId: string | null; limit: number },
): Promise<readonly BookedRow[]> {
  let query = db
    .selectFrom('settlement_rows')
    .select(BOOKED_ROW_COLUMNS)
    .where((is) =>
      is.or([is('state', 'in', ['unmatched', 'quarantined']), is('problem', 'is not', null)]),
    )
    .orderBy('account_id')
    .orderBy('row_id')
    .limit(limit)
  if (accountId !== null) query = query.where('account_id', '=', accountId)
  return (await query.execute()).map(bookedRowFrom)
}

export async function bookedDays(
  { db }: Handle,
  accountId: string | null,
): Promise<readonly BookedDay[]> {
  let query = db.selectFrom('settlement_days').select(['account_id', 'day', 'state', 'reason'])
  if (accountId !== null) query = query.where('account_id', '=', accountId)
  const rows = await query.orderBy('account_id').orderBy('day').execute()
  return rows.map(({ account_id, ...row }) => ({ accountId: account_id, ...row }))
}

export async function endedPayments(
  { db }: Handle,
  { accountIds, after, limit, sinceMs, untilMs }: PaymentPage,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('payments')
    .select('payment_id')
    .where('payment_id', '>', after)
    .where('account_id', 'in', accountIds)
    .where('status', 'in', ['paid', 'failed', 'closed'])
    .where('created_at_ms', '>=', sinceMs)
    .where('created_at_ms', '<', untilMs)
    .orderBy('payment_id')
    .limit(limit)
    .execute()
  return rows.map(({ payment_id }) => payment_id)
}
