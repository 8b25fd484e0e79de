import { z } from 'zod'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import { plainWord } from './wire.ts'

/**
 * WeChat Pay's bills in their own words: form, headings and words of the trade bill and of the fund-flow
 * bill (merchant documents 4013071227 to 4013071254, in a copy of 2026-09-11). Columns differ with
 * the kind of bill and the age of the merchant number, so they are found by heading, never by place.
 * Every value stands behind a backtick: lines are split at comma and backtick, and no comma in what
 * a merchant wrote can move a column.
 */

/** What a bill is announced with; the file itself is fetched from the address within five minutes. */
export const billLinkSchema = z.object({
  hash_type: z.literal('SHA1'),
  /** Over the file as it reads, not as it travels. */
  hash_value: z.string().regex(/^[0-9a-f]{40}$/i),
  download_url: z.url({ protocol: /^https?$/ }),
})
export type WireBillLink = z.infer<typeof billLinkSchema>

export const BILL_PATHS = {
  tradebill: '/v3/bill/tradebill',
  fundflowbill: '/v3/bill/fundflowbill',
} as const

/** The first heading that is there counts; the later ones are those of the early format. */
const TRADE_COLUMNS = {
  time: ['交易时间'],
  appId: ['公众账号ID'],
  mchId: ['商户号'],
  subMchId: ['特约商户号', '子商户号'],
  transactionId: ['微信订单号'],
  outTradeNo: ['商户订单号'],
  state: ['交易状态'],
  currency: ['货币种类'],
  /** What the order was made for. */
  total: ['订单金额', '总金额'],
  /** The same less coupons that the merchant bears: what is settled. */
  payable: ['应结订单金额'],
  refundId: ['微信退款单号'],
  outRefundNo: ['商户退款单号'],
  refundAsked: ['申请退款金额', '退款金额'],
  refundSettled: ['退款金额'],
  refundState: ['退款状态'],
  fee: ['手续费'],
} as const satisfies Columns
export type TradeColumn = keyof typeof TRADE_COLUMNS

const FLOW_COLUMNS = {
  time: ['记账时间'],
  businessId: ['微信支付业务单号'],
  flowId: ['资金流水单号'],
  name: ['业务名称'],
  type: ['业务类型'],
  direction: ['收支类型'],
  amount: ['收支金额(元)'],
  balance: ['账户结余(元)'],
  voucher: ['业务凭证号'],
} as const satisfies Columns
export type FlowColumn = keyof typeof FLOW_COLUMNS

type Columns = Readonly<Record<string, readonly string[]>>

export const TRADE_FORM: Form<TradeColumn> = {
  columns: TRADE_COLUMNS,
  needs: ['time', 'mchId', 'transactionId', 'outTradeNo', 'state', 'currency', 'total'],
  sumsBegin: '总交易单数',
}
export const FLOW_FORM: Form<FlowColumn> = {
  columns: FLOW_COLUMNS,
  needs: ['time', 'businessId', 'flowId', 'type', 'direction', 'amount'],
  sumsBegin: '资金流水总笔数',
}

/** Sums of a trade bill and the column that each adds up; today's heading, then the early one. */
export const TRADE_SUMS: readonly (readonly [headings: readonly string[], column: TradeColumn])[] =
  [
    [['订单总金额', '总交易额'], 'total'],
    [['应结订单总金额'], 'payable'],
    [['申请退款总金额', '总退款金额'], 'refundAsked'],
    [['退款总金额'], 'refundSettled'],
    [['手续费总金额'], 'fee'],
  ]

export const INCOME = '收入'
export const EXPENSE = '支出'
/** Sums of a fund-flow bill: how many, and how much, in each direction. */
export const FLOW_SUMS = {
  [INCOME]: { count: '收入笔数', amount: '收入金额' },
  [EXPENSE]: { count: '支出笔数', amount: '支出金额' },
} as const

/** `交易状态`: a payment, a refund, and a payment by code that was taken back. */
export const BILL_STATES = { paid: 'SUCCESS', refund: 'REFUND', revoked: 'REVOKED' } as const

export const BILL_PAYMENT_STATES: Readonly<Record<string, PaymentFact['status']>> = {
  [BILL_STATES.paid]: 'paid',
  [BILL_STATES.revoked]: 'cancelled',
}

/** `退款状态`, other words than the API's. It stays as it was when the bill was made. */
export const BILL_REFUND_STATES: Readonly<Record<string, RefundFact['status']>> = {
  SUCCESS: 'succeeded',
  PROCESSING: 'processing',
  FAIL: 'failed',
  CHANGE: 'needsAction',
}

/**
 * `业务类型`, as far as published files show it; the documents list no words. What came into the account
 * for a payment, and left it for a refund, may be less than those: coupons and fees stand between.
 */
export const FLOW_TYPES: Readonly<Record<string, 'payout' | 'fee'>> = {
  交易: 'payout',
  退款: 'payout',
  扣除交易手续费: 'fee',
  提现: 'payout',
  充值: 'payout',
}
/** The one whose numbers are those of a refund. */
export const FLOW_REFUND = '退款'
/** Those whose numbers are those of an order. */
export const FLOW_ORDERS: readonly string[] = ['交易', '扣除交易手续费']

/** The cell of that column, without its backtick; empty where the bill has no such column. */
export type Cells<Column extends string> = (column: Column) => string

export interface Form<Column extends string> {
  readonly columns: Readonly<Record<Column, readonly string[]>>
  readonly needs: readonly Column[]
  /** The first heading of the two lines of sums that end a bill. */
  readonly sumsBegin: string
}

export interface Table<Column extends string> {
  readonly rows: readonly { readonly line: number; readonly cells: Cells<Column> }[]
  /** By heading; null where the bill ends without them. */
  readonly sums: ReadonlyMap<string, string> | null
  readonly sumsLine: number | null
  readonly problems: readonly { readonly line: number; readonly message: string }[]
}

/** Null where the text has other headings. */
export function tableOf<Column extends string>(
  text: string,
  form: Form<Column>,
): Table<Column> | null {
  const lines = text.split(/\r?\n/)
  const headings = headingsOf(lines[0] ?? '')
  const placeOf = (names: readonly string[]) =>
    names.map((name) => headings.indexOf(name)).find((place) => place !== -1) ?? -1
  if (form.needs.some((column) => placeOf(form.columns[column]) === -1)) return null
  const places = new Map<string, number>(
    Object.entries<readonly string[]>(form.columns).map(([name, names]) => [name, placeOf(names)]),
  )
  const begins = [`${form.sumsBegin},`, `\`${form.sumsBegin},`]
  const found = lines.findIndex((line) => begins.some((begin) => line.startsWith(begin)))
  const end = found === -1 ? lines.length : found
  const rows: { line: number; cells: Cells<Column> }[] = []
  const problems: { line: number; message: string }[] = []
  for (const [index, written] of lines.slice(0, end).entries()) {
    if (index === 0 || written.trim() === '') continue
    const line = index + 1
    const values = valuesOf(written)
    if (values?.length === headings.length) {
      rows.push({ line, cells: (column) => values[places.get(column) ?? -1]?.trim() ?? '' })
    } else {
      const has = values === null ? 'no backtick in front' : `${values.length} cells`
      problems.push({ line, message: `the line has ${has}, and the heading ${headings.length}` })
    }
  }
  const values = valuesOf(lines[end + 1] ?? '')
  if (values === null) return { rows, sums: null, sumsLine: null, problems }
  const sums = headingsOf(lines[end] ?? '').map(
    (heading, index) => [heading, values[index]?.trim() ?? ''] as const,
  )
  const rest = lines.findIndex((line, index) => index > end + 1 && line.trim() !== '')
  if (rest !== -1) problems.push({ line: rest + 1, message: 'there is more behind the sums' })
  return { rows, sums: new Map(sums), sumsLine: end + 2, problems }
}

/** Without backticks, and with plain brackets: some copies have wide ones. */
function headingsOf(line: string): readonly string[] {
  return line
    .split(',')
    .map((cell) => cell.replace(/^`/, '').replaceAll('（', '(').replaceAll('）', ')').trim())
}

/** Null where the line does not begin as all lines of values do. */
function valuesOf(line: string): readonly string[] | null {
  return line.startsWith('`') ? line.slice(1).split(',`') : null
}

const DECIMALS = 8
const ONE = 10n ** BigInt(DECIMALS)

/** In 0.00000001; null where it is no decimal. */
function exactOf(cell: string): bigint | null {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(cell) ?? []
  return whole === '' ? null : BigInt(sign + whole + fraction.padEnd(DECIMALS, '0'))
}

/** What a sum says otherwise than its rows. Null where they agree, and where the bill has no such sum. */
export function doubtOfSum(
  sums: ReadonlyMap<string, string>,
  heading: string,
  added: bigint | null,
): string | null {
  const stated = sums.get(heading)
  // A cell that cannot be added up is a problem of its own.
  if (stated === undefined || added === null || exactOf(stated) === added) return null
  return `${heading} is ${plainWord(stated) ?? 'unreadable'}, and the rows add up to ${decimalOf(added)}`
}

function decimalOf(exact: bigint): string {
  const digits = String(exact < 0n ? -exact : exact).padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0{1,6}$/, '')
  return `${exact < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${fraction}`
}

export function countOf(rows: readonly unknown[]): bigint {
  return BigInt(rows.length) * ONE
}

/** Null where there is nothing to add, as in a column that this bill has not, or no way to. */
export function addUp(cells: readonly string[]): bigint | null {
  if (cells.length > 0 && cells.every((cell) => cell === '')) return null
  return cells.reduce<bigint | null>((sum, cell) => {
    const value = cell === '' ? 0n : exactOf(cell)
    return sum === null || value === null ? null : sum + value
  }, 0n)
}
