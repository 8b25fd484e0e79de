import { beijingClock } from './beijing.ts'
import { type Cells, sixPerMille, sum, type Table, yuan } from './bill-rows.ts'
import type { OrderRow } from './ledger.ts'

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

interface Words {
  readonly name: string
  readonly kind: string
  readonly id: string
  readonly note: string
  /** The merchant's own number: of the order, or of the refund. */
  readonly voucher: string
}

/** The payment, the fee in whole fen where there is any, and each refund that has gone out. */
function flowsOf(order: OrderRow): readonly Flow[] {
  const { paid } = order
  if (!paid) return []
  const flow = (words: Words, atMs: number) => ({
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
        words.voucher,
      ],
    }),
  })
  const id = paid.transactionId
  const charged = sixPerMille(order.amount.value)
  const about = { id, note: '', voucher: order.outTradeNo }
  const trade = flow({ name: '交易', kind: '交易', ...about }, paid.atMs)
  const charge = flow({ name: '扣除交易手续费', kind: '扣除交易手续费', ...about }, paid.atMs)
  const refunds = order.refunds
    .filter(({ status }) => status === 'SUCCESS')
    .map(({ refundId, outRefundNo, amount, createdAtMs }) => {
      const note = `退款总金额${yuan(amount.value)}元;含手续费0.00元`
      const words = { name: '退款', kind: '退款', id: refundId, note, voucher: outRefundNo }
      return flow(words, createdAtMs).entry(-amount.value)
    })
  const fees = charged > 0 ? [charge.entry(-charged)] : []
  return [trade.entry(order.amount.value), ...fees, ...refunds]
}
