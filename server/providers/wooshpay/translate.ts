import type { Scene } from '../../../shared/payment-status.ts'
import type { ClientAction } from '../../domain/client-action.ts'
import {
  contradict,
  type FactSource,
  type PaymentFact,
  type RefundFact,
} from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { CreatePaymentInput, RefundInput } from '../provider.ts'
import type { WooshpayConfig } from './config.ts'
import type {
  TerminalType,
  WireCreateRequest,
  WirePaymentIntent,
  WireRefund,
  WireRefundRequest,
} from './wire.ts'

/** Wire ⇄ domain: tables and pure functions. Documents: see README.md, read 2026-06. */

const TERMINAL_TYPES: Readonly<Partial<Record<Scene, TerminalType>>> = {
  officialAccount: 'OFFICIAL_ACCOUNT',
  desktopQr: 'WEB',
  mobileWeb: 'WAP',
  paymentCode: 'SCAN_CODE',
}
/** The published request for these says IOS, whatever that means for a desktop or a till. */
const TERMINALS_WITH_OS: readonly TerminalType[] = ['WEB', 'SCAN_CODE']
const TERMINALS_WITH_RETURN: readonly TerminalType[] = ['WEB', 'WAP', 'SCAN_CODE']
/** 50,000 USD; what is equal to it in other currencies is WooshPay's to judge. */
const MAX_USD_MINOR = 5_000_000
/** WeChat's own limit for what the payer reads. */
const DESCRIPTION_MAX = 127

interface PaymentMeaning {
  readonly status: PaymentFact['status']
  /** Nothing that WeChat Pay should ever answer: people must see it. */
  readonly report?: true
}

const PAYMENT_STATUSES: Readonly<Record<string, PaymentMeaning>> = {
  requires_payment_method: { status: 'pending' },
  requires_confirmation: { status: 'pending' },
  requires_action: { status: 'pending' },
  processing: { status: 'pending' },
  requires_capture: { status: 'pending', report: true },
  succeeded: { status: 'paid' },
  canceled: { status: 'cancelled' },
  cancelled: { status: 'cancelled' },
  failed: { status: 'failed' },
}

/** The reference names no statuses of refunds; these are the words of the API it is modelled on. */
const REFUND_STATUSES: Readonly<Record<string, RefundFact['status']>> = {
  pending: 'processing',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'failed',
  cancelled: 'failed',
}
const REFUND_ADVICE = 'WooshPay did not give this money back; its dashboard has the reason.'

/** HTTP answers that differ from their class: 4xx is a no, everything else leaves it open. */
const HTTP_MEANINGS: Readonly<
  Record<number, { outcome: ProviderOutcome; retryAfterMs: number | null }>
> = {
  408: { outcome: 'unknown', retryAfterMs: null },
  // The first request with this key is still running, or did something under other parameters.
  409: { outcome: 'unknown', retryAfterMs: 1_000 },
  425: { outcome: 'notSent', retryAfterMs: 1_000 },
  429: { outcome: 'notSent', retryAfterMs: 2_000 },
}

/** What an answer that is no success means for the money, and how soon it is worth another try. */
export function refusalMeaning(status: number): {
  outcome: ProviderOutcome
  retryAfterMs: number | null
} {
  const byClass = status >= 400 && status < 500 ? 'rejected' : 'unknown'
  return HTTP_MEANINGS[status] ?? { outcome: byClass, retryAfterMs: null }
}

interface Account {
  readonly accountId: string
  readonly config: Pick<WooshpayConfig, 'currencies' | 'miniProgramTerminalType'>
}

/** Throws `rejected` on what this provider could not take, before anything is sent. */
export function createRequest(input: CreatePaymentInput, account: Account): WireCreateRequest {
  const { accountId } = account
  const { amount, scene } = input
  const terminal = terminalType(scene, account)
  const accepted: readonly string[] = account.config.currencies
  if (!accepted.includes(amount.currency)) {
    throw refused(accountId, `WooshPay takes no ${amount.currency} for WeChat Pay here`)
  }
  if (amount.currency === 'USD' && amount.value > MAX_USD_MINOR) {
    throw refused(accountId, 'WooshPay takes at most 50,000 USD for one payment')
  }
  const payer = openidOf(input, terminal, accountId)
  return {
    amount: amount.value,
    currency: amount.currency,
    confirm: true,
    merchant_order_id: merchantNumber(input.outTradeNo, accountId),
    description: cut(input.description, DESCRIPTION_MAX),
    payment_method_data: {
      type: 'wechat_pay',
      ...(terminal === 'SCAN_CODE'
        ? { wechat_pay: { payment_code: scannedCode(input, accountId) } }
        : {}),
    },
    payment_method_options: {
      wechat_pay: {
        terminal_type: terminal,
        ...(TERMINALS_WITH_OS.includes(terminal) ? { os_type: 'IOS' } : {}),
        client_ip: input.payerIp,
        ...payer,
      },
    },
    ...(TERMINALS_WITH_RETURN.includes(terminal) ? { return_url: input.returnUrl } : {}),
  }
}

function terminalType(scene: Scene, { accountId, config }: Account): TerminalType {
  const terminal = scene === 'miniProgram' ? config.miniProgramTerminalType : TERMINAL_TYPES[scene]
  if (terminal !== undefined) return terminal
  throw refused(
    accountId,
    scene === 'miniProgram'
      ? 'WooshPay documents no terminal type for Mini Programs; set miniProgramTerminalType'
      : `WooshPay cannot serve ${scene}`,
  )
}

function openidOf(
  { payer, scene }: CreatePaymentInput,
  terminal: TerminalType,
  accountId: string,
): { openid?: string } {
  if (terminal !== 'OFFICIAL_ACCOUNT' && terminal !== 'MINI_PROGRAM') return {}
  if (payer) return { openid: payer.openid }
  throw refused(accountId, `WooshPay needs the payer's openid for ${scene}`)
}

function scannedCode({ paymentCode }: CreatePaymentInput, accountId: string): string {
  if (paymentCode && /^\d{18}$/.test(paymentCode)) return paymentCode
  throw refused(accountId, "paymentCode needs the 18 digits scanned from the payer's phone")
}

/** Our number as theirs; throws `rejected` where it would not survive the way. */
export function merchantNumber(number: string, accountId: string): string {
  // It also stands between apostrophes in a search.
  if (/^[A-Za-z0-9_-]{1,64}$/.test(number)) return number
  throw refused(accountId, 'WooshPay takes numbers of 1 to 64 letters, digits, - or _')
}

/** Throws `rejected` where the refund is not in the currency of the payment: the wire names none. */
export function refundRequest(
  { payment, amount, outRefundNo }: RefundInput,
  to: { accountId: string; paymentIntent: string },
): WireRefundRequest {
  if (amount.currency !== payment.amount.currency) {
    throw refused(to.accountId, 'WooshPay refunds only in the currency of the payment')
  }
  return {
    payment_intent: to.paymentIntent,
    amount: amount.value,
    reason: 'requested_by_customer',
    metadata: { refund_id: merchantNumber(outRefundNo, to.accountId) },
  }
}

interface Told {
  readonly accountId: string
  readonly source: FactSource
  /** The numbers we asked by: ours stands in where the message does not repeat it. */
  readonly outTradeNo?: string
  readonly providerPaymentId?: string | null
  readonly occurredAtMs?: number | null
  /** The message itself says that a try has failed. */
  readonly tryFailed?: boolean
}

/** Throws `unverifiable` where the answer is about another payment than was asked for. */
export function paymentFact(intent: WirePaymentIntent, told: Told): PaymentFact {
  sameNumber(told.accountId, told.providerPaymentId, intent.id)
  const meaning = lookUp(PAYMENT_STATUSES, intent.status)
  // Confirmed with its creation, an intent needs a payment method (again) only after a failed try.
  const failed =
    intent.status === 'requires_payment_method' &&
    (told.tryFailed || Boolean(intent.last_payment_error))
  const status = failed ? 'failed' : (meaning?.status ?? 'pending')
  const { amount, currency, amount_received: received } = intent
  return {
    kind: 'payment',
    source: told.source,
    accountId: told.accountId,
    outTradeNo: intent.merchant_order_id ?? told.outTradeNo ?? null,
    providerPaymentId: intent.id,
    status,
    // What came in counts; where they do not tell it, the intent's own sum, which they guarantee.
    amount: { value: status === 'paid' && received ? received : amount, currency },
    appId: intent.next_action?.wechat_pay_official_account_params?.appId ?? null,
    occurredAtMs: told.occurredAtMs ?? null,
    settlement: null,
    providerStatus: intent.status,
    unknownStatus: meaning === undefined || meaning.report === true,
  }
}

interface ToldRefund {
  readonly accountId: string
  readonly source: FactSource
  readonly outRefundNo?: string
  readonly providerRefundId?: string | null
  readonly providerPaymentId?: string | null
}

/** Throws `unverifiable` where the answer is about another refund than was asked for. */
export function refundFact(refund: WireRefund, told: ToldRefund): RefundFact {
  const { accountId } = told
  const ours = refund.metadata?.refund_id ?? null
  sameNumber(accountId, told.providerRefundId, refund.id)
  sameNumber(accountId, told.outRefundNo, ours)
  sameNumber(accountId, told.providerPaymentId, refund.payment_intent)
  const status = lookUp(REFUND_STATUSES, refund.status)
  const { amount, currency } = refund
  return {
    kind: 'refund',
    source: told.source,
    accountId,
    outRefundNo: told.outRefundNo ?? ours,
    providerRefundId: refund.id,
    providerPaymentId: told.providerPaymentId ?? refund.payment_intent ?? null,
    status: status ?? 'processing',
    amount: currency ? { value: amount, currency } : null,
    advice: status === 'failed' ? REFUND_ADVICE : null,
    settlement: null,
    providerStatus: [refund.status, refund.failure_reason].filter(Boolean).join(' '),
    unknownStatus: status === undefined,
  }
}

/** What the payer does next. Throws `unknown`: the payment exists, but cannot be presented. */
export function clientAction(
  { next_action: next }: WirePaymentIntent,
  wish: { scene: Scene; accountId: string; expiresAtMs: number },
): ClientAction {
  const { accountId, expiresAtMs } = wish
  const params = next?.wechat_pay_official_account_params
  if (params) return { kind: 'wechatPay', payParams: params, expiresAtMs }
  const code = next?.wechat_pay_display_qr_code?.image_data_url
  if (code !== undefined) {
    // Despite its name it is the text to draw; should it ever be a picture, it is shown as one.
    const picture = /^data:image\//i.test(code)
    return picture
      ? { kind: 'qrCode', content: null, image: code, expiresAtMs }
      : { kind: 'qrCode', content: code, image: null, expiresAtMs }
  }
  const url = next?.wechat_pay_redirect_to_web?.url
  if (url !== undefined && /^(?:https?|weixin):/i.test(url) && URL.canParse(url)) {
    return { kind: 'redirect', url, expiresAtMs }
  }
  if (wish.scene === 'paymentCode') return { kind: 'wait', expiresAtMs }
  throw unusable(accountId, `WooshPay's answer has nothing to show the payer for ${wish.scene}`)
}

function sameNumber(accountId: string, asked?: string | null, told?: string | null): void {
  if (!contradict(asked ?? null, told ?? null)) return
  throw new ProviderError({
    outcome: 'unverifiable',
    accountId,
    message: "WooshPay's answer is about something else than was asked for",
  })
}

function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** At most so many characters, never half of one. */
function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
}

function refused(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'rejected', accountId, message })
}

function unusable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unknown', accountId, message })
}
