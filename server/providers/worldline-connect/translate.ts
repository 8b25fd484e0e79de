import type { Money } from '../../../shared/money.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import type { FactSource, PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { CreatePaymentInput } from '../provider.ts'
import {
  type IntegrationType,
  moneyOf,
  type WireAmount,
  type WireCreatePaymentRequest,
  type WirePayment,
  type WireRefund,
  wireAmount,
} from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md, read 2026-06. */
const INTEGRATION_TYPES: Readonly<Partial<Record<Scene, IntegrationType>>> = {
  miniProgram: 'miniProgram',
  officialAccount: 'javaScriptAPI',
  desktopQr: 'desktopQRCode',
  mobileWeb: 'urlIntent',
  app: 'nativeInApp',
}
const OPENID_SCENES: readonly Scene[] = ['miniProgram', 'officialAccount']
const REFERENCE_MAX = 30
const DESCRIPTOR_MAX = 32

interface PaymentMeaning {
  readonly status: PaymentFact['status']
  /** Money that was taken is being fought over: people must see it, and nothing may change by it. */
  readonly report?: true
}

/**
 * Payment statuses. CHARGEBACKED and REVERSED say that there is no money (any more): a payment that
 * is still open ends as failed, and on a paid one they contradict and are set aside for people.
 */
export const PAYMENT_STATUSES: Readonly<Record<string, PaymentMeaning>> = {
  CREATED: { status: 'pending' },
  REDIRECTED: { status: 'pending' },
  PENDING_PAYMENT: { status: 'pending' },
  ACCOUNT_VERIFIED: { status: 'pending' },
  PENDING_APPROVAL: { status: 'pending' },
  PENDING_COMPLETION: { status: 'pending' },
  PENDING_CAPTURE: { status: 'pending' },
  PENDING_FRAUD_APPROVAL: { status: 'pending' },
  AUTHORIZATION_REQUESTED: { status: 'pending' },
  CAPTURE_REQUESTED: { status: 'pending' },
  CAPTURED: { status: 'paid' },
  PAID: { status: 'paid' },
  ACCOUNT_CREDITED: { status: 'paid' },
  REFUND_REQUESTED: { status: 'paid' },
  REFUNDED: { status: 'paid' },
  CHARGEBACK_NOTIFICATION: { status: 'paid', report: true },
  CHARGEBACKED: { status: 'failed' },
  REVERSED: { status: 'failed' },
  CANCELLED: { status: 'cancelled' },
  REJECTED: { status: 'failed' },
  REJECTED_CAPTURE: { status: 'failed' },
  REJECTED_CREDIT: { status: 'failed' },
}

const APPROVE =
  'Approve this refund, here by continuing it or in the Worldline payment console; the account ' +
  'demands it.'
/** The one status that an approval ends. */
export const AWAITS_APPROVAL = 'PENDING_APPROVAL'
const REFUSED = 'Worldline refused this refund; the payment console has its reason.'
const WITHDRAWN = 'This refund was cancelled in the Worldline payment console.'

interface RefundMeaning {
  readonly status: RefundFact['status']
  readonly advice?: string
}

export const REFUND_STATUSES: Readonly<Record<string, RefundMeaning>> = {
  CREATED: { status: 'processing' },
  [AWAITS_APPROVAL]: { status: 'needsAction', advice: APPROVE },
  REFUND_REQUESTED: { status: 'processing' },
  CAPTURE_REQUESTED: { status: 'processing' },
  REFUNDED: { status: 'succeeded' },
  CAPTURED: { status: 'succeeded' },
  PAID: { status: 'succeeded' },
  ACCOUNT_CREDITED: { status: 'succeeded' },
  REJECTED: { status: 'failed', advice: REFUSED },
  REJECTED_CAPTURE: { status: 'failed', advice: REFUSED },
  REJECTED_CREDIT: { status: 'failed', advice: REFUSED },
  CANCELLED: { status: 'failed', advice: WITHDRAWN },
}

/** HTTP answers that differ from their class: 4xx is a no, everything else leaves it open. */
const HTTP_OUTCOMES: Readonly<Record<number, ProviderOutcome>> = {
  408: 'unknown',
  425: 'notSent',
  429: 'notSent',
}
/** DUPLICATE REQUEST IN PROGRESS: the first request with this key is still running. */
const IN_PROGRESS_CODE = '1409'

/** What an answer that is no success means for the money, and how soon it is worth another try. */
export function refusalMeaning(
  status: number,
  codes: readonly string[],
): { outcome: ProviderOutcome; retryAfterMs: number | null } {
  if (status === 409 || codes.includes(IN_PROGRESS_CODE)) {
    return { outcome: 'unknown', retryAfterMs: 1_000 }
  }
  const byClass = status >= 400 && status < 500 ? 'rejected' : 'unknown'
  return { outcome: HTTP_OUTCOMES[status] ?? byClass, retryAfterMs: null }
}

/** Throws `rejected` on what this provider could not take, before anything is sent. */
export function createRequest(
  input: CreatePaymentInput,
  account: { accountId: string; countryCode: string },
): WireCreatePaymentRequest {
  const { accountId } = account
  const integrationType = INTEGRATION_TYPES[input.scene]
  if (!integrationType) throw refused(accountId, `Worldline cannot serve ${input.scene}`)
  const needsOpenid = OPENID_SCENES.includes(input.scene)
  if (needsOpenid && !input.payer) {
    throw refused(accountId, `Worldline needs the payer's openid for ${input.scene}`)
  }
  return {
    order: orderOf(input, account),
    fraudFields: { customerIpAddress: input.payerIp },
    redirectPaymentMethodSpecificInput: {
      paymentProductId: 863,
      paymentProduct863SpecificInput: {
        integrationType,
        ...(needsOpenid && input.payer ? { openId: input.payer.openid } : {}),
      },
      // No WeChat flow leads back through it, and an address they do not take would be refused.
      ...(isPublicHttps(input.returnUrl)
        ? { redirectionData: { returnUrl: input.returnUrl } }
        : {}),
    },
  }
}

/** Throws `rejected` on an amount or number that Worldline could not take. */
export function orderOf(
  { amount, locale, outTradeNo, description }: CreatePaymentInput,
  { accountId, countryCode }: { accountId: string; countryCode: string },
): WireCreatePaymentRequest['order'] {
  return {
    amountOfMoney: exactWireAmount(amount, accountId),
    customer: {
      locale: locale === 'en' ? 'en_US' : locale.replace('-', '_'),
      billingAddress: { countryCode },
    },
    references: {
      merchantReference: merchantReference(outTradeNo, accountId),
      descriptor: cut(description, DESCRIPTOR_MAX),
    },
  }
}

/** Our number as theirs; throws `rejected` where it would not survive the way. */
export function merchantReference(number: string, accountId: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(number) && number.length <= REFERENCE_MAX) return number
  throw refused(accountId, `Worldline takes references of 1 to ${REFERENCE_MAX} plain characters`)
}

/** Throws `rejected` where the amount has more decimals than Worldline counts. */
export function exactWireAmount(amount: Money, accountId: string): WireAmount {
  const exact = wireAmount(amount)
  if (exact) return exact
  throw refused(accountId, `Worldline counts two decimals; this ${amount.currency} amount has more`)
}

interface Told {
  readonly accountId: string
  readonly source: FactSource
  /** The number we asked by; stands in where the message does not repeat it. */
  readonly outTradeNo?: string
  /** When it happened, where the message says with a time zone. */
  readonly occurredAtMs?: number | null
  readonly appId?: string | null
}

export function paymentFact(payment: WirePayment, told: Told): PaymentFact {
  const meaning = lookUp(PAYMENT_STATUSES, payment.status)
  const output = payment.paymentOutput
  const ordered = output?.amountOfMoney
  // What came in counts; before they book it, amountPaid is missing or 0 and the order's sum stands.
  const taken = ordered && { ...ordered, amount: output?.amountPaid || ordered.amount }
  return {
    kind: 'payment',
    source: told.source,
    accountId: told.accountId,
    outTradeNo: output?.references?.merchantReference ?? told.outTradeNo ?? null,
    providerPaymentId: payment.id,
    status: meaning?.status ?? 'pending',
    amount: taken ? moneyOf(taken) : null,
    appId: told.appId ?? null,
    occurredAtMs: told.occurredAtMs ?? null,
    settlement: null,
    providerStatus: payment.status,
    unknownStatus: meaning === undefined || meaning.report === true,
  }
}

export function refundFact(
  refund: WireRefund,
  told: Told & { outRefundNo?: string; providerPaymentId?: string },
): RefundFact {
  const meaning = lookUp(REFUND_STATUSES, refund.status)
  const amount = refund.refundOutput?.amountOfMoney
  return {
    kind: 'refund',
    source: told.source,
    accountId: told.accountId,
    outRefundNo: told.outRefundNo ?? refund.refundOutput?.references?.merchantReference ?? null,
    providerRefundId: refund.id,
    providerPaymentId: told.providerPaymentId ?? null,
    status: meaning?.status ?? 'processing',
    amount: amount ? moneyOf(amount) : null,
    advice: meaning?.advice ?? null,
    settlement: null,
    providerStatus: refund.status,
    unknownStatus: meaning === undefined,
  }
}

export function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** https, and neither localhost nor a bare address. */
export function isPublicHttps(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' && hostname.includes('.') && !/^[\d.]+$|^\[/.test(hostname)
}

/** At most so many characters, never half of one. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
}

export function refused(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'rejected', accountId, message })
}
