import type { Money } from '../../../shared/money.ts'
import { minorToDecimal } from '../../../shared/money.ts'
import { ALPHANUMERIC, DIGITS, HEX } from '../../random.ts'
import { WechatRefusal } from '../../wechat/platform.ts'
import type { PaymentRow } from './ledger.ts'
import { notifyFinal } from './notifications.ts'
import type { PayablBehaviour, PayablMerchant } from './options.ts'
import { checkPayment, type PaymentRequest, Refused } from './requests.ts'
import type { Fields } from './wire.ts'
import type { World } from './world.ts'

/** payment_preauthorize: orders at WeChat, books, and answers with the payer's address. */
export function startPayment(world: World, merchant: PayablMerchant, fields: Fields): PaymentRow {
  const request = checkPayment(fields)
  const row = order(world, { merchant, request, rate: rateFor(request.amount, world.behaviour()) })
  world.ledger.add(row)
  if (row.prepay) {
    world.timers.later(row.prepay.expiresAtMs - world.nowMs(), () => fail(world, row, '-1315'))
  }
  return row
}

/** The answer in the published order, which differs between the two methods. */
export function acceptedFields(row: PaymentRow): Fields {
  const amount = minorToDecimal(row.amount)
  const first = {
    transactionid: row.transactionId,
    transid: row.transactionId,
    status: '0',
    errormessage: 'pending',
    errmsg: 'pending',
    amount,
    price: amount,
    currency: row.amount.currency,
    orderid: row.orderId,
  }
  const { redirectUrl, pproId, redirectSecret, userId } = row
  return row.method === 'wechatpay'
    ? {
        ...first,
        payment_guarantee: '',
        redirect_url: redirectUrl,
        fail_reason: '',
        ppro_id: pproId,
        redirect_secret: redirectSecret,
        user_id: userId,
      }
    : {
        ...first,
        payment_method: '5',
        redirect_url: redirectUrl,
        payment_guarantee: '',
        fail_reason: '',
        redirect_secret: redirectSecret,
        ppro_id: pproId,
        user_id: userId,
        custom2: row.method,
      }
}

/** Which fields of that answer stand in it without escaping. */
export function verbatimFields(row: PaymentRow, { redirectUrl }: PayablBehaviour): string[] {
  const published = row.method === 'wechatpay' ? 'escaped' : 'unescaped'
  const spelling = redirectUrl === 'asPublished' ? published : redirectUrl
  return spelling === 'unescaped' ? ['redirect_url'] : []
}

export function succeed(world: World, row: PaymentRow): void {
  finish(world, row, '0')
}

export function fail(world: World, row: PaymentRow, code: `-${string}`): void {
  if (row.code === '2000' && row.prepay) world.wechat.closePrepay(row.prepay.prepayId)
  finish(world, row, code)
}

function finish(world: World, row: PaymentRow, code: PaymentRow['code']): void {
  if (row.code !== '2000' || !world.ledger.payments().includes(row)) return
  row.code = code
  row.finalAtMs = world.nowMs()
  notifyFinal(world, row)
}

interface Ordered {
  readonly merchant: PayablMerchant
  readonly request: PaymentRequest
  readonly rate: string
}

function order(world: World, ordered: Ordered): PaymentRow {
  const { merchant, request } = ordered
  const row = newRow(world, ordered)
  try {
    const prepay = world.wechat.createPrepay({
      tradeType: request.method === 'wechatpay' ? 'NATIVE' : 'MWEB',
      appId: merchant.wechat.appId,
      mchId: merchant.wechat.mchId,
      signing: { signType: 'MD5', key: merchant.wechat.apiKey },
      amount: request.amount,
      description: request.orderId || row.pproId,
      walletAmount: row.wallet,
      onPaid: () => succeed(world, booked),
      onFailedTry: () => {
        booked.failedTries += 1
      },
    })
    const lifeMs = world.behaviour().lifetimeMs
    const booked: PaymentRow = {
      ...row,
      prepay: {
        prepayId: prepay.prepayId,
        content: prepay.codeUrl ?? prepay.h5Url ?? '',
        expiresAtMs: Math.min(prepay.expiresAtMs, world.nowMs() + lifeMs),
      },
    }
    return booked
  } catch (error) {
    if (error instanceof WechatRefusal) throw new Refused('-5002', 'payment failed')
    throw error
  }
}

function newRow(world: World, { merchant, request, rate }: Ordered): PaymentRow {
  const { random } = world
  const pproId = `2${random.word(9, DIGITS)}`
  const query = `tx=${pproId}&rs=${random.word(32, ALPHANUMERIC)}&cs=${random.word(64, HEX)}`
  return {
    ...request,
    transactionId: newTransactionId(world),
    pproId,
    merchantId: merchant.merchantId,
    wallet: walletAmount(request.amount, rate),
    rate,
    notificationUrl: request.notificationUrl || (merchant.notificationUrl ?? ''),
    redirectSecret: random.word(32, ALPHANUMERIC),
    redirectUrl: `${world.publicUrl()}/wechatpay/S1067/I?${query}`,
    userId: random.word(6, DIGITS),
    captureId: newTransactionId(world),
    createdAtMs: world.nowMs(),
    prepay: null,
    code: '2000',
    finalAtMs: null,
    failedTries: 0,
    chargedBackAtMs: null,
    refunds: [],
  }
}

export function newTransactionId({ random }: World): string {
  return `${1 + random.int(9)}${random.word(8, DIGITS)}`
}

function rateFor({ currency }: Money, { walletRates }: PayablBehaviour): string {
  const rate = Object.entries(walletRates).find(([name]) => name === currency)?.[1]
  if (rate === undefined) throw new RangeError(`there is no rate for ${currency}`)
  return rate
}

/** The published example: 1.23 USD at 7.843417 is 9.64 CNY, cut off and not rounded. */
function walletAmount({ value }: Money, rate: string): Money {
  const fen = (BigInt(value) * BigInt(rate.replace('.', ''))) / 1_000_000n
  return { value: Number(fen), currency: 'CNY' }
}
