import { isIP } from 'node:net'
import { decimalToMinor, type Money, minorToDecimal, sameMoney } from '../../../shared/money.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import type { FactSource, PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { CreatePaymentInput, PaymentReference, RefundInput } from '../provider.ts'
import type { PayablConfig } from './config.ts'
import { isErrorCode, type WireForm, type WireItem } from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md, read 2026-06. */

const ADDRESS_MAX = 255

const METHODS: Readonly<Partial<Record<Scene, string>>> = {
  desktopQr: 'wechatpay',
  mobileWeb: 'wechatpayh5',
}

/** The query parameter of the notification address that carries our number; see notification.ts. */
export const NOTIFIED_PAYMENT = 'payment'

/** Codes that end a payment in their own way; every other negative number is a failure. */
const PAYMENT_CODES: Readonly<Record<string, 'accepted' | 'pending' | 'left' | 'lapsed'>> = {
  '0': 'accepted',
  '2000': 'pending',
  '-5003': 'left',
  '-1315': 'lapsed',
}

const REFUND_CODES: Readonly<Record<string, RefundFact['status']>> = {
  '0': 'succeeded',
  '2000': 'processing',
}

interface CodeMeaning {
  readonly says: string
  /** What the code leaves of a payment or refund that was asked for. */
  readonly create: ProviderOutcome
  readonly refund: ProviderOutcome
}

const all = (outcome: ProviderOutcome, says: string): CodeMeaning => ({
  says,
  create: outcome,
  refund: outcome,
})

/** Codes that share a meaning stand in one line. */
const MEANINGS: readonly (readonly [codes: string, meaning: CodeMeaning])[] = [
  // Also bad credentials. Nobody can pay a payment whose page nobody got; a refund may have run.
  ['-999', { says: 'unknown error, or wrong account data', create: 'rejected', refund: 'unknown' }],
  ['-998', all('unknown', 'an error without an explanation')],
  ['-5000', all('unknown', 'internal error')],
  ['-5002', all('unknown', 'the payment failed')],
  ['-6000', all('rejected', 'a missing or wrong field or signature, or the currency')],
  ['-1', all('rejected', 'configuration')],
  ['-104', all('rejected', 'illegal command')],
  ['-119', all('rejected', 'no permission')],
  ['-1311 -1313 -1314 -1316 -1318 -1319', all('rejected', 'bank field or method set-up')],
  ['-1315', all('rejected', 'timed out, or the payer left')],
  ['-2400 -2402 -2404 -2405 -2406 -2407', all('notSent', 'too many tries, blocked for a while')],
  ['-2454 -2455', all('rejected', 'no further try is permitted')],
  ['-5003', all('rejected', 'the payer left')],
  ['-5004', all('rejected', 'stopped by risk checks')],
  ['-5007', all('rejected', 'the refund was aborted')],
  ['-6005', all('rejected', 'preauthorization is switched off')],
  ['-6102', all('rejected', 'wrong amount')],
  ['-6103', all('rejected', 'wrong currency')],
]

export const CODE_MEANINGS: Readonly<Record<string, CodeMeaning>> = Object.fromEntries(
  MEANINGS.flatMap(([codes, meaning]) => codes.split(' ').map((code) => [code, meaning])),
)

/** What an error code means for what was asked for, and in words. */
export function refusalOf(code: string, asked: 'create' | 'refund') {
  const known = lookUp(CODE_MEANINGS, code) ?? all('rejected', 'a customer field, or another error')
  return { outcome: known[asked], says: known.says }
}

/** HTTP answers that differ from their class: 4xx is a no, everything else leaves it open. */
const HTTP_OUTCOMES: Readonly<Record<number, ProviderOutcome>> = {
  408: 'unknown',
  409: 'unknown',
  425: 'notSent',
  429: 'notSent',
}

export function httpOutcome(status: number): ProviderOutcome {
  return HTTP_OUTCOMES[status] ?? (status >= 400 && status < 500 ? 'rejected' : 'unknown')
}

export interface Terms {
  readonly accountId: string
  readonly config: PayablConfig
}

/** Fields of payment_preauthorize. Throws `rejected` on what payabl. could not take. */
export function createFields(input: CreatePaymentInput, { accountId, config }: Terms): WireForm {
  const { currency } = input.amount
  if (!config.currencies.some((taken) => taken === currency)) {
    throw fault(accountId, 'rejected', `payabl. takes no ${currency} for WeChat Pay here`)
  }
  const method = METHODS[input.scene]
  if (method === undefined) {
    throw fault(accountId, 'rejected', `payabl. cannot serve ${input.scene}`)
  }
  const knownIp = isIP(input.payerIp) !== 0
  if (input.scene === 'mobileWeb' && !knownIp) {
    throw fault(accountId, 'rejected', "payabl. needs the payer's IP address for mobileWeb")
  }
  const orderid = orderNumber(input.outTradeNo, accountId)
  const notifyUrl = new URL(input.notifyUrl)
  notifyUrl.searchParams.set(NOTIFIED_PAYMENT, orderid)
  const back = address(input.returnUrl, accountId)
  const { accountName, firstName, lastName, email } = config.payer
  return {
    orderid,
    amount: minorToDecimal(input.amount),
    currency,
    payment_method: '5',
    custom2: method,
    accountname: accountName,
    email,
    firstname: firstName,
    lastname: lastName,
    bankcountry: config.bankCountry,
    language: config.chinesePages && input.locale !== 'en' ? 'zh' : 'en',
    ...(knownIp ? { customerip: input.payerIp } : {}),
    url_return: back,
    url_success: back,
    url_failed: back,
    notification_url: address(notifyUrl.href, accountId),
  }
}

/** Fields of payment_refund; its currency has to be the payment's. Throws `rejected`. */
export function refundFields(input: RefundInput, accountId: string): WireForm {
  if (input.amount.currency !== input.payment.amount.currency) {
    throw fault(accountId, 'rejected', 'payabl. refunds only in the currency of the payment')
  }
  return {
    amount: minorToDecimal(input.amount),
    currency: input.amount.currency,
    language: 'en',
    external_id: orderNumber(input.outRefundNo, accountId),
  }
}

/** One page allows 40 characters, another 30. */
export function orderNumber(number: string, accountId: string): string {
  if (/^[A-Za-z0-9._-]{1,30}$/.test(number)) return number
  throw fault(accountId, 'rejected', 'payabl. takes numbers of 1 to 30 letters, digits or ._-')
}

function address(url: string, accountId: string): string {
  const { href } = new URL(url)
  if (href.length <= ADDRESS_MAX) return href
  throw fault(accountId, 'rejected', `payabl. takes addresses of ${ADDRESS_MAX} characters`)
}

/** What is said of a payment: by the answer to its creation, or by tx_diagnose. */
export interface Told
  extends Pick<WireItem, 'transaction_id' | 'order_id' | 'amount' | 'currency'> {
  readonly code: string
}

export interface Asked {
  readonly accountId: string
  readonly source: FactSource
  readonly payment: Pick<PaymentReference, 'outTradeNo' | 'providerPaymentId' | 'amount'>
}

/** What stands beside the code when a payment is asked about. */
export interface Evidence {
  /** Its place in the list of captures; `trusted` where the account takes error code 0 alone. */
  readonly captured: WireItem | 'trusted' | null
  /** Whether the payment's own time is over. */
  readonly isOver: boolean
}

/** Throws `unverifiable` where what was said is not provably about the payment asked for. */
export function paymentFact(
  told: Told,
  { accountId, source, payment }: Asked,
  also: Evidence,
): PaymentFact {
  sameNumber(accountId, payment.providerPaymentId, told.transaction_id)
  sameNumber(accountId, payment.outTradeNo, told.order_id)
  const captured = typeof also.captured === 'object' ? also.captured : null
  if (captured) sameNumber(accountId, payment.outTradeNo, captured.order_id)
  const { status, known } = statusOf(told.code, also)
  return {
    kind: 'payment',
    source,
    accountId,
    outTradeNo: payment.outTradeNo,
    providerPaymentId: payment.providerPaymentId ?? told.transaction_id ?? null,
    status,
    amount: differing([captured, told], { accountId, asked: payment.amount }),
    appId: null,
    occurredAtMs: null,
    settlement: null,
    providerStatus: captured ? `${told.code} captured` : told.code,
    unknownStatus: !known,
  }
}

function statusOf(
  code: string,
  { captured, isOver }: Evidence,
): { status: PaymentFact['status']; known: boolean } {
  switch (lookUp(PAYMENT_CODES, code)) {
    case 'accepted':
      return { status: captured ? 'paid' : 'pending', known: true }
    case 'pending':
      return { status: 'pending', known: true }
    case 'left':
      return { status: 'cancelled', known: true }
    case 'lapsed':
      // One code for "timed out" and "the payer left": our own clock tells them apart.
      return { status: isOver ? 'expired' : 'cancelled', known: true }
    case undefined:
      return isErrorCode(code)
        ? { status: 'failed', known: true }
        : { status: 'pending', known: false }
  }
}

/** The first sum that is not the one asked for, else the sum; null where nobody told any. */
function differing(
  told: readonly (Pick<WireItem, 'amount' | 'currency'> | null)[],
  { accountId, asked }: { accountId: string; asked: Money },
): Money | null {
  const sums = told.flatMap((one) => (one && moneyOf(one, accountId)) ?? [])
  return sums.find((sum) => !sameMoney(sum, asked)) ?? sums[0] ?? null
}

function moneyOf(
  { amount, currency }: Pick<WireItem, 'amount' | 'currency'>,
  accountId: string,
): Money | null {
  if (amount === undefined || currency === undefined) return null
  try {
    return decimalToMinor(amount, currency)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw fault(accountId, 'unverifiable', 'the answer of payabl. names a sum that is none')
  }
}

export interface AskedRefund {
  readonly accountId: string
  readonly source: FactSource
  readonly payment: Pick<PaymentReference, 'outTradeNo' | 'providerPaymentId'>
  readonly outRefundNo: string
  readonly providerRefundId: string | null
}

/** Throws `unverifiable` where what was said is about another refund. */
export function refundFact(told: Told, asked: AskedRefund): RefundFact {
  const { accountId, source, payment, outRefundNo } = asked
  sameNumber(accountId, asked.providerRefundId, told.transaction_id)
  sameNumber(accountId, payment.outTradeNo, told.order_id)
  const failed = isErrorCode(told.code)
  const status = lookUp(REFUND_CODES, told.code) ?? (failed ? 'failed' : undefined)
  // A refund may stand in the books as a negative sum.
  const amount = told.amount?.replace(/^-/, '')
  return {
    kind: 'refund',
    source,
    accountId,
    outRefundNo,
    providerRefundId: asked.providerRefundId ?? told.transaction_id ?? null,
    providerPaymentId: payment.providerPaymentId,
    status: status ?? 'processing',
    amount: moneyOf({ amount, currency: told.currency }, accountId),
    advice: failed
      ? `payabl. refused the refund (${told.code}): ${refusalOf(told.code, 'refund').says}.`
      : null,
    settlement: null,
    providerStatus: told.code,
    unknownStatus: status === undefined,
  }
}

function sameNumber(accountId: string, asked: string | null, told?: string): void {
  if (!asked || !told || asked === told) return
  throw fault(accountId, 'unverifiable', 'the answer of payabl. is about something else')
}

function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

export function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
