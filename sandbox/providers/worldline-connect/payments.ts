import { jsonReply, type SandboxReply } from '../../http.ts'
import { DIGITS } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import type { PaidByWallet } from '../wallet.ts'
import type { Executed } from './idempotence.ts'
import type { PaymentRow } from './ledger.ts'
import { merchantAction, signingOf, TRADE_TYPES } from './merchant-action.ts'
import type { WorldlineMerchant } from './options.ts'
import { renderPayment } from './render.ts'
import { type CreateRequest, checkCreate } from './requests.ts'
import type { World } from './world.ts'

/** POST payments: validates, orders at WeChat, books, tells; 201, 400, or 402 with the payment. */
export function createPayment(
  world: World,
  merchant: WorldlineMerchant,
  body: string,
  turnDown: (request: CreateRequest) => boolean,
): Executed {
  const checked = checkCreate(body, { merchant, behaviour: world.behaviour() })
  if (!checked.ok) return { reply: world.errors.violations(checked.violations) }
  const row = newRow(world, merchant, checked.value)
  if (turnDown(checked.value)) return refused(world, row, 'Not authorised')
  try {
    const action = order(world, { merchant, row, request: checked.value })
    const answer = () => created(world, row, action)
    return { reply: answer(), refreshed: answer }
  } catch (error) {
    if (error instanceof WechatRefusal)
      return refused(world, row, `${error.code}: ${error.message}`)
    throw error
  }
}

/** The payer has paid. A late success counts too: the money is there. */
export function capture(world: World, row: PaymentRow, paid: PaidByWallet): void {
  if (world.ledger.payment(row.id) !== row) return
  row.paidAtMs = paid.paidAtMs
  changeStatus(world, row, 'CAPTURED')
  world.timers.later(world.behaviour().paidAfterMs, () => {
    row.status = 'PAID'
    row.changedAtMs = world.nowMs()
    if (row.refunds.every(({ status }) => status === 'REJECTED' || status === 'CANCELLED')) {
      world.webhooks.payment(row)
    }
  })
}

/** The payment is turned down for good while the payer was at it. */
export function reject(world: World, row: PaymentRow): void {
  row.refusal = 'Not authorised'
  changeStatus(world, row, 'REJECTED')
}

/** POST payments/{id}/cancel: 200, or 402 where it cannot be cancelled (any more). */
export function cancelPayment(world: World, row: PaymentRow): SandboxReply {
  const allowed = row.status === 'REDIRECTED' && world.behaviour().cancellable
  const closed = allowed && row.prepayId !== null && world.wechat.closePrepay(row.prepayId)
  if (!closed) return world.errors.reply([world.errors.refused('THE PAYMENT IS NOT CANCELLABLE')])
  changeStatus(world, row, 'CANCELLED')
  return jsonReply(200, { payment: renderPayment(row, world.behaviour()) })
}

/**
 * Orders at WeChat, books, and tells the merchant; answers what the payer is to be shown. Throws
 * WechatRefusal.
 */
export function order(
  world: World,
  input: { merchant: WorldlineMerchant; row: PaymentRow; request: CreateRequest },
): object {
  const { merchant, row, request } = input
  const { integrationType, openId } = request
  const behaviour = world.behaviour()
  const { mchId, appIds } = merchant.wechat
  const appId = appIds[integrationType] ?? ''
  const signing = signingOf(merchant, behaviour)
  const prepay = world.wechat.createPrepay({
    tradeType: TRADE_TYPES[integrationType],
    appId,
    mchId,
    signing,
    ...(openId === null ? {} : { openid: openId }),
    amount: request.amount,
    description: request.descriptor?.trim() || request.merchantReference || 'Order',
    onPaid: (paid) => capture(world, row, paid),
    onFailedTry: () => {
      row.failedTries += 1
    },
  })
  row.prepayId = prepay.prepayId
  world.ledger.addPayment(row)
  const action = merchantAction({
    integrationType,
    prepay,
    appId,
    mchId,
    signing,
    behaviour,
    random: world.random,
    nowMs: world.nowMs(),
  })
  world.webhooks.created(row)
  world.webhooks.payment(row)
  return action
}

function created(world: World, row: PaymentRow, action: object): SandboxReply {
  const payment = renderPayment(row, world.behaviour())
  const body = { creationOutput: creationOutput(row), merchantAction: action, payment }
  return jsonReply(201, body, { Location: `/v1/${row.merchantId}/payments/${row.id}` })
}

function refused(world: World, row: PaymentRow, reason: string): Executed {
  row.status = 'REJECTED'
  row.refusal = reason
  world.ledger.addPayment(row)
  world.webhooks.created(row)
  world.webhooks.payment(row)
  const error = world.errors.refused(reason)
  const payment = renderPayment(row, world.behaviour(), [error])
  const paymentResult = { creationOutput: creationOutput(row), payment }
  return { reply: world.errors.reply([error], { paymentResult }) }
}

function creationOutput(row: PaymentRow): object {
  return {
    additionalReference: row.merchantReference ?? row.id.slice(0, 20),
    externalReference: row.merchantReference ?? row.id,
  }
}

export function newRow(
  world: World,
  merchant: WorldlineMerchant,
  request: CreateRequest,
): PaymentRow {
  const nowMs = world.nowMs()
  return {
    id: paymentId(merchant.merchantId, world.random.word(14, DIGITS)),
    merchantId: merchant.merchantId,
    amount: request.amount,
    merchantReference: request.merchantReference,
    paymentReference: world.random.word(12, DIGITS),
    integrationType: request.integrationType,
    createdAtMs: nowMs,
    prepayId: null,
    status: 'REDIRECTED',
    changedAtMs: nowMs,
    paidAtMs: null,
    expired: false,
    refusal: null,
    failedTries: 0,
    refunds: [],
  }
}

function changeStatus(world: World, row: PaymentRow, status: PaymentRow['status']): void {
  row.status = status
  row.changedAtMs = world.nowMs()
  world.webhooks.payment(row)
}

/** Merchant, order, effort and attempt in one word, as the platform's own files take it apart. */
function paymentId(merchantId: string, word: string): string {
  const isNumber = /^\d{1,10}$/.test(merchantId)
  const numbers = isNumber ? `${merchantId.padStart(10, '0')}${word.slice(4)}` : `000000${word}`
  return `${numbers}0000200001`
}
