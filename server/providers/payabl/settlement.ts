import { decimalToMinor, type Money } from '../../../shared/money.ts'
import type { SettlementProblem, SettlementReport, SettlementRow } from '../../domain/settlement.ts'
import type { WireItem } from './wire.ts'

/**
 * The lists of tx_diagnose for one day into rows; pure. payabl. publishes no file: what it lists is
 * what it did, in the currency of the payment, and nothing is told of money on its way to the bank
 * (developer page "Diagnose", read 2026-06).
 */

/** What is asked for about a day, in this order. */
export const LISTS = ['capture', 'refund', 'chb', 'pending', 'failed'] as const
export type List = (typeof LISTS)[number]
export type DayLists = Partial<Record<List, readonly WireItem[]>>

/** `2026-06-24` as `24.06.2026`; null for what is no day. */
export function dayOf(day: string): string | null {
  const atMs = Date.parse(`${day}T00:00:00Z`)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(atMs)
  const same = isDay && new Date(atMs).toISOString().startsWith(day)
  return same ? day.split('-').toReversed().join('.') : null
}

interface Place {
  readonly list: List
  /** Of the numbers in the other lists of the day. */
  readonly known: Readonly<Record<List, ReadonlySet<string>>>
}

/** Rows of all lists of one day. What is refunded and still pending stands in two: it is one row. */
export function reportOf(
  lists: DayLists,
  { accountId, day }: { readonly accountId: string; readonly day: string },
): SettlementReport {
  const source = `tx_diagnose ${day}`
  const known = numbersOf(lists)
  const entries = LISTS.flatMap((list) => (lists[list] ?? []).map((item) => ({ list, item })))
  const rows = new Map<string, SettlementRow>()
  const problems: SettlementProblem[] = []
  const alike = new Map<string, number>()
  for (const [index, { list, item }] of entries.entries()) {
    const line = index + 1
    const isSecondTelling = list === 'pending' && known.refund.has(item.transaction_id ?? '')
    if (isSecondTelling) continue
    try {
      const row = { accountId, source, line, ...rowOf(item, { list, known }) }
      const kind = row.status === 'processing' ? `${list} pending` : list
      const name = [kind, numberOf(item), item.booking_date ?? '', item.amount ?? ''].join('/')
      // Where refunds have no number of their own, two alike are told apart by their place.
      const place = (alike.get(name) ?? 0) + 1
      alike.set(name, place)
      const rowId = place === 1 ? name : `${name}/${place}`
      rows.set(rowId, { ...row, rowId })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.push({ source, line, message: `in the list "${list}": ${error.message}` })
    }
  }
  return { rows: [...rows.values()], problems }
}

function numbersOf(lists: DayLists): Place['known'] {
  const of = (list: List) =>
    new Set((lists[list] ?? []).flatMap((item) => item.transaction_id ?? []))
  const [capture, refund, chb, pending, failed] = LISTS.map(of)
  const none = new Set<string>()
  return {
    capture: capture ?? none,
    refund: refund ?? none,
    chb: chb ?? none,
    pending: pending ?? none,
    failed: failed ?? none,
  }
}

/** Throws RangeError where nothing says what the item is about. */
function numberOf({ transaction_id, order_id }: WireItem): string {
  const number = transaction_id ?? order_id
  if (number === undefined) throw new RangeError('an item has neither number nor order')
  return number
}

type Told<Row> = Row extends SettlementRow
  ? Omit<Row, 'accountId' | 'source' | 'line' | 'rowId'>
  : never

const PAYMENTS = { capture: 'paid', pending: 'pending', failed: 'failed' } as const

function rowOf(item: WireItem, { list, known }: Place): Told<SettlementRow> {
  const amount = amountIn(item)
  const number = item.transaction_id ?? null
  const order = item.order_id ?? null
  const common = {
    outTradeNo: order,
    // Whether a list shows the payment's number or its own is not documented, but its order is ours.
    providerPaymentId: order === null ? number : null,
    outRefundNo: null,
    providerRefundId: null,
    appId: null,
    occurredAtMs: null,
    amount,
    settled: null,
    fee: null,
    rate: null,
    providerStatus: [list, number, item.booking_date].filter(Boolean).join(' '),
    unknownStatus: false,
  }
  if (list === 'chb') return { ...common, kind: 'chargeback', status: null, amount: away(amount) }
  if (list !== 'refund') {
    if (amount.value <= 0) throw new RangeError(`a payment of ${item.amount} ${item.currency}`)
    return { ...common, kind: 'payment', status: PAYMENTS[list] }
  }
  const isOwn = number !== null && !known.capture.has(number)
  return {
    ...common,
    kind: 'refund',
    status: number !== null && known.pending.has(number) ? 'processing' : 'succeeded',
    providerPaymentId: isOwn ? null : number,
    outRefundNo: item.external_id ?? null,
    providerRefundId: isOwn ? number : null,
    amount: away(amount),
  }
}

/** Throws RangeError. */
function amountIn({ amount, currency }: WireItem): Money {
  if (amount === undefined || currency === undefined) throw new RangeError('an item has no sum')
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`not a currency: ${currency}`)
  return decimalToMinor(amount, currency)
}

/** Money away, whichever sign it was written with. */
function away({ value, currency }: Money): Money {
  return { value: value === 0 ? 0 : -Math.abs(value), currency }
}
