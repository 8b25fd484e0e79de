import { decimalToMinor, type Money } from '../../../shared/money.ts'
import type { SettlementProblem, SettlementReport, SettlementRow } from '../../domain/settlement.ts'
import type { ProviderError } from '../errors.ts'
import type { WechatPayConfig } from './config.ts'
import { fault } from './translate.ts'
import { lookUp, plainWord } from './wire.ts'
import {
  addUp,
  BILL_PAYMENT_STATES,
  BILL_REFUND_STATES,
  BILL_STATES,
  type Cells,
  countOf,
  doubtOfSum,
  EXPENSE,
  FLOW_FORM,
  FLOW_ORDERS,
  FLOW_REFUND,
  FLOW_SUMS,
  FLOW_TYPES,
  type FlowColumn,
  INCOME,
  type Table,
  TRADE_FORM,
  TRADE_SUMS,
  type TradeColumn,
  tableOf,
} from './wire-settlement.ts'

/**
 * WeChat Pay's bills as rows in our words; pure. Amounts are exact: yuan become fen, or the row is a
 * problem. The sums at the end of a bill are compared with its rows, as integers of 0.00000001 yuan.
 * The payer's openid is not kept.
 */

export interface BillTerms {
  readonly accountId: string
  readonly config: Pick<WechatPayConfig, 'mchId' | 'partner'>
  /** Of the rows, such as `tradebill 2026-06-24`. */
  readonly source: string
}

interface Reading {
  readonly row: SettlementRow | null
  readonly problem: string | null
}

type Place = BillTerms & { readonly line: number }

/** A trade bill of any kind, or a fund-flow bill. Throws `rejected` where it is none of them. */
export function readBill(plain: Uint8Array, terms: BillTerms): SettlementReport {
  const text = textOf(plain, terms)
  const trade = tableOf(text, TRADE_FORM)
  if (trade) {
    const { rows, problems } = readRows(trade, terms, tradeRow)
    return {
      rows: withRevoked(rows),
      problems: [...problems, ...doubts(trade, terms, tradeDoubts)],
    }
  }
  const flow = tableOf(text, FLOW_FORM)
  if (flow) {
    const { rows, problems } = readRows(flow, terms, flowRow)
    return { rows, problems: [...problems, ...doubts(flow, terms, flowDoubts)] }
  }
  throw rejected(terms, 'it has not the headings of a trade bill or a fund-flow bill')
}

function readRows<Column extends string>(
  table: Table<Column>,
  terms: BillTerms,
  read: (cells: Cells<Column>, place: Place) => Reading,
): SettlementReport {
  const { source } = terms
  const rows = new Map<string, SettlementRow>()
  const problems: SettlementProblem[] = table.problems.map((problem) => ({ source, ...problem }))
  for (const { line, cells } of table.rows) {
    const { row, problem } = read(cells, { ...terms, line })
    if (problem !== null) problems.push({ source, line, message: problem })
    if (row && rows.has(row.rowId)) {
      problems.push({ source, line, message: `the row stands twice in the bill: ${row.rowId}` })
    } else if (row) {
      rows.set(row.rowId, row)
    }
  }
  return { rows: [...rows.values()], problems }
}

type Doubts<Column extends string> = (
  rows: readonly Cells<Column>[],
  sums: ReadonlyMap<string, string>,
) => readonly (string | null)[]

function doubts<Column extends string>(
  { rows, sums, sumsLine }: Table<Column>,
  { source }: BillTerms,
  find: Doubts<Column>,
): readonly SettlementProblem[] {
  const words = sums
    ? find(
        rows.map(({ cells }) => cells),
        sums,
      )
    : ['the bill ends without its sums: it may be cut off']
  return words.flatMap((message) => (message === null ? [] : [{ source, line: sumsLine, message }]))
}

function textOf(plain: Uint8Array, terms: BillTerms): string {
  try {
    // Takes the byte order mark away, too.
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch {
    throw rejected(terms, 'it is not UTF-8 text; give it as it was downloaded')
  }
}

function rejected({ accountId, source }: BillTerms, what: string): ProviderError {
  return fault(accountId, 'rejected', `${source} is no bill of WeChat Pay's: ${what}`)
}

/** Payments and their returns by reversal cancel each other: neither says that it was paid. */
function withRevoked(rows: readonly SettlementRow[]): readonly SettlementRow[] {
  const revoked = new Set(
    rows.filter(({ status }) => status === 'cancelled').map((row) => row.providerPaymentId),
  )
  return rows.map((row) =>
    row.kind === 'payment' && revoked.has(row.providerPaymentId)
      ? { ...row, status: 'cancelled' }
      : row,
  )
}

/** Of another sub-merchant: in this bill and none of this account's business. */
const NOT_OURS: Reading = { row: null, problem: null }

function unreadable(problem: string): Reading {
  return { row: null, problem }
}

function tradeRow(cells: Cells<TradeColumn>, place: Place): Reading {
  const { mchId, partner } = place.config
  const owner = plainWord(cells('mchId')) ?? ''
  if (owner !== mchId) return unreadable(`the row is of merchant ${owner}, not of ${mchId}`)
  if (numberOf(cells('subMchId')) !== (partner?.subMchId ?? null)) return NOT_OURS
  const transactionId = numberOf(cells('transactionId'))
  if (transactionId === null) return unreadable("WeChat Pay's number is missing")
  const state = cells('state')
  const refundId = numberOf(cells('refundId'))
  const known = lookUp(BILL_PAYMENT_STATES, state)
  const isRefund = known === undefined && (state === BILL_STATES.refund || refundId !== null)
  const money = tradeMoney(cells, isRefund || state === BILL_STATES.revoked)
  if (money === null) return unreadable('the currency or an amount cannot be read')
  const refundState = lookUp(BILL_REFUND_STATES, cells('refundState'))
  const row = {
    accountId: place.accountId,
    source: place.source,
    line: place.line,
    // The same in the bills ALL, SUCCESS and REFUND.
    rowId: ['trade', transactionId, state, refundId].filter((part) => part !== null).join(':'),
    outTradeNo: numberOf(cells('outTradeNo')),
    providerPaymentId: transactionId,
    outRefundNo: numberOf(cells('outRefundNo')),
    providerRefundId: refundId,
    // Of a service provider's two apps the bill names one, and not which.
    appId: partner ? null : cells('appId') || null,
    occurredAtMs: beijingTimeOf(cells('time')),
    ...money,
    // Yuan for yuan; the column of rates is that of fees.
    rate: null,
    providerStatus: [state, cells('refundState')].filter((word) => word !== '').join(' '),
  }
  const problem = feeDoubt(cells('fee'), money.fee)
  if (!isRefund) {
    const unknownStatus = known === undefined
    return { row: { ...row, kind: 'payment', status: known ?? 'pending', unknownStatus }, problem }
  }
  const unknownStatus = state !== BILL_STATES.refund || refundState === undefined
  const status = unknownStatus ? 'processing' : (refundState ?? 'processing')
  return { row: { ...row, kind: 'refund', status, unknownStatus }, problem }
}

type TradeMoney = Pick<SettlementRow, 'amount' | 'settled' | 'fee'>

/** Signed from the merchant's side; a fee is charged with payments and given back with refunds. */
function tradeMoney(cells: Cells<TradeColumn>, away: boolean): TradeMoney | null {
  const currency = cells('currency')
  const sign = away ? -1 : 1
  const asked = away ? orElse(cells('refundAsked'), cells('total')) : cells('total')
  const payable = cells('payable')
  const settled = away && payable !== '' ? orElse(cells('refundSettled'), payable) : payable
  const amount = minorOf(asked, currency, sign)
  const reaching = settled === '' ? null : minorOf(settled, currency, sign)
  if (amount === null || (settled !== '' && reaching === null)) return null
  return { amount, settled: reaching, fee: minorOf(cells('fee'), currency, -1) }
}

function orElse(cell: string, other: string): string {
  return /[1-9]/.test(cell) ? cell : other
}

function feeDoubt(cell: string, fee: Money | null): string | null {
  if (fee !== null || cell === '') return null
  return `the fee is no whole amount of the currency, and is left out: ${plainWord(cell) ?? ''}`
}

/** What the account itself gained and lost. What was paid and refunded stands in the trade bill. */
function flowRow(cells: Cells<FlowColumn>, place: Place): Reading {
  const direction = cells('direction')
  const type = cells('type')
  if (direction !== INCOME && direction !== EXPENSE) {
    return unreadable('it is neither income nor expense')
  }
  const settled = minorOf(cells('amount'), 'CNY', direction === INCOME ? 1 : -1)
  if (settled === null) return unreadable('the amount cannot be read')
  const kind = lookUp(FLOW_TYPES, type)
  const isOrder = FLOW_ORDERS.includes(type)
  const isRefund = type === FLOW_REFUND
  const [businessId, voucher] = [numberOf(cells('businessId')), numberOf(cells('voucher'))]
  const row: SettlementRow = {
    accountId: place.accountId,
    source: place.source,
    line: place.line,
    rowId: flowRowId(cells),
    kind: kind ?? 'payout',
    status: null,
    outTradeNo: isOrder ? voucher : null,
    providerPaymentId: isOrder ? businessId : null,
    outRefundNo: isRefund ? voucher : null,
    providerRefundId: isRefund ? businessId : null,
    appId: null,
    occurredAtMs: beijingTimeOf(cells('time')),
    amount: null,
    settled,
    fee: kind === 'fee' ? settled : null,
    rate: null,
    providerStatus: [cells('name'), type, direction].filter((word) => word !== '').join(' '),
    unknownStatus: kind === undefined,
  }
  return { row, problem: null }
}

/** Neither number is unique, a payment and its fee share both; the balance after it makes it so. */
function flowRowId(cells: Cells<FlowColumn>): string {
  const columns = [
    'flowId',
    'businessId',
    'type',
    'direction',
    'amount',
    'balance',
    'time',
  ] as const
  return ['flow', ...columns.map((column) => cells(column))].join(':')
}

/** Null for a number that is not there; direct merchants' bills write 0 for many. */
function numberOf(cell: string): string | null {
  return cell === '' || cell === '0' ? null : cell
}

/** Exact; null where it is no amount of that currency. */
function minorOf(cell: string, currency: string, sign: 1 | -1): Money | null {
  if (!/^[A-Z]{3}$/.test(currency)) return null
  try {
    const { value } = decimalToMinor(cell, currency)
    return { value: value === 0 ? 0 : sign * value, currency }
  } catch {
    return null
  }
}

/** `2026-06-24 18:15:30` in Beijing, where no clock is ever changed. */
function beijingTimeOf(cell: string): number | null {
  const [, day = '', time = ''] = /^(\d{4}-\d\d-\d\d) +(\d\d:\d\d:\d\d)$/.exec(cell) ?? []
  const atMs = Date.parse(`${day}T${time}+08:00`)
  return Number.isNaN(atMs) ? null : atMs
}

const tradeDoubts: Doubts<TradeColumn> = (rows, sums) => [
  doubtOfSum(sums, TRADE_FORM.sumsBegin, countOf(rows)),
  ...TRADE_SUMS.flatMap(([headings, column]) => {
    const added = addUp(rows.map((cells) => cells(column)))
    return headings.map((heading) => doubtOfSum(sums, heading, added))
  }),
]

const flowDoubts: Doubts<FlowColumn> = (rows, sums) => [
  doubtOfSum(sums, FLOW_FORM.sumsBegin, countOf(rows)),
  ...([INCOME, EXPENSE] as const).flatMap((direction) => {
    const moved = rows.filter((cells) => cells('direction') === direction)
    const { count, amount } = FLOW_SUMS[direction]
    const added = addUp(moved.map((cells) => cells('amount')))
    return [doubtOfSum(sums, count, countOf(moved)), doubtOfSum(sums, amount, added)]
  }),
]
