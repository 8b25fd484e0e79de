import type { Scene } from '../../../shared/payment-status.ts'
import {
  contradict,
  type FactSource,
  type PaymentFact,
  type RefundFact,
  type SettlementAmounts,
} from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { isOnThisMachine } from '../http.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RefundInput,
  RefundReference,
} from '../provider.ts'
import { isOurs, partyOf, payingAppId, type WechatPayConfig } from './config.ts'
import {
  lookUp,
  moneyOf,
  rateOf,
  timeOf,
  type WireOrder,
  type WireRefund,
  type WireRefundRequest,
  type WireTransaction,
  wireText,
  wireTime,
} from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md, read 2026-06. */

export const TRADE_TYPES = {
  miniProgram: 'JSAPI',
  officialAccount: 'JSAPI',
  desktopQr: 'NATIVE',
  mobileWeb: 'MWEB',
  app: 'APP',
  paymentCode: 'MICROPAY',
} as const satisfies Record<Scene, WireOrder['trade_type']>

const ANOTHER = "WeChat Pay's message is about another order, refund or merchant"

/** `trade_state`. REFUND says that some or all of the money went back: it was paid. */
export const TRADE_STATES: Readonly<Record<string, PaymentFact['status']>> = {
  SUCCESS: 'paid',
  REFUND: 'paid',
  NOTPAY: 'pending',
  USERPAYING: 'pending',
  CLOSED: 'expired',
  REVOKED: 'cancelled',
  PAYERROR: 'failed',
}

const PRIVATE_ADDRESS =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^(?:::1?$|f[cd]|fe80)/i

const ABNORMAL_ADVICE =
  "The payer's card or account cannot take the money. Start an abnormal refund (to another card of " +
  "the payer, or to the merchant's account) in the merchant console, or by continuing the refund here."
const CLOSED_ADVICE =
  'WeChat Pay closed this refund without moving money. The merchant console has the reason.'
const TOP_UP_ADVICE =
  "The merchant's balance does not cover this refund, and WeChat Pay has not taken it on. Top up the " +
  'account in the merchant console and continue the refund here: it is sent again under its number.'

interface RefundMeaning {
  readonly status: RefundFact['status']
  readonly advice?: string
}

/**
 * `status` of a refund, `refund_status` of a notification; global merchants say REFUNDCLOSE. NOT_ENOUGH
 * is what the refund itself was refused with.
 */
export const REFUND_STATES: Readonly<Record<string, RefundMeaning>> = {
  SUCCESS: { status: 'succeeded' },
  PROCESSING: { status: 'processing' },
  ABNORMAL: { status: 'needsAction', advice: ABNORMAL_ADVICE },
  CLOSED: { status: 'failed', advice: CLOSED_ADVICE },
  REFUNDCLOSE: { status: 'failed', advice: CLOSED_ADVICE },
  NOT_ENOUGH: { status: 'needsAction', advice: TOP_UP_ADVICE },
}

interface Terms {
  readonly accountId: string
  readonly config: WechatPayConfig
}

/** The order, the same on every repeat of the same wish. Throws `rejected` before anything is sent. */
export function orderBody(input: CreatePaymentInput, terms: Terms): WireOrder {
  const { config } = terms
  const { scene, amount, outTradeNo } = input
  if (!config.scenes.some((served) => served === scene)) {
    throw refused(terms, `this WeChat Pay account cannot serve ${scene}`)
  }
  if (!config.currencies.includes(amount.currency)) {
    throw refused(terms, `this WeChat Pay account takes no ${amount.currency}`)
  }
  if (!/^[0-9A-Za-z_\-|*]{6,32}$/.test(outTradeNo)) {
    throw refused(terms, 'WeChat Pay takes order numbers of 6 to 32 plain characters')
  }
  const atTill = scene === 'paymentCode'
  return {
    ...orderParty(input, terms),
    description: wireText(input.description, 127) ?? outTradeNo,
    out_trade_no: outTradeNo,
    ...(atTill ? {} : { time_expire: wireTime(input.expiresAtMs) }),
    ...(atTill ? {} : { notify_url: notifyUrl(input.notifyUrl, terms) }),
    amount: { total: amount.value, currency: amount.currency },
    ...sceneInfo(input, terms),
    ...(config.region === 'global' && config.merchantCategoryCode
      ? { trade_type: TRADE_TYPES[scene], merchant_category_code: config.merchantCategoryCode }
      : {}),
  }
}

/** Merchant numbers, apps and payer. In partner mode an app is the sub-merchant's or the provider's. */
function orderParty(input: CreatePaymentInput, terms: Terms): Partial<WireOrder> {
  const { config } = terms
  const { partner, mchId } = config
  const appId = payingAppId(input, config)
  const isSubApp = partner?.subAppIds.includes(appId) === true
  const payer = payerOf(input, terms, isSubApp)
  if (!partner) return { appid: appId, mchid: mchId, ...payer }
  return {
    sp_appid: isSubApp ? config.appId : appId,
    sp_mchid: mchId,
    ...(isSubApp ? { sub_appid: appId } : {}),
    sub_mchid: partner.subMchId,
    ...payer,
  }
}

function payerOf(
  { scene, payer, paymentCode }: CreatePaymentInput,
  terms: Terms,
  isSubApp: boolean,
): Pick<WireOrder, 'payer'> {
  if (scene === 'paymentCode') {
    if (paymentCode && /^\d{16,24}$/.test(paymentCode)) return { payer: { auth_code: paymentCode } }
    throw refused(terms, "WeChat Pay needs the code that the payer's phone shows")
  }
  if (scene !== 'miniProgram' && scene !== 'officialAccount') return {}
  if (!payer) throw refused(terms, `WeChat Pay needs the payer's openid for ${scene}`)
  const { openid } = payer
  if (!terms.config.partner) return { payer: { openid } }
  return { payer: isSubApp ? { sub_openid: openid } : { sp_openid: openid } }
}

function sceneInfo(input: CreatePaymentInput, terms: Terms): Pick<WireOrder, 'scene_info'> {
  const { region, store } = terms.config
  const store_info = store ? { store_info: store } : {}
  if (input.scene === 'paymentCode') return { scene_info: store_info }
  if (input.scene !== 'mobileWeb') return {}
  const payer_client_ip = payerAddress(input.payerIp, terms)
  if (region === 'global') return { scene_info: { payer_client_ip, ...store_info } }
  return { scene_info: { payer_client_ip, h5_info: { type: 'Wap' } } }
}

/** The simulator's payers are on this machine; WeChat's are not. */
function payerAddress(payerIp: string, terms: Terms): string {
  if (isOnThisMachine(terms.config.endpoint) || !PRIVATE_ADDRESS.test(payerIp)) return payerIp
  throw refused(terms, "WeChat Pay needs the payer's public address for mobileWeb")
}

function notifyUrl(address: string, terms: Terms): string {
  const { protocol, search } = new URL(address)
  const secure = protocol === 'https:' || isOnThisMachine(terms.config.endpoint)
  if (secure && search === '' && address.length <= 255) return address
  throw refused(terms, 'WeChat Pay notifies only an https address without a query, up to 255 long')
}

/** The refund, the same on every repeat. Always by our number: theirs may be learnt in between. */
export function refundBody(input: RefundInput, terms: Terms): WireRefundRequest {
  const { config } = terms
  const { payment, amount, outRefundNo } = input
  if (amount.currency !== payment.amount.currency) {
    throw refused(terms, 'WeChat Pay refunds only in the currency of the payment')
  }
  if (!/^[0-9A-Za-z_\-|*@]{1,64}$/.test(outRefundNo)) {
    throw refused(terms, 'WeChat Pay takes refund numbers of 1 to 64 plain characters')
  }
  const reason = wireText(input.reason ?? '', 80)
  const address = payment.providerState['notifyUrl']
  return {
    ...refundParty(payment.providerState['appId'] ?? config.appId, config),
    out_trade_no: payment.outTradeNo,
    out_refund_no: outRefundNo,
    ...(reason === null ? {} : { reason }),
    ...(address ? { notify_url: address } : {}),
    amount: {
      refund: amount.value,
      total: payment.amount.value,
      currency: payment.amount.currency,
    },
  }
}

/** On the mainland the signature already says who we are; a surplus field would be refused. */
function refundParty(appId: string, config: WechatPayConfig): Partial<WireRefundRequest> {
  const { region, partner, mchId } = config
  if (region === 'mainland') return partner ? { sub_mchid: partner.subMchId } : {}
  return partner ? { sp_appid: config.appId, ...partyOf(config) } : { appid: appId, mchid: mchId }
}

interface Told extends Terms {
  readonly source: FactSource
}

/** What was asked for; a notification says by itself what it is about. */
type AskedPayment = Pick<PaymentReference, 'outTradeNo' | 'providerPaymentId'>

/** Throws `unverifiable` where the message is about something else: no signature covers an address. */
export function paymentFact(
  transaction: WireTransaction,
  told: Told & { asked?: AskedPayment },
): PaymentFact {
  const { accountId, config, source, asked } = told
  const providerPaymentId = transaction.transaction_id || transaction.id || null
  const same =
    isOurs(transaction, config) &&
    (!asked || transaction.out_trade_no === asked.outTradeNo) &&
    !contradict(providerPaymentId, asked?.providerPaymentId ?? null)
  if (!same) throw fault(accountId, 'unverifiable', ANOTHER)
  const { amount, trade_state: word } = transaction
  const status = lookUp(TRADE_STATES, word)
  const { appid, sp_appid, sub_appid } = transaction
  return {
    kind: 'payment',
    source,
    accountId,
    outTradeNo: transaction.out_trade_no,
    providerPaymentId,
    status: status ?? 'pending',
    amount: moneyOf(amount?.total, amount?.currency ?? defaultCurrency(config)),
    appId: sub_appid || sp_appid || appid || null,
    occurredAtMs: timeOf(transaction.success_time),
    settlement: settlementOf(moneyOf(amount?.payer_total, amount?.payer_currency), amount),
    providerStatus: word,
    unknownStatus: status === undefined,
  }
}

/** Throws `unverifiable` where the message is about something else. */
export function refundFact(
  refund: WireRefund,
  told: Told & { asked?: RefundReference },
): RefundFact {
  const { accountId, config, source, asked } = told
  const { amount } = refund
  const providerRefundId = refund.refund_id || refund.id || null
  const same =
    isOurs(refund, config) &&
    (!asked || refund.out_refund_no === asked.outRefundNo) &&
    !contradict(providerRefundId, asked?.providerRefundId ?? null) &&
    !contradict(refund.out_trade_no || null, asked?.payment.outTradeNo ?? null)
  if (!same) throw fault(accountId, 'unverifiable', ANOTHER)
  // A global merchant's refund is only accepted: its answer has no status at all.
  const word = refund.status ?? refund.refund_status ?? 'PROCESSING'
  const meaning = lookUp(REFUND_STATES, word)
  return {
    kind: 'refund',
    source,
    accountId,
    outRefundNo: refund.out_refund_no,
    providerRefundId,
    providerPaymentId: refund.transaction_id || asked?.payment.providerPaymentId || null,
    status: meaning?.status ?? 'processing',
    amount: moneyOf(amount?.refund, amount?.currency ?? defaultCurrency(config)),
    advice: meaning?.advice ?? null,
    settlement: settlementOf(moneyOf(amount?.payer_refund, amount?.payer_currency), amount),
    providerStatus: word,
    unknownStatus: meaning === undefined,
  }
}

function settlementOf(
  source: SettlementAmounts['source'],
  amount: WireTransaction['amount'] | WireRefund['amount'],
): SettlementAmounts | null {
  const rate = rateOf(amount?.exchange_rate?.rate)
  return source || rate ? { source, settled: null, rate } : null
}

/** Refund notifications on the mainland name no currency: there is only one. */
function defaultCurrency({ region }: WechatPayConfig): string | null {
  return region === 'mainland' ? 'CNY' : null
}

function refused({ accountId }: Terms, message: string): ProviderError {
  return fault(accountId, 'rejected', message)
}

export function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
