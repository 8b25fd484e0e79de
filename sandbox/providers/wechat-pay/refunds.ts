import { z } from 'zod'
import { DIGITS } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { refundedMinor } from '../rows.ts'
import { beijingDay } from './beijing.ts'
import { parseQuery } from './body.ts'
import { parameterError, Refused, SUFFIX } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import { COUNTING, type OrderRow, type Owner, type Paid, type RefundRow } from './ledger.ts'
import { ownerOf } from './order-request.ts'
import { ownerFromQuery } from './orders.ts'
import { type RefundRequest, readAbnormal, readRefund, signer } from './refund-request.ts'
import { renderRefund } from './render.ts'
import { openSensitive } from './signing.ts'
import type { World } from './world.ts'

const YEAR_MS = 365 * 24 * 60 * 60_000
const REFUNDS_PER_ORDER = 50

/** Accepts a refund, or answers how the one of that number stands. Erring calls are limited tighter. */
export function applyRefund(world: World, call: Call): Answer {
  const { merchant, family } = call
  const { refundsPerSecond, erringRefundsPerSecond } = world.behaviour()
  const limited = { mchId: merchant.mchId, family } as const
  world.limits.check({ ...limited, kind: 'erringRefund' }, erringRefundsPerSecond)
  world.limits.take({ ...limited, kind: 'refund' }, refundsPerSecond)
  try {
    const refund = accept(world, readRefund(call, world.behaviour()))
    return { json: renderRefund(refund, world.behaviour(), 'accepted') }
  } catch (error) {
    if (error instanceof Refused) world.limits.note({ ...limited, kind: 'erringRefund' })
    throw error
  }
}

function accept(world: World, request: RefundRequest): RefundRow {
  const { owner } = request
  const repeated = world.ledger.refund(owner, request.outRefundNo)
  if (repeated) {
    if (repeated.fingerprint === request.fingerprint) return repeated
    throw new Refused('INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试')
  }
  const { order, paid } = refundable(world, request)
  checkAgainstOrder(world, order, request)
  const refund = newRefund(world, { order, paid, request })
  order.refunds.push(refund)
  process(world, refund)
  return refund
}

function refundable(world: World, request: RefundRequest): { order: OrderRow; paid: Paid } {
  const { ledger } = world
  const { owner, transactionId, outTradeNo } = request
  const order =
    transactionId === null
      ? ledger.order(owner, outTradeNo ?? '')
      : ledger.paidOrder(owner, transactionId)
  if (!order?.paid || (outTradeNo !== null && order.outTradeNo !== outTradeNo)) {
    throw new Refused('RESOURCE_NOT_EXISTS', '订单不存在或未支付', { suffix: SUFFIX.orderMissing })
  }
  return { order, paid: order.paid }
}

function checkAgainstOrder(world: World, order: OrderRow, request: RefundRequest): void {
  const { refundGapMs, merchantFunds } = world.behaviour()
  const { amount, totalMinor } = request
  const nowMs = world.nowMs()
  if (amount.currency !== order.amount.currency || totalMinor !== order.amount.value) {
    throw new Refused('INVALID_REQUEST', '订单金额与支付时不一致，请核实后再试')
  }
  if (nowMs - (order.paid?.atMs ?? 0) > YEAR_MS) {
    throw new Refused('INVALID_REQUEST', '订单已超过可退款的最大期限')
  }
  if (refundedMinor(order, COUNTING) + amount.value > order.amount.value) {
    throw new Refused('INVALID_REQUEST', '申请退款金额超过订单可退金额')
  }
  if (order.refunds.length >= REFUNDS_PER_ORDER) {
    throw new Refused('RULE_LIMIT', `一笔订单最多支持${REFUNDS_PER_ORDER}次部分退款`)
  }
  const last = order.refunds.at(-1)
  if (last && nowMs - last.createdAtMs < refundGapMs) {
    throw new Refused('FREQUENCY_LIMITED', '同一笔订单多次退款需间隔1分钟', { suffix: SUFFIX.rate })
  }
  if (merchantFunds === 'short')
    throw new Refused('NOT_ENOUGH', '基本账户余额不足，请充值后重新发起')
}

function newRefund(
  world: World,
  { order, paid, request }: { order: OrderRow; paid: Paid; request: RefundRequest },
): RefundRow {
  const day = beijingDay(world.nowMs()).replaceAll('-', '')
  const before = refundedMinor(order, COUNTING)
  const wallet = (minor: number) =>
    Number((BigInt(paid.walletAmount.value) * BigInt(minor)) / BigInt(order.amount.value))
  return {
    refundId: `50${world.random.word(8, DIGITS)}${day}${world.random.word(11, DIGITS)}`,
    outRefundNo: request.outRefundNo,
    order,
    amount: request.amount,
    walletAmount: {
      value: wallet(before + request.amount.value) - wallet(before),
      currency: paid.walletAmount.currency,
    },
    notifyUrl: request.notifyUrl,
    fingerprint: request.fingerprint,
    createdAtMs: world.nowMs(),
    receivedBy: '支付用户零钱',
    status: 'PROCESSING',
    succeededAtMs: null,
  }
}

function process(world: World, refund: RefundRow): void {
  world.timers.later(world.behaviour().refundTakesMs, () => {
    finish(world, refund, world.behaviour().refundEndsAs)
  })
}

function finish(world: World, refund: RefundRow, wanted: 'SUCCESS' | 'ABNORMAL' | 'CLOSED'): void {
  if (refund.status !== 'PROCESSING') return
  refund.status = wanted === 'SUCCESS' && !creditWallet(world, refund) ? 'ABNORMAL' : wanted
  if (refund.status === 'SUCCESS') refund.succeededAtMs = world.nowMs()
  world.notices.refund(refund)
}

/** False where WeChat's book does not give the money back. */
function creditWallet(world: World, { order, amount }: RefundRow): boolean {
  try {
    world.wechat.refundPrepay(order.paid?.prepayId ?? '', amount)
    return true
  } catch (error) {
    if (error instanceof WechatRefusal) return false
    throw error
  }
}

/** The merchant's own number; `sub_mchid` names the owner for a service provider. */
export function queryRefund(world: World, call: Call): Answer {
  const owner = ownerOfRefund(call)
  return shown(world, world.ledger.refund(owner, call.request.params['no'] ?? ''))
}

export function queryRefundById(world: World, call: Call): Answer {
  const owner = ownerOfRefund(call)
  return shown(world, world.ledger.refundById(owner, call.request.params['id'] ?? ''))
}

const SUB_QUERY = z.object({ sub_mchid: z.string().min(1) })
const NO_QUERY = z.object({})

function ownerOfRefund(call: Call): Owner {
  if (call.family === 'global') return ownerFromQuery(call)
  const { request, mode, merchant } = call
  const schema: z.ZodType<{ readonly sub_mchid?: string | undefined }> =
    mode === 'partner' ? SUB_QUERY : NO_QUERY
  return ownerOf(signer(call, parseQuery(request, schema).sub_mchid), mode, merchant)
}

function shown(world: World, refund: RefundRow | undefined): Answer {
  if (!refund) throw new Refused('RESOURCE_NOT_EXISTS', '退款单不存在')
  return { json: renderRefund(refund, world.behaviour(), 'queried') }
}

/**
 * Sends an abnormal refund on its way again, to a card of the payer's or to the merchant's own
 * account. Card number and name are encrypted for the key that Wechatpay-Serial names.
 */
export function applyAbnormalRefund(world: World, call: Call): Answer {
  const body = readAbnormal(call)
  const owner = ownerOf(signer(call, body.sub_mchid), call.mode, call.merchant)
  const refund = world.ledger.refundById(owner, call.request.params['id'] ?? '')
  if (refund?.outRefundNo !== body.out_refund_no) {
    throw new Refused('RESOURCE_NOT_EXISTS', '退款单不存在')
  }
  if (refund.status !== 'ABNORMAL') {
    throw new Refused('INVALID_REQUEST', `退款单状态为${refund.status}，不支持异常退款`)
  }
  const { receivedBy, creditsPayer } = destination(call, body)
  refund.receivedBy = receivedBy
  refund.status = 'PROCESSING'
  world.timers.later(world.behaviour().refundTakesMs, () => {
    if (creditsPayer) finish(world, refund, 'SUCCESS')
    else finishAtMerchant(world, refund)
  })
  return { json: renderRefund(refund, world.behaviour(), 'accepted') }
}

/** The money returns to the merchant's bank: the payer's wallet gets nothing. */
function finishAtMerchant(world: World, refund: RefundRow): void {
  refund.status = 'SUCCESS'
  refund.succeededAtMs = world.nowMs()
  world.notices.refund(refund)
}

function destination(
  call: Call,
  body: ReturnType<typeof readAbnormal>,
): { receivedBy: string; creditsPayer: boolean } {
  if (body.type === 'MERCHANT_BANK_CARD') {
    return { receivedBy: '商户银行卡', creditsPayer: false }
  }
  const named = call.request.headers['wechatpay-serial'] === call.signingKey.serial
  for (const field of ['bank_account', 'real_name'] as const) {
    const ciphertext = body[field]
    const plain =
      ciphertext === undefined ? '' : openSensitive(ciphertext, call.signingKey.privateKeyPem)
    if (!named || plain === null || plain === '') {
      const issue = 'encrypted for the key that Wechatpay-Serial names'
      throw parameterError({ field: `/${field}`, issue, location: 'body' })
    }
  }
  if (body.bank_type === undefined) {
    throw parameterError({ field: '/bank_type', issue: 'missing', location: 'body' })
  }
  const account = openSensitive(body.bank_account ?? '', call.signingKey.privateKeyPem) ?? ''
  return { receivedBy: `${body.bank_type} ${account.slice(-4)}`, creditsPayer: true }
}
