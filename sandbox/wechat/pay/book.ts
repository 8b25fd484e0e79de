import type { Clock } from '../../../shared/clock.ts'
import type { Money } from '../../../shared/money.ts'
import { ALPHANUMERIC, DIGITS, HEX, type Random } from '../../random.ts'
import type { Registry } from '../apps.ts'
import type { People } from '../people.ts'
import {
  type PrepayOrder,
  type PrepayRecord,
  type WechatPlatform,
  WechatRefusal,
} from '../platform.ts'
import { createTrades, type Trades } from '../shipping/trades.ts'
import { checkOrder } from './order-rules.ts'
import { walletAmountOf } from './wallet-amount.ts'

/** `prepay_id` and `code_url` live two hours, an H5 link five minutes. */
export const PREPAY_LIFE_MS = 2 * 60 * 60_000
export const H5_LINK_LIFE_MS = 5 * 60_000

export interface Receipt {
  readonly paidAtMs: number
  readonly walletAmount: Money
}

/** One prepayment with all that the cashier needs. */
export interface PrepayRow {
  readonly prepayId: string
  readonly codeUrl: string | null
  readonly h5Url: string | null
  readonly expiresAtMs: number
  readonly order: PrepayOrder
  readonly walletAmount: Money
  state: PrepayRecord['state']
  paidBy: string | null
  refundedMinor: number
  refundedFen: number
}

/** WeChat's book of prepayments: what providers order, and what wallets pay. */
export interface PrepayBook extends WechatPlatform {
  /**
   * Pays without a screen; without a person, the payer it was ordered for, else whoever holds the
   * phone. Throws WechatRefusal in the words of WeChat Pay: unknown, expired, closed or paid already,
   * another payer than ordered, not enough in the wallet. Money moves once.
   */
  payAs(prepayId: string, person?: string): Receipt
  find(match: (row: Readonly<PrepayRow>) => boolean): Readonly<PrepayRow> | undefined
  /** Tells whoever ordered that a try ended without money; the prepayment stays as it is. */
  noteFailedTry(prepayId: string, reason: string): void
  readonly trades: Trades
  reset(): void
}

export interface BookParts {
  readonly clock: Clock
  readonly random: Random
  readonly registry: Registry
  readonly people: People
  /** Where a browser reaches this WeChat; H5 links lead there. */
  readonly origin: () => string
}

export function createPrepayBook(parts: BookParts): PrepayBook {
  const rows = new Map<string, PrepayRow>()
  const trades = createTrades()
  return {
    trades,
    recordTrade: (trade) => trades.record(trade),
    createPrepay(order) {
      checkOrder(order, parts)
      const row = newRow(order, parts)
      rows.set(row.prepayId, row)
      return viewOf(row)
    },
    closePrepay(prepayId) {
      const row = rows.get(prepayId)
      if (row === undefined || row.state === 'paid') return false
      row.state = 'closed'
      return true
    },
    refundPrepay: (prepayId, amount) => refund(rows.get(prepayId), amount, parts.people),
    prepay(prepayId) {
      const row = rows.get(prepayId)
      return row && recordOf(row)
    },
    payAs(prepayId, person) {
      const row = rows.get(prepayId)
      return pay(row, parts.people.resolve(person ?? (row && payerOf(row, parts.people))), parts)
    },
    find: (match) => [...rows.values()].find(match),
    noteFailedTry: (prepayId, reason) => rows.get(prepayId)?.order.onFailedTry?.(reason),
    reset() {
      rows.clear()
      trades.reset()
    },
  }
}

function newRow(order: PrepayOrder, { clock, random, origin }: BookParts): PrepayRow {
  const nowMs = clock.nowMs()
  const prepayId = `wx${beijingDigits(nowMs)}${random.word(16, HEX)}0000`
  const h5Url = `${origin()}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=${prepayId}&package=${random.word(10, DIGITS)}`
  return {
    prepayId,
    codeUrl:
      order.tradeType === 'NATIVE'
        ? `weixin://wxpay/bizpayurl?pr=${random.word(9, ALPHANUMERIC)}`
        : null,
    h5Url: order.tradeType === 'MWEB' ? h5Url : null,
    expiresAtMs: nowMs + (order.tradeType === 'MWEB' ? H5_LINK_LIFE_MS : PREPAY_LIFE_MS),
    order,
    walletAmount: walletAmountOf(order.amount, order.walletAmount),
    state: 'open',
    paidBy: null,
    refundedMinor: 0,
    refundedFen: 0,
  }
}

/** Why this row cannot be paid now, or null. An H5 link's five minutes bind its opening only. */
export function deadReason(row: Readonly<PrepayRow>, nowMs: number): WechatRefusal | null {
  if (row.state === 'paid') return new WechatRefusal('ORDERPAID', '该订单已支付')
  if (row.state === 'closed') return new WechatRefusal('ORDERCLOSED', '订单已关闭')
  const openedLate = row.order.tradeType === 'MWEB' ? PREPAY_LIFE_MS - H5_LINK_LIFE_MS : 0
  if (nowMs < row.expiresAtMs + openedLate) return null
  return new WechatRefusal('PREPAY_EXPIRED', '支付请求已失效，请重新发起支付')
}

function pay(row: PrepayRow | undefined, person: string, parts: BookParts): Receipt {
  if (row === undefined) throw new WechatRefusal('ORDER_NOT_EXIST', '订单不存在')
  const paidAtMs = parts.clock.nowMs()
  const dead = deadReason(row, paidAtMs)
  if (dead !== null) throw dead
  if (!mayPay(row, person, parts.people)) {
    throw new WechatRefusal('OPENID_MISMATCH', '下单账号与支付账号不一致，请核实后再支付')
  }
  const { walletAmount, order } = row
  if (parts.people.balanceFen(person) < walletAmount.value) {
    order.onFailedTry?.('insufficient balance')
    throw new WechatRefusal('NOTENOUGH', '余额不足')
  }
  parts.people.debit(person, walletAmount.value)
  row.state = 'paid'
  row.paidBy = person
  order.onPaid({ paidAtMs, walletAmount })
  return { paidAtMs, walletAmount }
}

/** A JSAPI order is for its one payer; the others are for whoever opens them. */
export function mayPay(row: Readonly<PrepayRow>, person: string, people: People): boolean {
  return row.order.tradeType !== 'JSAPI' || payerOf(row, people) === person
}

function payerOf({ order }: Readonly<PrepayRow>, people: People): string | undefined {
  const { tradeType, openid, appId } = order
  return tradeType === 'JSAPI' && openid !== undefined ? people.owner(openid, appId) : undefined
}

function refund(row: PrepayRow | undefined, amount: Money, people: People): void {
  if (row === undefined) throw new WechatRefusal('ORDER_NOT_EXIST', '订单不存在')
  if (row.state !== 'paid' || row.paidBy === null) {
    throw new WechatRefusal('TRADE_STATE_ERROR', '订单状态错误：未支付的订单不能退款')
  }
  const paid = row.order.amount
  const valid = Number.isSafeInteger(amount.value) && amount.value > 0
  if (!valid || amount.currency !== paid.currency) {
    throw new WechatRefusal(
      'PARAM_ERROR',
      `refund: a whole number of minor units of ${paid.currency}`,
    )
  }
  if (row.refundedMinor + amount.value > paid.value) {
    throw new WechatRefusal('REFUND_FEE_INVALID', '累计退款金额大于支付金额')
  }
  row.refundedMinor += amount.value
  // By the running sum, so that parts that add up to the whole give back exactly what was debited.
  const sumFen = (BigInt(row.walletAmount.value) * BigInt(row.refundedMinor)) / BigInt(paid.value)
  people.credit(row.paidBy, Number(sumFen) - row.refundedFen)
  row.refundedFen = Number(sumFen)
}

function viewOf({ prepayId, codeUrl, h5Url, expiresAtMs }: PrepayRow) {
  return { prepayId, codeUrl, h5Url, expiresAtMs }
}

function recordOf(row: PrepayRow): PrepayRecord {
  const { onPaid: _paid, onFailedTry: _failed, ...order } = row.order
  return { ...viewOf(row), order, state: row.state, refundedMinor: row.refundedMinor }
}

/** `ddHHmmssSSS` in Beijing and a filler, as prepay ids begin. */
function beijingDigits(nowMs: number): string {
  const digits = new Date(nowMs + 8 * 60 * 60_000).toISOString().replaceAll(/\D/g, '')
  return digits.slice(6).padEnd(14, '0')
}
