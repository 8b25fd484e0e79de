import { emptyReply, jsonReply, type SandboxReply } from '../../http.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import type { Executed } from './idempotence.ts'
import { isPaid, type PaymentRow, type RefundRow, refundableMinor } from './ledger.ts'
import type { WorldlineMerchant } from './options.ts'
import { renderRefund } from './render.ts'
import { checkApproval, checkRefund, type RefundRequest } from './requests.ts'
import type { World } from './world.ts'

/** WeChat gives money back for a year, in at most fifty parts. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60_000
const MAX_REFUNDS = 50

/** POST payments/{id}/refund: 201, 400, or 402 with a rejected refund. */
export function createRefund(
  world: World,
  merchant: WorldlineMerchant,
  payment: PaymentRow,
  body: string,
): Executed {
  const checked = checkRefund(body, { merchant, behaviour: world.behaviour() })
  if (!checked.ok) return { reply: world.errors.violations(checked.violations) }
  const wanted = checked.value.amount
  if (wanted && wanted.currency !== payment.amount.currency) {
    const message = `THE PAYMENT IS IN ${payment.amount.currency}`
    const propertyName = 'amountOfMoney.currencyCode'
    return { reply: world.errors.violations([{ propertyName, message, missing: false }]) }
  }
  const row = newRow(world, payment, checked.value)
  const objection = objectionTo(world, row)
  if (objection !== null) return refused(world, row, objection)
  world.ledger.addRefund(row)
  world.webhooks.created(row)
  world.webhooks.refund(row)
  if (row.status === 'REFUND_REQUESTED') payOutLater(world, row)
  const answer = () => jsonReply(201, renderRefund(row))
  return { reply: answer(), refreshed: answer }
}

/** POST refunds/{id}/approve: 204, 400, or 402 where there is nothing to approve. */
export function approveRefund(world: World, row: RefundRow, body: string): SandboxReply {
  const checked = checkApproval(body, row.amount)
  if (!checked.ok) return world.errors.violations(checked.violations)
  if (!world.behaviour().approvalByApi) {
    return world.errors.reply([world.errors.refused('REFUNDS ARE APPROVED IN THE CONSOLE')])
  }
  if (row.status !== 'PENDING_APPROVAL') {
    return world.errors.reply([world.errors.refused('THE REFUND DOES NOT WAIT FOR APPROVAL')])
  }
  changeStatus(world, row, 'REFUND_REQUESTED')
  payOutLater(world, row)
  return emptyReply(204)
}

/** POST refunds/{id}/cancel: 204, or 402 once it is approved. */
export function cancelRefund(world: World, row: RefundRow): SandboxReply {
  if (row.status !== 'PENDING_APPROVAL') {
    return world.errors.reply([world.errors.refused('THE REFUND IS NOT CANCELLABLE')])
  }
  changeStatus(world, row, 'CANCELLED')
  return emptyReply(204)
}

function payOutLater(world: World, row: RefundRow): void {
  world.timers.later(world.behaviour().refundTakesMs, () => payOut(world, row))
}

function payOut(world: World, row: RefundRow): void {
  const refusal = payOutRefusal(world, row)
  if (refusal !== null) {
    row.refusal = refusal
    changeStatus(world, row, 'REJECTED')
    return
  }
  changeStatus(world, row, 'REFUNDED')
  row.payment.changedAtMs = world.nowMs()
  world.webhooks.payment(row.payment)
}

/** Gives the money back at WeChat; why not, or null when it is done. */
function payOutRefusal(world: World, row: RefundRow): string | null {
  if (world.behaviour().refundEndsAs === 'REJECTED') return 'Not authorised'
  try {
    world.wechat.refundPrepay(row.payment.prepayId ?? '', row.amount)
    return null
  } catch (error) {
    if (error instanceof WechatRefusal) return `${error.code}: ${error.message}`
    throw error
  }
}

function refused(world: World, row: RefundRow, reason: string): Executed {
  row.status = 'REJECTED'
  row.refusal = reason
  world.ledger.addRefund(row)
  world.webhooks.created(row)
  world.webhooks.refund(row)
  const error = world.errors.refused(reason)
  return { reply: world.errors.reply([error], { refundResult: renderRefund(row, [error]) }) }
}

function objectionTo(world: World, { payment, amount }: RefundRow): string | null {
  if (!isPaid(payment)) return 'THE PAYMENT IS NOT REFUNDABLE'
  if (amount.value <= 0 || amount.value > refundableMinor(payment)) {
    return 'THE REFUND EXCEEDS WHAT IS LEFT OF THE PAYMENT'
  }
  const asked = payment.refunds.filter(({ status }) => status !== 'REJECTED').length
  if (asked >= MAX_REFUNDS) return `A PAYMENT TAKES ${MAX_REFUNDS} REFUNDS`
  const paidAtMs = payment.paidAtMs ?? payment.createdAtMs
  return world.nowMs() - paidAtMs > REFUND_WINDOW_MS ? 'THE PAYMENT IS TOO OLD' : null
}

function newRow(world: World, payment: PaymentRow, request: RefundRequest): RefundRow {
  const rest = { value: refundableMinor(payment), currency: payment.amount.currency }
  const running = String(payment.refunds.length + 1).padStart(5, '0')
  return {
    id: `${payment.id.slice(0, 20)}00003${running}`,
    payment,
    amount: request.amount ?? rest,
    merchantReference: request.merchantReference,
    status: world.behaviour().refundsNeedApproval ? 'PENDING_APPROVAL' : 'REFUND_REQUESTED',
    changedAtMs: world.nowMs(),
    refusal: null,
  }
}

function changeStatus(world: World, row: RefundRow, status: RefundRow['status']): void {
  row.status = status
  row.changedAtMs = world.nowMs()
  world.webhooks.refund(row)
}
