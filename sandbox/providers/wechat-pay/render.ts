import { minorDigits } from '../../../shared/money.ts'
import { beijingTime } from './beijing.ts'
import { type OrderRow, type Paid, type RefundRow, tradeState } from './ledger.ts'
import type { WechatPayBehaviour } from './options.ts'

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  NOTPAY: '订单未支付',
  CLOSED: '订单已关闭',
  REVOKED: '订单已撤销',
  USERPAYING: '用户支付中，需要输入密码',
  PAYERROR: '支付失败，请重新下单支付',
}

/** An order as queries and notifications show it. Query pages 4013070354 and 4013070356. */
export function renderOrder(row: OrderRow, behaviour: WechatPayBehaviour): object {
  const state = tradeState(row)
  const shown = {
    ...row.identity,
    out_trade_no: row.outTradeNo,
    trade_state: behaviour.tradeStateWord ?? state,
    trade_state_desc: DESCRIPTIONS[state] ?? '',
    promotion_detail: [],
    scene_info: { device_id: row.deviceId ?? '' },
  }
  const { paid } = row
  if (paid === null) return { ...shown, ...unpaidPart(row, behaviour) }
  return {
    ...shown,
    [row.family === 'global' ? 'id' : 'transaction_id']: paid.transactionId,
    trade_type: row.tradeType,
    bank_type: 'OTHERS',
    attach: row.attach ?? '',
    success_time: beijingTime(paid.atMs),
    payer: paid.payer,
    amount: paidAmount(row, paid, behaviour),
  }
}

function unpaidPart(row: OrderRow, { unpaidAnswers }: WechatPayBehaviour): object {
  const { value: total, currency } = row.amount
  if (unpaidAnswers === 'asLogged') return { amount: { payer_currency: 'CNY', total } }
  return {
    trade_type: row.tradeType,
    ...(row.attach === null ? {} : { attach: row.attach }),
    ...(row.payer === null ? {} : { payer: row.payer }),
    amount: { total, currency, payer_currency: 'CNY' },
  }
}

function paidAmount(row: OrderRow, paid: Paid, { totalOffBy }: WechatPayBehaviour): object {
  const { value, currency } = row.amount
  const amount = {
    total: value + totalOffBy,
    payer_total: paid.walletAmount.value + totalOffBy,
    currency,
    payer_currency: paid.walletAmount.currency,
  }
  return row.family === 'global' ? { ...amount, exchange_rate: exchangeRate(row, paid) } : amount
}

/** Payer's currency for one unit of the order's, times a hundred million. */
function exchangeRate(row: OrderRow, { walletAmount }: Paid): object {
  const scale = (currency: string) => 10n ** BigInt(minorDigits(currency))
  const payer = BigInt(walletAmount.value) * scale(row.amount.currency) * 100_000_000n
  const rate = payer / (BigInt(row.amount.value) * scale(walletAmount.currency))
  return { type: 'SETTLEMENT_RATE', rate: Number(rate) }
}

/** What the refund endpoints answer. Refund pages 4013070371 and 4013070374; cross-border, 2025-03. */
export function renderRefund(
  refund: RefundRow,
  behaviour: WechatPayBehaviour,
  form: 'accepted' | 'queried',
): object {
  return refund.order.family === 'global'
    ? globalRefund(refund, behaviour, form)
    : mainlandRefund(refund, behaviour)
}

function mainlandRefund(refund: RefundRow, behaviour: WechatPayBehaviour): object {
  const { order, amount } = refund
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: order.paid?.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: refund.receivedBy,
    ...successTime(refund),
    create_time: beijingTime(refund.createdAtMs),
    status: behaviour.refundStatusWord ?? refund.status,
    funds_account: 'UNSETTLED',
    amount: {
      total: order.amount.value,
      refund: amount.value,
      from: [],
      payer_total: order.amount.value,
      payer_refund: amount.value,
      settlement_refund: amount.value,
      settlement_total: order.amount.value,
      discount_refund: 0,
      currency: amount.currency,
    },
    promotion_detail: [],
  }
}

/** Accepting says no status there, and closed has another name. */
function globalRefund(
  refund: RefundRow,
  behaviour: WechatPayBehaviour,
  form: 'accepted' | 'queried',
): object {
  const { order } = refund
  const accepted = {
    id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    create_time: beijingTime(refund.createdAtMs),
    amount: globalRefundAmount(refund),
  }
  if (form === 'accepted') return accepted
  return {
    ...accepted,
    transaction_id: order.paid?.transactionId,
    out_trade_no: order.outTradeNo,
    channel: 'ORIGINAL',
    recv_account: refund.receivedBy,
    fund_source: 'REFUND_SOURCE_UNSETTLED_FUNDS',
    ...successTime(refund),
    status: behaviour.refundStatusWord ?? globalStatus(refund),
  }
}

function globalRefundAmount({ order, amount, walletAmount }: RefundRow): object {
  const { value: refund, currency } = amount
  return {
    refund,
    currency,
    payer_refund: walletAmount.value,
    payer_currency: walletAmount.currency,
    ...(order.paid ? { exchange_rate: exchangeRate(order, order.paid) } : {}),
  }
}

function globalStatus({ status }: RefundRow): string {
  return status === 'CLOSED' ? 'REFUNDCLOSE' : status
}

/** What a refund notification carries. Page 4013070387; the cross-border one names its id `id`. */
export function renderRefundNotice(refund: RefundRow, behaviour: WechatPayBehaviour): object {
  const { order, amount } = refund
  const { appid: _app, sp_appid: _sp, sub_appid: _sub, ...merchant } = order.identity
  const common = {
    ...merchant,
    transaction_id: order.paid?.transactionId,
    out_trade_no: order.outTradeNo,
    out_refund_no: refund.outRefundNo,
    ...successTime(refund),
  }
  if (order.family === 'global') {
    return {
      ...common,
      id: refund.refundId,
      refund_status: behaviour.refundStatusWord ?? globalStatus(refund),
      recv_account: refund.receivedBy,
      amount: { total: order.amount.value, ...globalRefundAmount(refund) },
    }
  }
  return {
    ...common,
    refund_id: refund.refundId,
    refund_status: behaviour.refundStatusWord ?? refund.status,
    user_received_account: refund.receivedBy,
    amount: {
      total: order.amount.value,
      refund: amount.value,
      payer_total: order.amount.value,
      payer_refund: amount.value,
    },
  }
}

function successTime({ succeededAtMs }: RefundRow): { success_time?: string } {
  return succeededAtMs === null ? {} : { success_time: beijingTime(succeededAtMs) }
}
