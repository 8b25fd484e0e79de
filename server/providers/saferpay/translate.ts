import type { Scene } from '../../../shared/payment-status.ts'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { CreatePaymentInput, PaymentReference, RefundInput } from '../provider.ts'
import { taggedUrl } from './signing.ts'
import {
  cut,
  isIpv4,
  isOrderId,
  type WireError,
  type WireStatusAnswer,
  type WireTransactionAnswer,
} from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md. */

export const PAYMENT_STATUSES: Readonly<Record<string, PaymentFact['status']>> = {
  CAPTURED: 'paid',
  PENDING: 'pending',
  CANCELED: 'cancelled',
}

/** Errors of Assert that are a word about the payment; the rest says something of the question. */
export const PAYMENT_ERRORS: Readonly<Record<string, PaymentFact['status']>> = {
  TRANSACTION_NOT_STARTED: 'pending',
  TRANSACTION_ABORTED: 'cancelled',
  TRANSACTION_DECLINED: 'failed',
  GENERAL_DECLINED: 'failed',
  BLOCKED_BY_RISK_MANAGEMENT: 'failed',
}

/** Errors that never decide a payment, whatever their Behavior. */
const QUESTION_ERRORS: readonly string[] = [
  'ACTION_NOT_SUPPORTED',
  'AUTHENTICATION_FAILED',
  'COMMUNICATION_FAILED',
  'COMMUNICATION_TIMEOUT',
  'INTERNAL_ERROR',
  'PERMISSION_DENIED',
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'TRANSACTION_IN_WRONG_STATE',
  'TRANSACTION_NOT_FOUND',
  'VALIDATION_FAILED',
]

export const REFUND_STATUSES: Readonly<Record<string, RefundFact['status']>> = {
  CAPTURED: 'succeeded',
  PENDING: 'processing',
  AUTHORIZED: 'processing',
  CANCELED: 'failed',
}

/** Errors of AssertRefund that end a refund. */
export const REFUND_ERRORS: readonly string[] = [
  'BLOCKED_BY_RISK_MANAGEMENT',
  'GENERAL_DECLINED',
  'TRANSACTION_ABORTED',
  'TRANSACTION_DECLINED',
]

/** Errors after which nobody knows whether it happened. */
const OPEN_ERRORS: readonly string[] = [
  'COMMUNICATION_FAILED',
  'COMMUNICATION_TIMEOUT',
  'INTERNAL_ERROR',
  'UNEXPECTED_ERROR_BY_ACQUIRER',
]

const TURNOVER =
  "WeChat pays a refund out of the turnover since the last batch close: the day's payments must " +
  'cover it. Make a new refund once they do'
const REFUND_EXPLANATIONS: Readonly<Record<string, string>> = {
  NO_CREDITS_AVAILABLE: TURNOVER,
  CONDITION_NOT_SATISFIED: TURNOVER,
  PERMISSION_DENIED: "Refunds by API need Saferpay's Business licence",
  AMOUNT_INVALID: 'All refunds together cannot be more than was captured',
}
const EXPLANATIONS: Readonly<Record<string, string>> = {
  NO_CONTRACT: 'WeChat Pay in this currency is not active on the terminal',
  PAYMENTMEANS_NOT_SUPPORTED: 'WeChat Pay is not active on the terminal',
  CURRENCY_INVALID: 'The currency is not enabled on the terminal',
}

/** What people can do about an error; null where its name says all. */
export function explain(call: string, errorName: string): string | null {
  const own = call === 'Transaction/Refund' ? lookUp(REFUND_EXPLANATIONS, errorName) : undefined
  return own ?? lookUp(EXPLANATIONS, errorName) ?? null
}

/** Errors branch on ErrorName and Behavior; the sentence is for people. */
export function refusalOutcome(status: number, error: WireError): ProviderOutcome {
  if (status >= 500 || OPEN_ERRORS.includes(error.ErrorName)) return 'unknown'
  return error.Behavior === 'RETRY' || error.Behavior === 'RETRY_LATER' ? 'notSent' : 'rejected'
}

/** Whether the same message may be sent again at once: surely nothing happened, and it may now. */
export function isPassing(status: number, error: WireError): boolean {
  return error.Behavior === 'RETRY' && refusalOutcome(status, error) === 'notSent'
}

export interface Terms {
  readonly accountId: string
  readonly currencies: readonly string[]
  readonly scenes: readonly Scene[]
  readonly notificationSecret: string
}

const DESCRIPTION_MAX = 1_000
const URL_MAX = 2_000

/** Fields of Initialize. Throws `rejected` on what Saferpay could not take. */
export function initializeFields(input: CreatePaymentInput, terms: Terms) {
  const { accountId, notificationSecret } = terms
  const { outTradeNo, amount, payerIp } = input
  const refuse = (message: string) => fault(accountId, 'rejected', message)
  if (!terms.scenes.includes(input.scene)) {
    throw refuse(`Saferpay's Payment Page does not serve ${input.scene} here`)
  }
  if (!terms.currencies.includes(amount.currency)) {
    throw refuse(`Saferpay takes no ${amount.currency} on this terminal`)
  }
  const url = (base: string, purpose: 'success' | 'failure' | 'return') => {
    const tagged = taggedUrl(base, notificationSecret, { accountId, outTradeNo, purpose })
    if (tagged.length <= URL_MAX) return tagged
    throw refuse(`Saferpay takes addresses of at most ${URL_MAX} characters`)
  }
  return {
    Payment: {
      Amount: wireAmount(amount),
      OrderId: orderIdOf(outTradeNo, accountId),
      Description: cut(input.description.toWellFormed(), DESCRIPTION_MAX),
    },
    // One entry skips the list of methods.
    PaymentMethods: ['WECHATPAY'],
    Payer: {
      LanguageCode: input.locale === 'en' ? 'en' : 'zh',
      ...(isIpv4(payerIp) ? { IpAddress: payerIp } : {}),
    },
    ReturnUrl: { Url: url(input.returnUrl, 'return') },
    Notification: {
      SuccessNotifyUrl: url(input.notifyUrl, 'success'),
      FailNotifyUrl: url(input.notifyUrl, 'failure'),
    },
  }
}
export type InitializeFields = ReturnType<typeof initializeFields>

/** Fields of Refund. Throws `rejected` on what Saferpay could not take. */
export function refundFields(input: RefundInput, accountId: string) {
  const { amount, outRefundNo, reason, payment } = input
  if (amount.currency !== payment.amount.currency) {
    throw fault(accountId, 'rejected', 'Saferpay refunds only in the currency of the payment')
  }
  return {
    Refund: {
      Amount: wireAmount(amount),
      OrderId: orderIdOf(outRefundNo, accountId),
      ...(reason ? { Description: cut(reason.toWellFormed(), DESCRIPTION_MAX) } : {}),
      // Without it, Saferpay would pay back more than it took.
      RestrictRefundAmountToCapturedAmount: true,
    },
  }
}
export type RefundFields = ReturnType<typeof refundFields>

export function orderIdOf(number: string, accountId: string): string {
  if (isOrderId(number)) return number
  throw fault(accountId, 'rejected', 'Saferpay takes numbers of 1 to 50 letters, digits or .:-_')
}

export interface Asked {
  readonly accountId: string
  readonly payment: PaymentReference
}

/** Throws `unverifiable` where the answer is not provably about the payment asked for. */
export function paymentFact(answer: WireTransactionAnswer, asked: Asked): PaymentFact {
  const { Type, Status, Id, CaptureId, Date: atMs, Amount, OrderId } = answer.Transaction
  const { accountId, payment } = asked
  same(accountId, Type, 'PAYMENT')
  same(accountId, OrderId, payment.outTradeNo)
  const known = lookUp(PAYMENT_STATUSES, Status)
  if (known === 'paid') same(accountId, Id, payment.providerPaymentId)
  const method = answer.PaymentMeans?.Brand.PaymentMethod
  return {
    ...heading(asked, known ?? 'pending', [Status, method].filter(Boolean).join(' ')),
    // Only a success fixes the number: a payer who tries twice makes two transactions.
    providerPaymentId: known === 'paid' ? Id : payment.providerPaymentId,
    // Kept with the payment: a refund is made of the money taken.
    ...(known === 'paid' && CaptureId !== undefined ? { providerReference: CaptureId } : {}),
    amount: Amount,
    occurredAtMs: known === 'paid' ? (atMs ?? null) : null,
    // AUTHORIZED is in no table: WeChat knows no capture, so it is for people to look at.
    unknownStatus: known === undefined,
  }
}

/** The fact in an error of Assert, or null where the error says nothing about the payment. */
export function paymentFactOfError(
  status: number,
  error: WireError,
  asked: Asked & { readonly ended: boolean },
): PaymentFact | null {
  const { ErrorName, Behavior, OrderId } = error
  same(asked.accountId, OrderId, asked.payment.outTradeNo)
  const final = Behavior === 'DO_NOT_RETRY' || Behavior === 'OTHER_MEANS' || Behavior === 'ABORT'
  const decided = status === 402 && final && !QUESTION_ERRORS.includes(ErrorName)
  const known = lookUp(PAYMENT_ERRORS, ErrorName) ?? (decided ? 'failed' : undefined)
  if (known === undefined) return null
  const lapsed = ErrorName === 'TRANSACTION_NOT_STARTED' && asked.ended
  return heading(asked, lapsed ? 'expired' : known, ErrorName)
}

/** A fact without money. */
export function heading(
  { accountId, payment }: Asked,
  status: PaymentFact['status'],
  providerStatus: string,
): PaymentFact {
  return {
    kind: 'payment',
    source: 'query',
    accountId,
    outTradeNo: payment.outTradeNo,
    providerPaymentId: payment.providerPaymentId,
    status,
    amount: null,
    appId: null,
    occurredAtMs: null,
    settlement: null,
    providerStatus,
    unknownStatus: false,
  }
}

export interface AskedRefund {
  readonly accountId: string
  readonly source: 'create' | 'query'
  readonly payment: Pick<PaymentReference, 'providerPaymentId'>
  readonly outRefundNo: string
  readonly providerRefundId: string | null
}

/** Throws `unverifiable` where the answer is about another transaction. */
export function refundFact(answer: WireTransactionAnswer, asked: AskedRefund): RefundFact {
  const { Type, Status, Id, Amount, OrderId } = answer.Transaction
  same(asked.accountId, Type, 'REFUND')
  return refundStatusFact({ Status, TransactionId: Id, ...(OrderId ? { OrderId } : {}) }, asked, {
    amount: Amount,
  })
}

/** The same from an answer without an amount: AssertRefund, Capture, or none at all. */
export function refundStatusFact(
  { Status, TransactionId, OrderId }: WireStatusAnswer,
  asked: AskedRefund,
  more: Partial<Pick<RefundFact, 'amount' | 'advice' | 'status'>> = {},
): RefundFact {
  const { accountId, source, payment, outRefundNo, providerRefundId } = asked
  same(accountId, OrderId, outRefundNo)
  same(accountId, TransactionId, providerRefundId)
  const known = lookUp(REFUND_STATUSES, Status)
  return {
    kind: 'refund',
    source,
    accountId,
    outRefundNo,
    providerRefundId: providerRefundId ?? TransactionId ?? null,
    providerPaymentId: payment.providerPaymentId,
    status: known ?? 'processing',
    amount: null,
    advice: null,
    settlement: null,
    providerStatus: Status,
    unknownStatus: known === undefined && more.status === undefined,
    ...more,
  }
}

function same(accountId: string, told: string | undefined, asked: string | null): void {
  if (told === undefined || asked === null || told === asked) return
  const message = "Saferpay's answer is about something else than was asked for"
  throw fault(accountId, 'unverifiable', message)
}

function wireAmount({ value, currency }: { value: number; currency: string }) {
  return { Value: String(value), CurrencyCode: currency }
}

export function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
