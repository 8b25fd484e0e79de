import { DIGITS } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { ApiProblem, unknownObject } from './errors.ts'
import { type IntentRow, type RefundRow, refundableMinor } from './ledger.ts'
import { readRefund } from './requests.ts'
import type { World } from './world.ts'

/** WeChat gives money back for a year, in at most fifty parts. */
const REFUND_WINDOW_MS = 365 * 24 * 60 * 60_000
const MAX_REFUNDS = 50

/** POST refunds. Throws ApiProblem; then nothing was made. */
export function createRefund(world: World, account: string, body: string): RefundRow {
  const fields = readRefund(body)
  const intent = world.ledger.intent(account, fields.payment_intent)
  if (!intent) throw unknownObject('payment_intent', fields.payment_intent)
  const left = refundableMinor(intent)
  const value = fields.amount ?? left
  const objection = objectionTo(world, intent, value)
  if (objection) throw objection
  const row: RefundRow = {
    id: `re_${world.random.word(19, DIGITS)}`,
    intent,
    createdAtMs: world.nowMs(),
    amount: { value, currency: intent.amount.currency },
    reason: fields.reason ?? null,
    metadata: fields.metadata ?? {},
    status: 'pending',
    failureReason: null,
  }
  world.ledger.addRefund(row)
  world.timers.later(world.behaviour().refundTakesMs, () => payOut(world, row))
  return row
}

function objectionTo(world: World, intent: IntentRow, value: number): ApiProblem | null {
  const no = (code: string, message: string, status = 400) =>
    new ApiProblem(status, { code, message })
  if (!world.behaviour().refundsEnabled) {
    return no('refund_not_enabled', 'Refunds are not enabled for this account.', 402)
  }
  if (intent.status !== 'succeeded') {
    return no('payment_intent_unexpected_state', `This PaymentIntent is ${intent.status}.`)
  }
  if (value < 1 || value > refundableMinor(intent)) {
    return no('refund_amount_too_large', 'The refund exceeds what is left of the payment.')
  }
  if (intent.refunds.length >= MAX_REFUNDS) {
    return no('too_many_refunds', `A payment takes ${MAX_REFUNDS} refunds.`)
  }
  const ageMs = world.nowMs() - (intent.paidAtMs ?? intent.createdAtMs)
  return ageMs > REFUND_WINDOW_MS ? no('refund_window_closed', 'The payment is too old.') : null
}

function payOut(world: World, row: RefundRow): void {
  row.status = outcomeOf(world, row)
  if (row.status === 'failed') row.failureReason = 'unknown'
  world.webhooks.refund(row)
}

/** Gives the money back at WeChat, unless this refund is to end otherwise. */
function outcomeOf(world: World, { intent, amount }: RefundRow): RefundRow['status'] {
  const { refundEndsAs } = world.behaviour()
  if (refundEndsAs !== 'succeeded') return refundEndsAs
  try {
    world.wechat.refundPrepay(intent.prepayId ?? '', amount)
    return 'succeeded'
  } catch (error) {
    if (error instanceof WechatRefusal) return 'failed'
    throw error
  }
}
