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
  /** Null for the payment itself. */
  readonly refund: RefundRow | null
  readonly atMs: number
}

type Column = readonly [title: string, cell: (deal: Deal) => string]

const FEE_RATE = '0.60%'

const FIRST: readonly Column[] = [
  ['交易时间', ({ atMs }) => beijingClock(atMs)],
  ['公众账号ID', ({ order }) => order.identity['appid'] ?? order.identity['sp_appid'] ?? ''],
  ['商户号', ({ order }) => order.owner.mchId],
  ['特约商户号', ({ order }) => order.owner.subMchId ?? '0'],
  ['设备号', ({ order }) => order.deviceId ?? ''],
  ['微信订单号', ({ paid }) => paid.transactionId],
  ['商户订单号', ({ order }) => order.outTradeNo],
  ['用户标识', ({ paid }) => Object.values(paid.payer)[0] ?? ''],
  ['交易类型', ({ order }) => order.tradeType],
  ['交易状态', ({ refund }) => (refund ? 'REFUND' : 'SUCCESS')],
  ['付款银行', () => 'OTHERS'],
  ['货币种类', ({ order }) => order.amount.currency],
  ['应结订单金额', ({ order, refund }) => yuan(refund ? 0 : order.amount.value)],
  ['代金券金额', () => yuan(0)],
]

const REFUND_TIMES: readonly Column[] = [
  ['退款申请时间', ({ refund }) => (refund ? beijingClock(refund.createdAtMs) : '')],
  [
    '退款成功时间',
    ({ refund }) => (refund?.succeededAtMs ? beijingClock(refund.succeededAtMs) : ''),
  ],
]

const REFUND_PART: readonly Column[] = [
  ['微信退款单号', ({ refund }) => refund?.refundId ?? '0'],
  ['商户退款单号', ({ refund }) => refund?.outRefundNo ?? '0'],
  ['退款金额', ({ refund }) => yuan(refund?.amount.value ?? 0)],
  ['充值券退款金额', () => yuan(0)],
  ['退款类型', ({ refund }) => (refund ? 'ORIGINAL' : '')],
  ['退款状态', ({ refund }) => refund?.status ?? ''],
]

const LAST: readonly Column[] = [
  ['商品名称', ({ order }) => order.description.replaceAll(/[\r\n]+/g, ' ')],
  ['商户数据包', ({ order }) => (order.attach ?? '').replaceAll(/[\r\n]+/g, ' ')],
  ['手续费', (deal) => fee(feeHundredThousandths(deal))],
  ['费率', () => FEE_RATE],
  ['订单金额', ({ order, refund }) => yuan(refund ? 0 : order.amount.value)],
]

const ASKED: Column = ['申请退款金额', ({ refund }) => yuan(refund?.amount.value ?? 0)]
const REMARK: Column = ['费率备注', () => '']

/** Columns by kind of bill, as published files have them. */
const COLUMNS: Readonly<Record<BillType, readonly Column[]>> = {
  ALL: [...FIRST, ...REFUND_PART, ...LAST, ASKED, REMARK],
  SUCCESS: [...FIRST, ...LAST, REMARK],
  REFUND: [...FIRST, ...REFUND_TIMES, ...REFUND_PART, ...LAST, ASKED, REMARK],
}

/** Payments and refunds of that day; null where there are none. */
export function tradeTable(
  orders: readonly OrderRow[],
  bill: { readonly type: BillType; readonly fromMs: number; readonly untilMs: number },
): Table | null {
  const deals = orders
    .flatMap(dealsOf)
    .filter(({ atMs }) => atMs >= bill.fromMs && atMs < bill.untilMs)
    .filter(({ refund }) => bill.type === 'ALL' || (bill.type === 'REFUND') === (refund !== null))
    .toSorted((left, right) => left.atMs - right.atMs)
  if (deals.length === 0) return null
  const columns = COLUMNS[bill.type]
  const paid = sum(deals.map(({ order, refund }) => (refund ? 0 : order.amount.value)))
  const refunded = sum(deals.map(({ refund }) => refund?.amount.value ?? 0))
  const fees = sum(deals.map(feeHundredThousandths))
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

/** Refunds stand in the bill of the day they were asked for, unless they were given up. */
function dealsOf(order: OrderRow): readonly Deal[] {
  const { paid } = order
  if (!paid) return []
  const refunds = order.refunds
    .filter(({ status }) => status !== 'CLOSED')
    .map((refund) => ({ order, paid, refund, atMs: refund.createdAtMs }))
  return [{ order, paid, refund: null, atMs: paid.atMs }, ...refunds]
}

/** 0.60 % exactly, in units of 0.00001 yuan; refunds give it back. */
function feeHundredThousandths({ order, refund }: Deal): number {
  return refund ? -refund.amount.value * 6 : order.amount.value * 6
}

function fee(hundredThousandths: number): string {
  const digits = String(Math.abs(hundredThousandths)).padStart(6, '0')
  const sign = hundredThousandths < 0 ? '-' : ''
  return `${sign}${digits.slice(0, -5)}.${digits.slice(-5)}`
}

const FLOW_HEADER = [
  '记账时间',
  '微信支付业务单号',
  '资金流水单号',
  '业务名称',
  '业务类型',
  '收支类型',
  '收支金额(元)',
  '账户结余(元)',
  '资金变更提交申请人',
  '备注',
  '业务凭证号',
]
const FLOW_SUMMARY = ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额']

interface Flow {
  readonly atMs: number
  readonly cells: (balance: string) => Cells
  /** What the balance grows by, in fen. */
  readonly fen: number
}

/** Every movement of the merchant's balance on that day; null where there are none. */
export function flowTable(
  orders: readonly OrderRow[],
  day: { readonly fromMs: number; readonly untilMs: number },
): Table | null {
  const all = orders.flatMap(flowsOf).toSorted((left, right) => left.atMs - right.atMs)
  const before = all.filter(({ atMs }) => atMs < day.fromMs)
  const flows = all.filter(({ atMs }) => atMs >= day.fromMs && atMs < day.untilMs)
  if (flows.length === 0) return null
  let balance = sum(before.map(({ fen }) => fen))
  const rows = flows.map((flow) => {
    balance += flow.fen
    return flow.cells(yuan(balance))
  })
  const income = flows.filter(({ fen }) => fen >= 0)
  const spending = flows.filter(({ fen }) => fen < 0)
  return {
    header: FLOW_HEADER,
    rows,
    summaryHeader: FLOW_SUMMARY,
    summary: [
      String(flows.length),
      String(income.length),
      yuan(sum(income.map(({ fen }) => fen))),
      String(spending.length),
      yuan(-sum(spending.map(({ fen }) => fen))),
    ],
  }
}

/** The payment, the fee in whole fen where there is any, and each refund that has gone out. */
function flowsOf(order: OrderRow): readonly Flow[] {
  const { paid } = order
  if (!paid) return []
  const flow = (words: { name: string; kind: string; id: string; note: string }, atMs: number) => ({
    atMs,
    entry: (fen: number): Flow => ({
      atMs,
      fen,
      cells: (balance) => [
        beijingClock(atMs),
        words.id,
        paid.transactionId,
        words.name,
        words.kind,
        fen < 0 ? '支出' : '收入',
        yuan(Math.abs(fen)),
        balance,
        `${order.owner.mchId}API`,
        words.note,
        order.outTradeNo,
      ],
    }),
  })
  const id = paid.transactionId
  const feeFen = Math.round((order.amount.value * 6) / 1000)
  const trade = flow({ name: '交易', kind: '交易', id, note: '' }, paid.atMs)
  const charge = flow({ name: '扣除交易手续费', kind: '扣除交易手续费', id, note: '' }, paid.atMs)
  const refunds = order.refunds
    .filter(({ status }) => status === 'SUCCESS')
    .map(({ refundId, amount, createdAtMs }) => {
      const note = `退款总金额${yuan(amount.value)}元;含手续费0.00元`
      const words = { name: '退款', kind: '退款', id: refundId, note }
      return flow(words, createdAtMs).entry(-amount.value)
    })
  const fees = feeFen > 0 ? [charge.entry(-feeFen)] : []
  return [trade.entry(order.amount.value), ...fees, ...refunds]
}

function yuan(fen: number): string {
  return minorToDecimal({ value: fen, currency: 'CNY' })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
