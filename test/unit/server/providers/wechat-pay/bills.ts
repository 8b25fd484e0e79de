import type { SettlementReport } from '../../../../../server/domain/settlement.ts'
import { readBill } from '../../../../../server/providers/wechat-pay/settlement.ts'
import { MCH_ID } from './fixture.ts'

/** Bills made by hand, in the form of the published ones (field lists 4013071246 and 4013071249). */

const TRADE_HEADING =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,' +
  '付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,' +
  '退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注'
export const TRADE_SUMS_HEADING =
  '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额'
const FLOW_HEADING =
  '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),' +
  '资金变更提交申请人,备注,业务凭证号'
const FLOW_SUMS_HEADING = '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额'

export type Values = Readonly<Record<string, string>>

/** 19.99 yuan paid, of which a coupon of the merchant's bore 1.99; the fee is 0.11. */
export const PAYMENT: Values = {
  交易时间: '2026-06-24 18:15:30',
  公众账号ID: 'wx-mini',
  商户号: MCH_ID,
  特约商户号: '0',
  微信订单号: '4200001234202606240000000001',
  商户订单号: 'p1001abc',
  用户标识: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  交易类型: 'JSAPI',
  交易状态: 'SUCCESS',
  付款银行: 'OTHERS',
  货币种类: 'CNY',
  应结订单金额: '18.00',
  代金券金额: '1.99',
  微信退款单号: '0',
  商户退款单号: '0',
  退款金额: '0.00',
  充值券退款金额: '0.00',
  商品名称: 'Longjing\\  50 g',
  手续费: '0.11000',
  费率: '0.60%',
  订单金额: '19.99',
  申请退款金额: '0.00',
}

/** 5.00 yuan of it back, of which the merchant's account bears 4.50; 0.03 of the fee comes back. */
export const REFUND: Values = {
  ...PAYMENT,
  交易时间: '2026-06-24 20:00:00',
  交易状态: 'REFUND',
  应结订单金额: '0.00',
  代金券金额: '0.00',
  微信退款单号: '50000000382019052709732678859',
  商户退款单号: 'rf1001',
  退款金额: '4.50',
  退款类型: 'ORIGINAL',
  退款状态: 'SUCCESS',
  手续费: '-0.03000',
  订单金额: '0.00',
  申请退款金额: '5.00',
}

export const SUMS: Values = {
  总交易单数: '2',
  应结订单总金额: '18.00',
  退款总金额: '4.50',
  充值券退款总金额: '0.00',
  手续费总金额: '0.08000',
  订单总金额: '19.99',
  申请退款总金额: '5.00',
}

/** The same 18.00 yuan coming into the account, and the fee leaving it. */
export const FLOW: Values = {
  记账时间: '2026-06-24 18:15:31',
  微信支付业务单号: '4200001234202606240000000001',
  资金流水单号: '4200001234202606240000000001',
  业务名称: '交易',
  业务类型: '交易',
  收支类型: '收入',
  '收支金额(元)': '18.00',
  '账户结余(元)': '118.00',
  资金变更提交申请人: 'system',
  业务凭证号: 'p1001abc',
}
export const CHARGE: Values = {
  ...FLOW,
  业务名称: '扣除交易手续费',
  业务类型: '扣除交易手续费',
  收支类型: '支出',
  '收支金额(元)': '0.11',
  '账户结余(元)': '117.89',
}
export const FLOW_SUMS: Values = {
  资金流水总笔数: '2',
  收入笔数: '1',
  收入金额: '18.00',
  支出笔数: '1',
  支出金额: '0.11',
}

export interface Parts {
  readonly rows?: readonly Values[]
  readonly sums?: Values | null
  /** For bills of other columns. */
  readonly heading?: string
  readonly sumsHeading?: string
  readonly lineEnd?: '\r\n' | '\n'
}

export function tradeBill(parts: Parts = {}): Buffer {
  return billOf({
    rows: [PAYMENT, REFUND],
    sums: SUMS,
    heading: TRADE_HEADING,
    sumsHeading: TRADE_SUMS_HEADING,
    ...parts,
  })
}

export function flowBill(parts: Parts = {}): Buffer {
  return billOf({
    rows: [FLOW, CHARGE],
    sums: FLOW_SUMS,
    heading: FLOW_HEADING,
    sumsHeading: FLOW_SUMS_HEADING,
    ...parts,
  })
}

/** Without columns of these headings. */
export function without(...headings: readonly string[]): string {
  const kept = TRADE_HEADING.split(',').filter((heading) => !headings.includes(heading))
  return kept.join(',')
}

function billOf(bill: Parts & { rows: readonly Values[]; heading: string; sumsHeading: string }) {
  const { rows, sums, heading, sumsHeading, lineEnd = '\r\n' } = bill
  const line = (headings: string, values: Values) =>
    headings.split(',').map((title) => `\`${values[title] ?? ''}`)
  const end = sums ? [sumsHeading, line(sumsHeading, sums).join(',')] : []
  const lines = [heading, ...rows.map((row) => line(heading, row).join(',')), ...end]
  return Buffer.from(`\uFEFF${lines.map((text) => text + lineEnd).join('')}`)
}

export function read(
  plain: Uint8Array,
  partner?: { readonly subMchId: string; readonly subAppIds: string[] },
): SettlementReport {
  const config = { mchId: MCH_ID, partner }
  return readBill(plain, { accountId: 'wechat', config, source: 'tradebill 2026-06-24' })
}
