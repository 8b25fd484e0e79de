import { sameMoney } from '../../shared/money.ts'
import { missingFrom } from '../domain/settle.ts'
import type { BookedDay, BookedPayment, BookedRow, Ledger } from '../store/books.ts'
import type { Found } from './tally.ts'
import { inWords, timeInWords } from './words.ts'

/** Days that were read of each account, as `account day`. */
export type ReadDays = ReadonlySet<string>

export function readDaysOf(days: readonly BookedDay[]): ReadDays {
  const read = days.filter(({ state }) => state === 'imported')
  return new Set(read.map(({ accountId, day }) => `${accountId} ${day}`))
}

/**
 * Compares the payments and refunds of one order with the rows of their providers' books that were
 * read. Pure.
 */
export function checkRows(
  ledger: Ledger,
  { readDays, accountId }: { readDays: ReadDays; accountId: string | null },
): readonly Found[] {
  const isMeant = (row: { accountId: string }) => accountId === null || row.accountId === accountId
  const rows = ledger.rows.filter(isMeant)
  const said = rows.filter((row) => row.state === 'matched' && !row.unknownStatus)
  return [
    ...said.flatMap((row) => (row.kind === 'payment' ? paymentRow(ledger, row) : [])),
    ...said.flatMap((row) => (row.kind === 'refund' ? refundRow(ledger, row) : [])),
    ...missing(rows, ledger.payments.filter(isMeant), readDays),
  ]
}

function paymentRow({ payments }: Ledger, row: BookedRow): readonly Found[] {
  const payment = payments.find(({ paymentId }) => paymentId === row.paymentId)
  if (!payment || row.status !== 'paid') return []
  const about = { kind: 'payment', id: payment.paymentId } as const
  if (payment.status !== 'paid') {
    // A row without the sum in the payment's currency is only a reason to ask, which is due.
    if (row.amount === null && payment.dueAtMs !== null) return []
    const what = `is ${payment.status} here, and row ${row.rowId} of ${row.accountId} says paid`
    return [{ code: 'paidThereNotHere', ...about, what }]
  }
  if (row.amount === null || sameMoney(row.amount, payment.amount)) return []
  const what = `${inWords(payment.amount)} here, ${inWords(row.amount)} in row ${row.rowId}`
  return [{ code: 'amountDiffersThere', ...about, what }]
}

function refundRow({ refunds }: Ledger, row: BookedRow): readonly Found[] {
  const refund = refunds.find(({ refundId }) => refundId === row.refundId)
  if (!refund || row.status !== 'succeeded') return []
  const about = { kind: 'refund', id: refund.refundId } as const
  if (refund.status !== 'succeeded') {
    if (row.amount === null && refund.dueAtMs !== null) return []
    const what = `is ${refund.status} here, and row ${row.rowId} of ${row.accountId} says done`
    return [{ code: 'refundedThereNotHere', ...about, what }]
  }
  const told = row.amount && { ...row.amount, value: Math.abs(row.amount.value) }
  if (told === null || sameMoney(told, refund.amount)) return []
  const what = `${inWords(refund.amount)} here, ${inWords(told)} in row ${row.rowId}`
  return [{ code: 'amountDiffersThere', ...about, what }]
}

const HOUR_MS = 60 * 60 * 1000

/** Only where every day was read that the provider may count that instant to, wherever it lives. */
function missing(
  rows: readonly BookedRow[],
  payments: readonly BookedPayment[],
  readDays: ReadDays,
): readonly Found[] {
  const covered = payments.filter(
    ({ accountId, paidAtMs }) =>
      paidAtMs !== null && daysAround(paidAtMs).every((day) => readDays.has(`${accountId} ${day}`)),
  )
  return missingFrom(rows, covered).map(({ paymentId, amount, accountId, paidAtMs }) => ({
    code: 'missingFromBooks',
    kind: 'payment',
    id: paymentId,
    what: `${inWords(amount)}, paid ${timeInWords(paidAtMs ?? 0)}, in no row of ${accountId}`,
  }))
}

/** Every date that this instant has somewhere, from twelve hours behind UTC to fourteen before. */
export function daysAround(atMs: number): readonly string[] {
  const dates = [-12, 0, 14].map((hours) => new Date(atMs + hours * HOUR_MS).toISOString())
  return [...new Set(dates.map((date) => date.slice(0, 10)))]
}
