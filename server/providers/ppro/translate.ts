import { type Money, sameMoney } from '../../../shared/money.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import type { ClientAction } from '../../domain/client-action.ts'
import type { FactSource, PaymentFact, RefundFact, SettlementAmounts } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { CreatePaymentInput, PaymentReference, RefundInput } from '../provider.ts'
import {
  creditOf,
  debitOf,
  isIpv4,
  isRouted,
  moneyFrom,
  numberOf,
  rateOf,
  settledOf,
  type WireForm,
  type WireRefund,
  type WireTransaction,
} from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md, read 2026-06. */

const TAGS: Readonly<Partial<Record<Scene, string>>> = {
  desktopQr: 'wechatpay',
  mobileWeb: 'wechatpayh5',
}
const DESCRIPTOR_MAX = 32

/** STATUS of a payment; REQUESTSTATUS only says whether the question was answered. */
export const PAYMENT_STATUSES: Readonly<Record<string, PaymentFact['status']>> = {
  PENDING: 'pending',
  SUCCEEDED: 'paid',
  FAILED: 'failed',
}

/** FAILREASON of a failed payment; every other reason is a failure too. */
export const FAIL_REASONS: Readonly<Record<string, PaymentFact['status']>> = {
  USER_ABORT: 'cancelled',
  CANCELED: 'cancelled',
  TIMEOUT: 'expired',
}

export const REFUND_STATUSES: Readonly<Record<string, RefundFact['status']>> = {
  PENDING: 'processing',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
}

const TRY_AGAIN = 'A passing fault at PPRO or WeChat. Make a new refund.'
const DECLINED = 'PPRO or WeChat declined. Settle with the payer another way.'
/** What people can do about a failed refund. */
export const REFUND_ADVICE: Readonly<Record<string, string>> = {
  QUOTA: 'PPRO allows no further refund of this payment, by sum or by number.',
  INPUT_DATA: 'PPRO did not accept the data of this refund. Ask PPRO about the contract.',
  LOCAL_ERROR: TRY_AGAIN,
  REMOTE_ERROR: TRY_AGAIN,
  LOCAL_DECLINE: DECLINED,
  REMOTE_DECLINE: DECLINED,
}

/** REQUESTFAILREASON of a question by our own number that means: there is no such thing. */
const NOT_FOUND_REASONS = ['INPUT_DATA', 'NOT_FOUND']
/** Reasons that say nothing about the next try. */
const PASSING_REASONS = ['', 'UNKNOWN', 'LOCAL_ERROR', 'REMOTE_ERROR']

/** What it means that PPRO did not answer a question (REQUESTSTATUS=FAILED); never a failed payment. */
export function questionOutcome(
  reason: string,
  byOurNumber: boolean,
): ProviderOutcome | 'notFound' {
  if (byOurNumber && NOT_FOUND_REASONS.includes(reason)) return 'notFound'
  return PASSING_REASONS.includes(reason) ? 'unknown' : 'rejected'
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

export interface TransactionTerms {
  readonly accountId: string
  readonly channel: string
  readonly accountHolderName: string
  readonly currencies: readonly string[]
  /** Takes payers from private networks as well. */
  readonly anyIpv4: boolean
}

/** Fields of a TRANSACTION. Throws `rejected` on what PPRO could not take. */
export function transactionFields(input: CreatePaymentInput, terms: TransactionTerms): WireForm {
  const { accountId } = terms
  if (!terms.currencies.includes(input.amount.currency)) {
    throw fault(accountId, 'rejected', `PPRO takes no ${input.amount.currency} for WeChat Pay here`)
  }
  return {
    tag: tagOf(input.scene, accountId),
    countrycode: 'CN',
    currency: input.amount.currency,
    amount: String(input.amount.value),
    merchanttxid: merchantNumber(input.outTradeNo, accountId),
    channel: terms.channel,
    merchantredirecturl: input.returnUrl,
    notificationurl: input.notifyUrl,
    'specin.dynamicdescriptor': cut(input.description, DESCRIPTOR_MAX),
    'specin.locale': input.locale === 'en' ? 'en-US' : input.locale,
    accountholdername: terms.accountHolderName,
    ...(input.scene === 'mobileWeb' ? { 'specin.ipaddress': payerAddress(input, terms) } : {}),
  }
}

/** Fields of a REFUND; its currency has to be the payment's. Throws `rejected`. */
export function refundFields(input: RefundInput, accountId: string): Omit<WireForm, 'txid'> {
  if (input.amount.currency !== input.payment.amount.currency) {
    throw fault(accountId, 'rejected', 'PPRO refunds only in the currency of the payment')
  }
  return {
    tag: tagOf(input.payment.scene, accountId),
    countrycode: 'CN',
    currency: input.amount.currency,
    amount: String(input.amount.value),
    merchantrefundid: merchantNumber(input.outRefundNo, accountId),
  }
}

export function tagOf(scene: Scene, accountId: string): string {
  const tag = TAGS[scene]
  if (tag !== undefined) return tag
  throw fault(accountId, 'rejected', `PPRO's Simple API cannot serve ${scene}`)
}

/** Our number as theirs: they compare without regard to case, so it must have only one. */
export function merchantNumber(number: string, accountId: string): string {
  if (/^[a-z0-9.,_-]{1,40}$/.test(number)) return number
  const rule = '1 to 40 lower-case letters, digits or .,-_'
  throw fault(accountId, 'rejected', `PPRO takes numbers of ${rule}`)
}

function payerAddress({ payerIp }: CreatePaymentInput, terms: TransactionTerms): string {
  if (isIpv4(payerIp) && (terms.anyIpv4 || isRouted(payerIp))) return payerIp
  const need = "PPRO needs the payer's public IPv4 address for mobileWeb"
  throw fault(terms.accountId, 'rejected', `${need}; this payer has none that we can see`)
}

/** What the payer does next. Throws `unknown`: the payment exists, but cannot be presented. */
export function clientAction(
  answer: WireTransaction,
  wish: { accountId: string; showCode: boolean; expiresAtMs: number },
): ClientAction {
  const seconds = answer['SPECOUT.EXPIRYTIMESTAMP']
  const expiresAtMs = seconds === undefined ? wish.expiresAtMs : seconds * 1_000
  const code = answer['SPECOUT.QRCODEURL']
  const url = answer.REDIRECTURL
  if (wish.showCode && code !== undefined) {
    return { kind: 'qrCode', content: code, image: null, expiresAtMs }
  }
  if (url !== undefined && /^https?:/i.test(url) && URL.canParse(url)) {
    return { kind: 'redirect', url, expiresAtMs }
  }
  const message = "PPRO's answer has neither a QR code nor an address for the payer"
  throw fault(wish.accountId, 'unknown', message)
}

/** What an answer about one payment is compared with. */
export interface Asked {
  readonly accountId: string
  readonly source: FactSource
  readonly payment: Pick<PaymentReference, 'outTradeNo' | 'providerPaymentId' | 'amount'>
}

/** Throws `unverifiable` where the answer is not provably about the payment asked for. */
export function paymentFact(answer: WireTransaction, asked: Asked): PaymentFact {
  const { accountId, source, payment } = asked
  const txid = numberOf(answer.TXID)
  sameNumber(accountId, payment.providerPaymentId, txid)
  sameNumber(accountId, payment.outTradeNo, answer.MERCHANTTXID)
  const word = answer.STATUS ?? ''
  const known = lookUp(PAYMENT_STATUSES, word)
  const ended = known === 'failed' ? lookUp(FAIL_REASONS, answer.FAILREASON ?? '') : undefined
  // Nobody can have paid a code that is only just being handed out: a success in the answer to
  // TRANSACTION itself proves nothing, and the payment stays open until PPRO is asked about it.
  const early = source === 'create' && known === 'paid'
  const status = early ? 'pending' : (ended ?? known ?? 'pending')
  const paid = status === 'paid'
  if (paid && txid === null) throw fault(accountId, 'unverifiable', 'a success without a TXID')
  return {
    kind: 'payment',
    source,
    accountId,
    outTradeNo: payment.outTradeNo,
    providerPaymentId: payment.providerPaymentId ?? txid,
    status,
    amount: amountOf(answer, payment.amount, paid),
    appId: null,
    occurredAtMs: null,
    settlement: paid ? settlementOf(answer, debitOf(answer)) : null,
    providerStatus: [word, answer.FAILREASON].filter(Boolean).join(' '),
    unknownStatus: early || known === undefined,
  }
}

/**
 * PPRO's answers need not repeat the amount. What binds a success to our sum is the transaction
 * itself: its TXID came back on our own TRANSACTION call, over mutual TLS, for exactly this amount,
 * and PPRO has no call that changes it; so the sum asked for stands. Every field that can be
 * compared with it is: AMOUNT and CURRENCY where they are repeated, the wallet's debit where the
 * wallet was debited in the payment's currency, and CNYAMOUNT for payments in CNY. One that differs
 * becomes the amount of the fact, so that it is set aside as a mismatch. The settlement is what
 * reaches the bank after conversion, which is no measure of what was paid.
 */
function amountOf(answer: WireTransaction, asked: Money, paid: boolean): Money | null {
  const { AMOUNT, CURRENCY } = answer
  const debited = debitOf(answer)
  const comparable = [
    { value: AMOUNT ?? asked.value, currency: CURRENCY ?? asked.currency },
    debited?.currency === asked.currency ? debited : null,
    asked.currency === 'CNY' ? (answer['SPECOUT.CNYAMOUNT'] ?? null) : null,
  ]
  const differing = comparable.find((told) => told !== null && !sameMoney(told, asked))
  return differing ?? (paid ? asked : null)
}

export interface AskedRefund {
  readonly accountId: string
  readonly source: FactSource
  readonly payment: Pick<PaymentReference, 'providerPaymentId' | 'amount'>
  readonly outRefundNo: string
  readonly providerRefundId: string | null
}

/** Throws `unverifiable` where the answer is about another refund, or contradicts itself. */
export function refundFact(answer: WireRefund, asked: AskedRefund): RefundFact {
  const { accountId, source, payment } = asked
  const refundId = numberOf(answer.REFUNDID)
  sameNumber(accountId, asked.providerRefundId, refundId)
  sameNumber(accountId, asked.outRefundNo, answer.MERCHANTREFUNDID)
  const word = answer.STATUS ?? ''
  const status = lookUp(REFUND_STATUSES, word)
  const reason = answer.FAILREASON
  return {
    kind: 'refund',
    source,
    accountId,
    outRefundNo: asked.outRefundNo,
    providerRefundId: asked.providerRefundId ?? refundId,
    providerPaymentId: payment.providerPaymentId,
    status: status ?? 'processing',
    amount: refundedOf(answer, asked),
    advice: reason === undefined ? null : (lookUp(REFUND_ADVICE, reason) ?? null),
    settlement: settlementOf(answer, creditOf(answer)),
    providerStatus: [word, reason].filter(Boolean).join(' '),
    unknownStatus: status === undefined,
  }
}

/** The refunded sum where the answer tells it in the payment's currency; otherwise it is not told. */
function refundedOf(answer: WireRefund, { accountId, payment }: AskedRefund): Money | null {
  const { currency } = payment.amount
  const repeated = moneyFrom(answer.AMOUNT, answer.CURRENCY ?? currency)
  const credited = creditOf(answer)
  const comparable = credited?.currency === currency ? credited : null
  if (repeated && comparable && !sameMoney(repeated, comparable)) {
    throw fault(accountId, 'unverifiable', "PPRO's answer names two different sums for one refund")
  }
  return repeated ?? comparable
}

function settlementOf(
  answer: WireTransaction | WireRefund,
  source: Money | null,
): SettlementAmounts | null {
  const settled = settledOf(answer)
  const rate = rateOf(answer)
  return source || settled || rate ? { source, settled, rate } : null
}

function sameNumber(accountId: string, asked: string | null, told?: string | null): void {
  if (!asked || !told || asked.toLowerCase() === told.toLowerCase()) return
  throw fault(accountId, 'unverifiable', "PPRO's answer is about something else than was asked for")
}

export function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** At most so many characters, never half of one. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
}

function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
