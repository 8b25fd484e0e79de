import type { SettlementProblem, SettlementReport, SettlementRow } from '../../domain/settlement.ts'
import { lookUp, PAYMENT_STATUSES, REFUND_STATUSES } from './translate.ts'
import { listedSchema, type TransactionState, type WireListed } from './wire-settlement.ts'

/** Saferpay's list of transactions into rows; pure. */

/** One list as it came, all pages together. */
export interface Listed {
  readonly state: TransactionState
  /** How many there are, as Saferpay says. */
  readonly total: number
  readonly transactions: readonly unknown[]
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/**
 * The range of one day, both ends excluded and in whole minutes, as Saferpay takes it: it ends at
 * 23:59, which Saferpay's own advice for "up to and including yesterday" is, and begins a minute
 * before the end of the day before, so that no second lies between two days. Null for no day.
 */
export function dayRange(day: string): { readonly from: string; readonly until: string } | null {
  const startMs = Date.parse(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(startMs)) return null
  if (!minuteOf(startMs).startsWith(day)) return null
  return { from: minuteOf(startMs - 2 * MINUTE_MS), until: minuteOf(startMs + DAY_MS - MINUTE_MS) }
}

function minuteOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 16)
}

/** Rows of all lists, and what of them could not be read or did not come. */
export function reportOf(
  lists: readonly Listed[],
  { accountId, day }: { readonly accountId: string; readonly day: string },
): SettlementReport {
  const source = `transactions ${day}`
  const rows = new Map<string, SettlementRow>()
  const problems: SettlementProblem[] = []
  const entries = lists.flatMap(({ state, transactions }) =>
    transactions.map((transaction) => ({ state, listed: listedSchema.safeParse(transaction) })),
  )
  const going = new Set(
    entries.flatMap(({ state, listed }) =>
      state === 'FAILED' ? [] : (listed.data?.OrderId ?? []),
    ),
  )
  for (const [index, { state, listed }] of entries.entries()) {
    const line = index + 1
    if (listed.success) {
      const common = { accountId, source, line }
      const isOver = !going.has(listed.data.OrderId ?? '')
      const row = { ...common, ...rowOf(listed.data, { state, isOver }) }
      if (rows.has(row.rowId)) problems.push({ source, line, message: 'it was given twice' })
      rows.set(row.rowId, row)
    } else {
      const names = listed.error.issues.map(({ path }) => path.join('.') || 'MerchantAmount')
      const message = `a ${state} transaction cannot be read: ${names.join(', ')}`
      problems.push({ source, line, message })
    }
  }
  for (const { state, total, transactions } of lists) {
    if (transactions.length === total) continue
    const message = `Saferpay counts ${total} ${state} transactions and gave ${transactions.length}`
    problems.push({ source, line: null, message })
  }
  return { rows: [...rows.values()], problems }
}

type Told<Row> = Row extends SettlementRow ? Omit<Row, 'accountId' | 'source' | 'line'> : never

interface Place {
  readonly state: TransactionState
  /** Whether nothing else of the same order succeeded, or may yet. */
  readonly isOver: boolean
}

function rowOf(listed: WireListed, { state, isOver }: Place): Told<SettlementRow> {
  const { TransactionId, PaymentMethod, AuthorizationDetails: details, FailedDetails } = listed
  const told = details ? [details.Type, details.State] : [state]
  const number = listed.OrderId ?? null
  const failed = [FailedDetails?.DeclinedBy, FailedDetails?.SaferpayErrorCode]
  const common = {
    rowId: [...told, TransactionId].join('/'),
    outTradeNo: null,
    providerPaymentId: null,
    outRefundNo: null,
    providerRefundId: null,
    appId: null,
    occurredAtMs: details?.AuthorizationDate ?? null,
    settled: null,
    fee: null,
    rate: null,
    providerStatus: [...told, ...failed, PaymentMethod].filter(Boolean).join(' '),
  }
  const { value, currency } = listed.amount
  if (details?.Type === 'REFUND') {
    const known = lookUp(REFUND_STATUSES, details.State)
    return {
      ...common,
      kind: 'refund',
      status: known ?? 'processing',
      unknownStatus: known === undefined,
      outRefundNo: number,
      providerRefundId: TransactionId,
      amount: { value: value === 0 ? 0 : -Math.abs(value), currency },
    }
  }
  const isPayment = details === undefined || details === null || details.Type === 'PAYMENT'
  const known = isPayment ? statusOf(listed, { state, isOver }) : undefined
  return {
    ...common,
    kind: 'payment',
    status: known ?? 'pending',
    unknownStatus: known === undefined,
    outTradeNo: number,
    // Only a success fixes the number: a payer who tries twice makes two transactions of one order.
    providerPaymentId: known === 'paid' ? TransactionId : null,
    amount: listed.amount,
  }
}

/** A failed try ends a payment only where no other try of its order went on. */
function statusOf({ AuthorizationDetails: details }: WireListed, { state, isOver }: Place) {
  if (details) return lookUp(PAYMENT_STATUSES, details.State)
  if (state === 'SUCCESSFUL') return undefined
  return state === 'FAILED' && isOver ? 'failed' : 'pending'
}
