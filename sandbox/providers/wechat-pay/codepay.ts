import { z } from 'zod'
import { SandboxError } from '../../simulator.ts'
import { payPrepayment } from '../wallet.ts'
import { parseBody } from './body.ts'
import { Refused, SUFFIX } from './errors.ts'
import type { Answer, Call } from './exchange.ts'
import type { OrderRow } from './ledger.ts'
import { ownerOf, readOrder } from './order-request.ts'
import { atWechat, checkRepeat, existing, newRow, orderPrepay, succeed } from './orders.ts'
import { renderOrder } from './render.ts'
import type { World } from './world.ts'

/**
 * A payment code read at the counter: answered at once, notified never. Documented in 2024 and 2025,
 * contradicted in 2026, so it is there only where the switch says so.
 */
export function payByCode(world: World, call: Call): Answer {
  refuseUnlessOffered(world)
  const { merchant, family, mode } = call
  const behaviour = world.behaviour()
  const form = { family, mode, tradeType: 'MICROPAY' } as const
  const request = readOrder(call.request, form, { merchant, behaviour })
  const known = world.ledger.order(request.owner, request.outTradeNo)
  if (known) checkRepeat(world, known, request)
  const row = known ?? newRow(world, request)
  if (!known) begin(world, call, row)
  return { json: renderOrder(row, behaviour) }
}

const text = z.string().min(1).max(32)
/** Page "撤销" of payment codes in v3, 2026-04-08; the service provider's fields as SDKs send them. */
const REVERSAL: Readonly<Record<Call['mode'], z.ZodType<Parameters<typeof ownerOf>[0]>>> = {
  direct: z.strictObject({ appid: text, mchid: text }),
  partner: z.strictObject({
    sp_appid: text,
    sp_mchid: text,
    sub_appid: text.optional(),
    sub_mchid: text,
  }),
}

/** Takes the money back where some moved, and ends the order where none did; again changes nothing. */
export function reverse(world: World, call: Call): Answer {
  refuseUnlessOffered(world)
  const { request, mode, merchant } = call
  const owner = ownerOf(parseBody(request, REVERSAL[mode]), mode, merchant)
  const row = existing(world.ledger.order(owner, call.request.params['no'] ?? ''))
  if (row.tradeType !== 'MICROPAY') {
    throw new Refused('INVALID_REQUEST', '非付款码支付订单不支持撤销')
  }
  if (row.refunds.length > 0) throw new Refused('TRADE_ERROR', '订单已退款，不能撤销')
  if (row.state === 'SUCCESS' && row.paid) {
    const { prepayId } = row.paid
    atWechat(() => world.wechat.refundPrepay(prepayId, row.amount))
    row.revoked = { paid: row.paid, atMs: world.nowMs() }
  }
  for (const prepayId of row.prepayIds) world.wechat.closePrepay(prepayId)
  row.state = 'REVOKED'
  row.paid = null
  return { json: { ...row.identity, out_trade_no: row.outTradeNo } }
}

function refuseUnlessOffered(world: World): void {
  if (!world.behaviour().codepay) {
    throw new Refused('NO_AUTH', '商户号未开通付款码支付', { suffix: SUFFIX.merchantUnavailable })
  }
}

/** WeChat's book knows payment codes as orders that whoever holds the phone pays. */
function begin(world: World, call: Call, row: OrderRow): void {
  const { prepayId } = orderPrepay(world, call, { row, tradeType: 'NATIVE' })
  world.ledger.add(row)
  const { codepayEndsAs } = world.behaviour()
  if (codepayEndsAs === 'SUCCESS') payAtOnce(world, row, prepayId)
  else row.state = codepayEndsAs
}

function payAtOnce(world: World, row: OrderRow, prepayId: string): void {
  try {
    payPrepayment(world, {
      prepayId,
      onPaid: (paid) => succeed(world, row, { ...paid, prepayId }),
    })
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error
    row.state = 'PAYERROR'
  }
}
