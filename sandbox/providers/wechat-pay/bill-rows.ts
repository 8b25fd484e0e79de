import { minorToDecimal } from '../../../shared/money.ts'
import { beijingClock } from './beijing.ts'
import type { OrderRow, Paid, RefundRow } from './ledger.ts'

export type BillType = 'ALL' | 'SUCCESS' | 'REFUND'

/** A line of a bill: one cell per column of its header. */
export type Cells = readonly string[]

export interface Table {
  readonly header: Cells
  readonly rows: readonly Cells[]
  readonly summaryHeader: Cells
  readonly summary: Cells
}

interface Deal {
  readonly order: OrderRow
  readonly paid: Paid
  readonly state: string
  /** Null for the payment itself. */
  readonly refund: RefundRow | null
  readonly refundState: string
  readonly atMs: number
  /** What came in, and what went back. */
  readonly income: number
  readonly expense: number
}

type Column = readonly [title: string, cell: (deal: Deal) => string]

const FEE_RATE = '0.60%'

const FIRST: readonly Column[] = [
  ['交易时间', ({ atMs }) => beijingClock(atMs)],
  ['公众账号ID', ({ order }) => order.identity['appid'] ?? order.identity['sp_appid'] ?? ''],
  ['商户号', ({ order }) => order.owner.mchId],
  ['特约商户号', ({ order }) => order.owner.subMchId ?? '0'],
  ['设备号', ({ order }) => escaped(order.deviceId ?? '')],
  ['微信订单号', ({ paid }) => paid.transactionId],
  ['商户订单号', ({ order }) => order.outTradeNo],
  ['用户标识', ({ paid }) => Object.values(paid.payer)[0] ?? ''],
  ['交易类型', ({ order }) => order.tradeType],
  ['交易状态', ({ state }) => state],
  ['付款银行', () => 'OTHERS'],
  ['货币种类', ({ order }) => order.amount.currency],
  ['应结订单金额', ({ income }) => yuan(income)],
  ['代金券金额', () => yuan(0)],
]

const REFUND_TIMES: readonly Column[] = [
  ['退款申请时间', ({ refund }) => (refund ? beijingClock(refund.createdAtMs) : '')],
  [
    '退款成功时间',
    ({ refund, refundState }) =>
      refund?.succeededAtMs && refundState !== 'PROCESSING'
        ? beijingClock(refund.succeededAtMs)
        : '',
  ],
]

const REFUND_PART: readonly Column[] = [
  ['微信退款单号', ({ refund }) => refund?.refundId ?? '0'],
  ['商户退款单号', ({ refund }) => refund?.outRefundNo ?? '0'],
  ['退款金额', ({ expense }) => yuan(expense)],
  ['充值券退款金额', () => yuan(0)],
  ['退款类型', ({ refund }) => (refund ? 'ORIGINAL' : '')],
  ['退款状态', ({ refundState }) => refundState],
]

const LAST: readonly Column[] = [
  ['商品名称', ({ order }) => escaped(order.description)],
  ['商户数据包', ({ order }) => escaped(order.attach ?? '')],
  ['手续费', (deal) => fee(feeFen(deal))],
  ['费率', () => FEE_RATE],
  ['订单金额', ({ income }) => yuan(income)],
]

const ASKED: Column = ['申请退款金额', ({ expense }) => yuan(expense)]
const REMARK: Column = ['费率备注', () => '']

/** Columns by kind of bill, as published files have them. */
const COLUMNS: Readonly<Record<BillType, readonly Column[]>> = {
  ALL: [...FIRST, ...REFUND_PART, ...LAST, ASKED, REMARK],
  SUCCESS: [...FIRST, ...LAST, REMARK],
  REFUND: [...FIRST, ...REFUND_TIMES, ...REFUND_PART, ...LAST, ASKED, REMARK],
}

export interface TradeBill {
  readonly type: BillType
  readonly fromMs: number
  readonly untilMs: number
  /** Refunds stand in it as they stood then, however often it is fetched. */
  readonly madeAtMs: number
  /** In place of the words that are known. */
  readonly words: { readonly state: string | null; readonly refundState: string | null }
}

/** Payments and refunds of that day; null where there are none. */
export function tradeTable(orders: readonly OrderRow[], bill: TradeBill): Table | null {
  const deals = orders
    .flatMap((order) => dealsOf(order, bill))
    .filter(({ atMs }) => atMs >= bill.fromMs && atMs < bill.untilMs)
    .filter(({ refund }) => bill.type === 'ALL' || (bill.type === 'REFUND') === (refund !== null))
    .toSorted((left, right) => left.atMs - right.atMs)
  if (deals.length === 0) return null
  const columns = COLUMNS[bill.type]
  const paid = sum(deals.map(({ income }) => income))
  const refunded = sum(deals.map(({ expense }) => expense))
  const fees = sum(deals.map(feeFen))
  return {
    header: columns.map(([title]) => title),
    rows: deals.map((deal) => columns.map(([, cell]) => cell(deal))),
    summaryHeader: SUMMARY,
    summary: [
      String(deals.length),
      yuan(paid),
      yuan(refunded),
      yuan(0),
      fee(fees),
      yuan(paid),
      yuan(refunded),
    ],
  }
}

const SUMMARY = [
  '总交易单数',
  '应结订单总金额',
  '退款总金额',
  '充值券退款总金额',
  '手续费总金额',
  '订单总金额',
  '申请退款总金额',
]

/** Refunds stand in the bill of the day they were asked for, whatever becomes of them. */
function dealsOf(order: OrderRow, bill: TradeBill): readonly Deal[] {
  const { words } = bill
  const none = { refund: null, refundState: '' }
  const whole = order.amount.value
  const payment = (paid: Paid): Deal => {
    const state = words.state ?? 'SUCCESS'
    return { order, paid, state, ...none, atMs: paid.atMs, income: whole, expense: 0 }
  }
  if (order.revoked) {
    const { paid, atMs } = order.revoked
    const back = { order, paid, state: 'REVOKED', ...none, atMs, income: 0, expense: whole }
    return [payment(paid), back]
  }
  const { paid } = order
  if (!paid) return []
  const refunds = order.refunds.map((refund) => ({
    order,
    paid,
    state: 'REFUND',
    refund,
    refundState: words.refundState ?? refundStateAt(refund, bill.madeAtMs),
    atMs: refund.createdAtMs,
    income: 0,
    expense: refund.amount.value,
  }))
  return [payment(paid), ...refunds]
}

/** Bills have words of their own for what became of a refund. Field list 4013071246, 2026-09-11. */
const REFUND_STATES = {
  PROCESSING: 'PROCESSING',
  SUCCESS: 'SUCCESS',
  ABNORMAL: 'CHANGE',
  CLOSED: 'FAIL',
} as const satisfies Readonly<Record<RefundRow['status'], string>>

function refundStateAt({ status, succeededAtMs }: RefundRow, atMs: number): string {
  const later = succeededAtMs !== null && succeededAtMs > atMs
  return REFUND_STATES[later ? 'PROCESSING' : status]
}

/** Commas and line ends of what merchants wrote, so that a line can be split at its commas. */
function escaped(text: string): string {
  return text.replaceAll(',', '\\ ').replaceAll(/\r?\n|\r/g, '\\n')
}

/** 0.60 % in whole fen, from one half upwards; refunds give it back. */
function feeFen({ income, expense }: Pick<Deal, 'income' | 'expense'>): number {
  return sixPerMille(income) - sixPerMille(expense)
}

export function sixPerMille(fen: number): number {
  return Math.floor((fen * 6 + 500) / 1000)
}

/** Five decimals, the last three of them always zero, as in published files. */
function fee(fen: number): string {
  return `${yuan(fen)}000`
}

export function yuan(fen: number): string {
  return minorToDecimal({ value: fen, currency: 'CNY' })
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
