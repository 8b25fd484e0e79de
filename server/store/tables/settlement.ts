import { sql } from 'kysely'
import { z } from 'zod'
import type { Money } from '../../../shared/money.ts'
import {
  SETTLEMENT_STATES,
  type SettlementEntry,
  type SettlementRow,
} from '../../domain/settlement.ts'
import type { Handle } from '../handle.ts'
import { CorruptColumn, readWord } from '../json.ts'
import type { SettlementRowsTable } from '../schema.ts'
import type { SettlementPage, UnmatchedSettlement } from '../store.ts'

const COLUMNS = [
  'account_id',
  'row_id',
  'kind',
  'status',
  'source',
  'line',
  'out_trade_no',
  'provider_payment_id',
  'out_refund_no',
  'provider_refund_id',
  'app_id',
  'payment_id',
  'refund_id',
  'amount_minor',
  'amount_currency',
  'settled_minor',
  'settled_currency',
  'fee_minor',
  'fee_currency',
  'rate',
  'provider_status',
  'unknown_status',
  'occurred_at_ms',
  'imported_at_ms',
  'state',
  'problem',
] as const satisfies readonly (keyof SettlementRowsTable)[]

type StoredRow = Pick<SettlementRowsTable, (typeof COLUMNS)[number]>

const kindAndStatus = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('payment'),
    status: z.enum(['pending', 'paid', 'failed', 'cancelled', 'expired']),
  }),
  z.object({
    kind: z.literal('refund'),
    status: z.enum(['processing', 'succeeded', 'failed', 'needsAction']),
  }),
  z.object({ kind: z.enum(['fee', 'chargeback', 'payout', 'total']), status: z.null() }),
])
const state = z.enum(SETTLEMENT_STATES)

function entryFromRow(row: StoredRow): SettlementEntry {
  const { kind, status } = row
  const said: SettlementRow = {
    ...readWord(kindAndStatus, 'settlement_rows.kind', { kind, status }),
    accountId: row.account_id,
    rowId: row.row_id,
    source: row.source,
    line: row.line,
    outTradeNo: row.out_trade_no,
    providerPaymentId: row.provider_payment_id,
    outRefundNo: row.out_refund_no,
    providerRefundId: row.provider_refund_id,
    appId: row.app_id,
    occurredAtMs: row.occurred_at_ms,
    amount: moneyFrom(row.amount_minor, row.amount_currency),
    settled: moneyFrom(row.settled_minor, row.settled_currency),
    fee: moneyFrom(row.fee_minor, row.fee_currency),
    rate: row.rate,
    providerStatus: row.provider_status,
    unknownStatus: row.unknown_status === 1,
  }
  return {
    row: said,
    state: readWord(state, 'settlement_rows.state', row.state),
    paymentId: row.payment_id,
    refundId: row.refund_id,
    problem: row.problem,
    importedAtMs: row.imported_at_ms,
  }
}

function moneyFrom(value: number | null, currency: string | null): Money | null {
  if (value === null && currency === null) return null
  if (value === null || currency === null) throw new CorruptColumn('settlement_rows.amount_minor')
  return { value, currency }
}

/** What the provider said: never changes once it is written. */
function fixedColumns({ row, importedAtMs }: SettlementEntry) {
  return {
    account_id: row.accountId,
    row_id: row.rowId,
    kind: row.kind,
    status: row.status,
    source: row.source,
    line: row.line,
    out_trade_no: row.outTradeNo,
    provider_payment_id: row.providerPaymentId,
    out_refund_no: row.outRefundNo,
    provider_refund_id: row.providerRefundId,
    app_id: row.appId,
    amount_minor: row.amount?.value ?? null,
    amount_currency: row.amount?.currency ?? null,
    settled_minor: row.settled?.value ?? null,
    settled_currency: row.settled?.currency ?? null,
    fee_minor: row.fee?.value ?? null,
    fee_currency: row.fee?.currency ?? null,
    rate: row.rate,
    provider_status: row.providerStatus,
    unknown_status: row.unknownStatus ? 1 : 0,
    occurred_at_ms: row.occurredAtMs,
    booked_at_ms: row.occurredAtMs ?? importedAtMs,
    imported_at_ms: importedAtMs,
  }
}

function changingColumns(entry: SettlementEntry) {
  return {
    payment_id: entry.paymentId,
    refund_id: entry.refundId,
    state: entry.state,
    problem: entry.problem,
  }
}

export async function findSettlement(
  { db }: Handle,
  accountId: string,
  rowId: string,
): Promise<SettlementEntry | undefined> {
  const row = await db
    .selectFrom('settlement_rows')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('row_id', '=', rowId)
    .executeTakeFirst()
  return row && entryFromRow(row)
}

export async function settlementPage(
  { db }: Handle,
  { accountId, fromMs, toMs, unmatchedOnly, after, limit }: SettlementPage,
): Promise<readonly SettlementEntry[]> {
  let query = db
    .selectFrom('settlement_rows')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .orderBy('booked_at_ms')
    .orderBy('row_id')
    .limit(limit)
  if (fromMs !== null) query = query.where('booked_at_ms', '>=', fromMs)
  if (toMs !== null) query = query.where('booked_at_ms', '<', toMs)
  if (unmatchedOnly) query = query.where('state', '=', 'unmatched')
  if (after) {
    query = query.where((is) =>
      is.or([
        is('booked_at_ms', '>', after.atMs),
        is.and([is('booked_at_ms', '=', after.atMs), is('row_id', '>', after.rowId)]),
      ]),
    )
  }
  return (await query.execute()).map(entryFromRow)
}

/** Oldest first. */
export async function settlementOfPayment(
  { db }: Handle,
  paymentId: string,
): Promise<readonly SettlementEntry[]> {
  const rows = await db
    .selectFrom('settlement_rows')
    .select(COLUMNS)
    .where('payment_id', '=', paymentId)
    .orderBy('booked_at_ms')
    .orderBy('row_id')
    .execute()
  return rows.map(entryFromRow)
}

export async function unmatchedSettlement(
  { db }: Handle,
  { accountId, paymentId, providerPaymentId, providerRefundId }: UnmatchedSettlement,
): Promise<readonly SettlementEntry[]> {
  const rows = await db
    .selectFrom('settlement_rows')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    // Written out, so that SQLite sees that its partial indexes apply.
    .where('state', '=', sql.lit('unmatched'))
    .where((is) =>
      is.or([
        is('payment_id', '=', paymentId),
        ...(providerPaymentId === null ? [] : [is('provider_payment_id', '=', providerPaymentId)]),
        ...(providerRefundId === null ? [] : [is('provider_refund_id', '=', providerRefundId)]),
      ]),
    )
    .orderBy('row_id')
    .execute()
  return rows.map(entryFromRow)
}

export async function insertSettlement({ db }: Handle, entry: SettlementEntry): Promise<boolean> {
  const result = await db
    .insertInto('settlement_rows')
    .values({ ...fixedColumns(entry), ...changingColumns(entry) })
    .onConflict((conflict) => conflict.columns(['account_id', 'row_id']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function updateSettlement({ db }: Handle, entry: SettlementEntry): Promise<void> {
  const { accountId, rowId } = entry.row
  const result = await db
    .updateTable('settlement_rows')
    .set(changingColumns(entry))
    .where('account_id', '=', accountId)
    .where('row_id', '=', rowId)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`The settlement row ${rowId} of account ${accountId} is not stored.`)
  }
}
