import { minorToDecimal } from '../../../shared/money.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import { type Code, type PaymentRow, type RefundRow, reservedMinor } from './ledger.ts'
import type { PayablMerchant } from './options.ts'
import { newTransactionId } from './payments.ts'
import { checkRefund, type RefundRequest, Refused } from './requests.ts'
import type { Fields } from './wire.ts'
import type { World } from './world.ts'

/** payment_refund. A repeat is another refund: there is no idempotency. */
export function refund(world: World, merchant: PayablMerchant, fields: Fields): Fields {
  const request = checkRefund(fields)
  const payments = world.ledger.paymentsOf(merchant.merchantId)
  const payment = payments.find(({ transactionId }) => transactionId === request.transactionId)
  if (!payment) throw new Refused('-6000', 'transactionid: unknown')
  checkAgainst(payment, request)
  const { refundEndsAs, refundAfterMs } = world.behaviour()
  const code = codeOf(refundEndsAs)
  if (code.startsWith('-')) throw new Refused(`-${code.slice(1)}`, 'refund refused')
  giveBack(world, payment, request)
  const row: RefundRow = {
    transactionId: newTransactionId(world),
    payment,
    externalId: request.externalId,
    amount: request.amount,
    createdAtMs: world.nowMs(),
    code,
  }
  payment.refunds.push(row)
  if (code === '2000') {
    world.timers.later(refundAfterMs, () => {
      row.code = '0'
    })
  }
  return refundFields(row)
}

function codeOf(word: string): Code {
  return word === '0' || word === '2000' ? word : `-${word.slice(1)}`
}

function checkAgainst(payment: PaymentRow, { amount }: RefundRequest): void {
  if (payment.code !== '0') throw new Refused('-6000', 'transaction is not captured')
  if (amount.currency !== payment.amount.currency) throw new Refused('-6103', 'wrong currency')
  if (reservedMinor(payment) + amount.value > payment.amount.value) {
    throw new Refused('-6102', 'wrong price')
  }
}

function giveBack(world: World, payment: PaymentRow, { amount }: RefundRequest): void {
  try {
    world.wechat.refundPrepay(payment.prepay?.prepayId ?? '', amount)
  } catch (error) {
    if (error instanceof WechatRefusal) throw new Refused('-5007', 'refund aborted')
    throw error
  }
}

function refundFields(row: RefundRow): Fields {
  const message = row.code === '2000' ? 'pending' : ''
  const amount = minorToDecimal(row.amount)
  return {
    transactionid: row.transactionId,
    transid: row.transactionId,
    status: row.code,
    errormessage: message,
    errmsg: message,
    amount,
    price: amount,
    currency: row.amount.currency,
    orderid: row.payment.orderId,
  }
}
