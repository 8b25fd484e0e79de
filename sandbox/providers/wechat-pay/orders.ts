import { z } from 'zod'
import { DIGITS, HEX } from '../../random.ts'
import { type Prepay, type TradeType, WechatRefusal } from '../../wechat/platform.ts'
import type { PaidByWallet } from '../wallet.ts'
import { beijingDay } from './beijing.ts'
import { parseBody, parseQuery } from './body.ts'
import { Refused, SUFFIX } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import type { OrderRequest, OrderRow, Owner } from './ledger.ts'
import { ownerOf, readOrder } from './order-request.ts'
import { renderOrder } from './render.ts'
import type { World } from './world.ts'

const MINUTE_MS = 60_000

/** Orders, or orders once more: the same number with the same content gets a fresh prepayment. */
export function placeOrder(world: World, call: Call, tradeType: TradeType): Answer {
  const { merchant, family, mode } = call
  const behaviour = world.behaviour()
  const limited = { kind: 'order', mchId: merchant.mchId, family } as const
  world.limits.take(limited, behaviour.ordersPerSecond)
  const request = readOrder(call.request, { family, mode, tradeType }, { merchant, behaviour })
  const known = world.ledger.order(request.owner, request.outTradeNo)
  if (known) checkRepeat(world, known, request)
  const row = known ?? newRow(world, request)
  const prepay = orderPrepay(world, call, { row, tradeType })
  if (!known) {
    world.ledger.add(row)
    watch(world, row)
  }
  return { json: prepayAnswer(row, prepay) }
}

/** Throws Refused unless the order may be asked for again. */
export function checkRepeat(world: World, row: OrderRow, request: OrderRequest): void {
  if (row.paid) {
    throw new Refused('OUT_TRADE_NO_USED', '商户订单号已支付', { suffix: SUFFIX.numberUsed })
  }
  if (row.fingerprint !== request.fingerprint) {
    throw new Refused('INVALID_REQUEST', '请求重入时，参数与首次请求时不一致', {
      suffix: SUFFIX.paramsDiffer,
    })
  }
  if (row.state === 'CLOSED' || row.state === 'REVOKED') {
    throw new Refused(world.behaviour().closedReorderCode, '订单已关闭，请更换商户订单号')
  }
  if (row.expired) {
    throw new Refused('INVALID_REQUEST', '订单已过期，请更换商户订单号', {
      suffix: SUFFIX.orderExpired,
    })
  }
}

export function newRow(world: World, request: OrderRequest): OrderRow {
  const createdAtMs = world.nowMs()
  const { timeExpireMs } = request
  return {
    ...request,
    createdAtMs,
    payableUntilMs: timeExpireMs === null ? null : Math.max(timeExpireMs, createdAtMs + MINUTE_MS),
    prepayIds: [],
    state: 'NOTPAY',
    expired: false,
    paid: null,
    revoked: null,
    failedTries: 0,
    refunds: [],
  }
}

/** Orders it at WeChat; a newer QR code voids the older one. Throws Refused where WeChat refuses. */
export function orderPrepay(
  world: World,
  call: Call,
  { row, tradeType }: { row: OrderRow; tradeType: TradeType },
): Prepay {
  const prepay: Prepay = atWechat(() =>
    world.wechat.createPrepay({
      tradeType,
      appId: row.payingAppId,
      mchId: row.owner.mchId,
      signing: { signType: 'RSA', key: call.publicKeyPem },
      ...(row.openid === null ? {} : { openid: row.openid }),
      amount: row.amount,
      description: row.description,
      onPaid: (paid) => succeed(world, row, { ...paid, prepayId: prepay.prepayId }),
      onFailedTry: () => {
        row.failedTries += 1
      },
    }),
  )
  if (tradeType === 'NATIVE') closePrepays(world, row)
  row.prepayIds.push(prepay.prepayId)
  return prepay
}

/** Runs what WeChat's own book may refuse, and says it in this protocol. */
export function atWechat<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof WechatRefusal)) throw error
    if (error.code === 'APPID_MCHID_NOT_MATCH') {
      throw new Refused(error.code, error.message, { suffix: SUFFIX.appMismatch })
    }
    throw new Refused('PARAM_ERROR', error.message, { suffix: SUFFIX.parameter })
  }
}

function prepayAnswer({ tradeType, family }: OrderRow, prepay: Prepay): object {
  if (tradeType === 'NATIVE') return { code_url: prepay.codeUrl }
  if (tradeType !== 'MWEB') return { prepay_id: prepay.prepayId }
  return family === 'global' ? { mweb_url: prepay.h5Url } : { h5_url: prepay.h5Url }
}

/** time_expire ends paying, not the order; a week later WeChat closes what is still unpaid. */
export function watch(world: World, row: OrderRow): void {
  const { timers } = world
  if (row.payableUntilMs !== null) {
    timers.later(row.payableUntilMs - row.createdAtMs, () => expire(world, row))
  }
  timers.later(world.behaviour().unpaidOrderLivesMs, () => close(world, row))
}

export function expire(world: World, row: OrderRow): void {
  if (row.state !== 'NOTPAY' || !isBooked(world, row)) return
  row.expired = true
  closePrepays(world, row)
}

export function close(world: World, row: OrderRow): void {
  if (row.state !== 'NOTPAY' || !isBooked(world, row)) return
  row.state = 'CLOSED'
  closePrepays(world, row)
}

export function succeed(
  world: World,
  row: OrderRow,
  paid: PaidByWallet & { readonly prepayId: string },
): void {
  if (row.paid || !isBooked(world, row)) return
  const field = row.owner.subMchId === null ? 'openid' : 'sp_openid'
  row.state = 'SUCCESS'
  row.paid = {
    transactionId: newTransactionId(world),
    prepayId: paid.prepayId,
    atMs: world.nowMs(),
    walletAmount: paid.walletAmount,
    // WeChat's book does not tell who held the wallet: where the order names nobody, a stand-in.
    payer: row.openid === null ? { [field]: `o${world.random.word(27, HEX)}` } : (row.payer ?? {}),
  }
  closePrepays(world, row)
  world.wechat.recordTrade({
    transactionId: row.paid.transactionId,
    mchId: row.owner.subMchId ?? row.owner.mchId,
    outTradeNo: row.outTradeNo,
    appId: row.payingAppId,
    openid: row.openid,
    description: row.description,
    amountMinor: row.amount.value,
    paidAtMs: row.paid.atMs,
  })
  world.notices.paid(row)
}

/** The paid one stays as it is. */
function closePrepays(world: World, row: OrderRow): void {
  for (const prepayId of row.prepayIds) world.wechat.closePrepay(prepayId)
}

function isBooked(world: World, row: OrderRow): boolean {
  return world.ledger.orders().includes(row)
}

/** 28 digits: `4200`, a bin, the day, a counter. */
export function newTransactionId(world: World): string {
  const day = beijingDay(world.nowMs()).replaceAll('-', '')
  return `4200${world.random.word(6, DIGITS)}${day}${world.random.word(10, DIGITS)}`
}

const named = {
  mchid: z.string().min(1),
  sub_mchid: z.string().min(1),
  sp_mchid: z.string().min(1),
}
const OWNER = {
  direct: z.object({ mchid: named.mchid }),
  partner: z.object({ sp_mchid: named.sp_mchid, sub_mchid: named.sub_mchid }),
} as const
const OWNER_BODY = { direct: OWNER.direct.strict(), partner: OWNER.partner.strict() } as const

type OwnerFields = Parameters<typeof ownerOf>[0]

export function ownerFromQuery({ request, mode, merchant }: Call): Owner {
  const schema: z.ZodType<OwnerFields> = OWNER[mode]
  return ownerOf(parseQuery(request, schema), mode, merchant)
}

function ownerFromBody({ request, mode, merchant }: Call): Owner {
  const schema: z.ZodType<OwnerFields> = OWNER_BODY[mode]
  return ownerOf(parseBody(request, schema), mode, merchant)
}

export function queryByOutTradeNo(world: World, call: Call): Answer {
  const row = world.ledger.order(ownerFromQuery(call), call.request.params['no'] ?? '')
  return { json: renderOrder(existing(row), world.behaviour()) }
}

/** Unpaid orders have no such number yet. */
export function queryByTransactionId(world: World, call: Call): Answer {
  const row = world.ledger.paidOrder(ownerFromQuery(call), call.request.params['id'] ?? '')
  return { json: renderOrder(existing(row), world.behaviour()) }
}

/** Closing is re-entrant; what is paid cannot be closed, a payment code only be reversed. */
export function closeOrder(world: World, call: Call): Answer {
  const owner = ownerFromBody(call)
  const row = existing(world.ledger.order(owner, call.request.params['no'] ?? ''))
  if (row.tradeType === 'MICROPAY') {
    throw new Refused('INVALID_REQUEST', '付款码支付订单不支持关单，请使用撤销接口', {
      suffix: SUFFIX.codepayClose,
    })
  }
  if (row.paid) {
    throw new Refused('TRADE_ERROR', '订单已支付，不能关闭', { suffix: SUFFIX.alreadyPaid })
  }
  close(world, row)
  return { empty: true }
}

export function existing(row: OrderRow | undefined): OrderRow {
  if (row) return row
  throw new Refused('ORDER_NOT_EXIST', '订单不存在', { suffix: SUFFIX.orderMissing })
}
