import type {
  SettlementDaysView,
  SettlementRowsView,
  SettlementRowView,
} from '../../shared/contract/settlements.ts'
import type { SettlementEntry } from '../domain/settlement.ts'
import type { SettlementDay, SettlementPage } from '../store/store.ts'
import { Problem } from './problem.ts'

/** One page of rows; a full one may have another after it. */
export function settlementRowsView(
  entries: readonly SettlementEntry[],
  limit: number,
): SettlementRowsView {
  const last = entries.length === limit ? entries.at(-1) : undefined
  return { data: entries.map(rowView), nextCursor: last ? cursorAfter(last) : null }
}

function rowView(entry: SettlementEntry): SettlementRowView {
  const { row } = entry
  return {
    rowId: row.rowId,
    kind: row.kind,
    status: row.status,
    state: entry.state,
    problem: entry.problem,
    source: row.source,
    line: row.line,
    paymentId: entry.paymentId,
    refundId: entry.refundId,
    outTradeNo: row.outTradeNo,
    providerPaymentId: row.providerPaymentId,
    outRefundNo: row.outRefundNo,
    providerRefundId: row.providerRefundId,
    amount: row.amount,
    settled: row.settled,
    fee: row.fee,
    rate: row.rate,
    providerStatus: row.providerStatus,
    occurredAt: row.occurredAtMs === null ? null : new Date(row.occurredAtMs).toISOString(),
    importedAt: new Date(entry.importedAtMs).toISOString(),
  }
}

export function settlementDaysView(days: readonly SettlementDay[]): SettlementDaysView {
  const data = days.map(({ day, state, reason, dueAtMs, attempts }) => ({
    day,
    state,
    reason,
    attempts,
    dueAt: dueAtMs === null ? null : new Date(dueAtMs).toISOString(),
  }))
  return { data }
}

function cursorAfter({ row, importedAtMs }: SettlementEntry): string {
  const place = `${row.occurredAtMs ?? importedAtMs} ${row.rowId}`
  return Buffer.from(place, 'utf8').toString('base64url')
}

/** The place that a cursor names. Throws Problem `invalidRequest` on what is none of ours. */
export function placeOf(cursor: string): NonNullable<SettlementPage['after']> {
  const place = Buffer.from(cursor, 'base64url').toString('utf8')
  const [, atMs, rowId] = /^(\d{1,15}) (.+)$/su.exec(place) ?? []
  // PostgreSQL keeps no NUL in a text, and takes none.
  if (atMs === undefined || rowId === undefined || rowId.includes('\0')) {
    const message = 'not a cursor: repeat `nextCursor` as it was given'
    throw new Problem('invalidRequest', { issues: [{ path: 'cursor', message }] })
  }
  return { atMs: Number(atMs), rowId }
}
