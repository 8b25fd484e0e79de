import type { Clock } from '../../../shared/clock.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import type { PaymentFact, RefundFact } from '../../domain/fact.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import type { HttpClient } from '../http.ts'
import type {
  CreatedPayment,
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RefundInput,
  RefundReference,
} from '../provider.ts'
import {
  createSaferpayClient,
  type Found,
  isTokenGone,
  type Refusal,
  refusalError,
  type SaferpayClient,
} from './client.ts'
import { readSettlement } from './client-settlement.ts'
import { capabilitiesOf, type SaferpayConfig, scenesOf } from './config.ts'
import { ACKNOWLEDGEMENT, parseNotification } from './notification.ts'
import { isTagOf } from './signing.ts'
import {
  type AskedRefund,
  heading,
  initializeFields,
  orderIdOf,
  paymentFact,
  paymentFactOfError,
  REFUND_ERRORS,
  refundFact,
  refundFields,
  refundStatusFact,
  refusalOutcome,
} from './translate.ts'

export { type SaferpayConfig, saferpayConfigSchema } from './config.ts'

/** Inquire is documented to be a few minutes behind; this is more than that. */
const INQUIRE_LAG_MS = 15 * 60 * 1_000
const ASK_AGAIN_MS = 5 * 60 * 1_000

const LOST_REFUND =
  'The answer to this refund was lost, and a search at Saferpay does not show it (yet). Look for ' +
  'its order number in the Saferpay Backoffice: where it is there, this refund succeeds by itself; ' +
  'where it is still missing after an hour, continue this refund with `sendAgain`.'
const UNCAPTURED_REFUND =
  'Saferpay waits for the capture of this refund: capture it in the Backoffice.'

interface Account {
  readonly accountId: string
  readonly config: SaferpayConfig
  readonly scenes: readonly Scene[]
  readonly nowMs: () => number
  /** A client for one step, which ends in time. */
  readonly open: () => SaferpayClient
}

/**
 * WeChat Pay through one terminal's Payment Page at Saferpay's JSON API. Notifications say nothing
 * and polling is forbidden: payments are asked about with Assert after events, and with Inquire
 * where the token is gone.
 */
export function createSaferpayProvider(options: {
  accountId: string
  config: SaferpayConfig
  http: HttpClient
  clock: Clock
}): Provider {
  const { accountId, config, http, clock } = options
  const { notificationSecret } = config
  const deps = { accountId, config, http, nowMs: () => clock.nowMs() }
  const scenes = scenesOf(config)
  const account: Account = { ...deps, scenes, open: () => createSaferpayClient(deps) }
  return {
    accountId,
    name: 'saferpay',
    capabilities: capabilitiesOf(config),
    createPayment: (input) => createPayment(account, input),
    queryPayment: (ref) => queryPayment(account, ref),
    parseNotification: (raw) => parseNotification(raw, { accountId, notificationSecret }),
    acknowledge: () => ACKNOWLEDGEMENT,
    refund: (input) => refund(account, input),
    queryRefund: (ref) => queryRefund(account, ref),
    readSettlement: (request) => readSettlement(deps, request),
    verifyReturn({ outTradeNo }, { tag }) {
      if (tag === undefined) return false
      return isTagOf(tag, notificationSecret, { accountId, outTradeNo, purpose: 'return' })
    },
  }
}

async function createPayment(account: Account, input: CreatePaymentInput): Promise<CreatedPayment> {
  const { accountId, config, scenes } = account
  const fields = initializeFields(input, { ...config, accountId, scenes })
  const answered = await account.open().initialize(fields)
  if (!answered.ok) throw refusalError(account, answered.refusal)
  const { Token, Expiration, RedirectUrl } = answered.answer
  const payment = { ...input, providerPaymentId: null, providerState: {} }
  return {
    fact: { ...heading({ accountId, payment }, 'pending', 'INITIALIZED'), source: 'create' },
    // The page cannot be closed, so the payment ends when the page does, and not before.
    clientAction: {
      kind: 'redirect',
      url: RedirectUrl,
      expiresAtMs: Expiration,
      singleUse: true,
    },
    providerState: { token: Token, expiresAtMs: String(Expiration) },
  }
}

/**
 * The truth by the token of the page. Where there is no token, its answer never came, so nobody was
 * ever sent to the page and nobody can have paid: what Inquire does not find does not exist.
 */
async function queryPayment(account: Account, payment: PaymentReference) {
  const { accountId } = account
  const { answer, refusal } = await find(account, payment)
  if (answer) return paymentFact(answer, { accountId, payment })
  if (!refusal) return null
  const asked = { accountId, payment, ended: account.nowMs() >= endOf(payment) }
  if (isTokenGone(refusal)) return lapsed(account, payment, refusal)
  const fact = paymentFactOfError(refusal.status, refusal.error, asked)
  if (fact) return fact
  throw refusalError(account, refusal)
}

/** Everything that names the payment at Saferpay. */
function find({ accountId, open }: Account, payment: PaymentReference): Promise<Found> {
  const { outTradeNo, providerPaymentId, providerState } = payment
  const reference =
    providerPaymentId === null
      ? { OrderId: orderIdOf(outTradeNo, accountId) }
      : { TransactionId: providerPaymentId }
  return open().find(providerState['token'], reference)
}

/** NaN, which no time has reached, where nobody knows. */
function endOf({ providerState }: PaymentReference): number {
  return Number(providerState['expiresAtMs'] ?? Number.NaN)
}

/**
 * Neither Assert nor Inquire knows a success. An expired token was never paid. An invalid one may
 * have been used up by an answer that was lost, and Inquire may not show the payment yet.
 */
function lapsed(account: Account, payment: PaymentReference, refusal: Refusal): PaymentFact {
  const { accountId } = account
  const { ErrorName } = refusal.error
  const settled = account.nowMs() >= endOf(payment) + INQUIRE_LAG_MS
  if (ErrorName === 'TOKEN_EXPIRED' || settled) {
    return heading({ accountId, payment }, 'expired', ErrorName)
  }
  throw new ProviderError({
    outcome: 'unknown',
    accountId,
    message: 'Saferpay does not take the token any more, and shows no payment yet',
    providerCode: ErrorName,
    retryAfterMs: ASK_AGAIN_MS,
  })
}

async function refund(account: Account, input: RefundInput): Promise<RefundFact> {
  const { accountId } = account
  const fields = refundFields(input, accountId)
  const captureId = await softened(['unknown', 'notSent'], () =>
    captureIdOf(account, input.payment),
  )
  const client = account.open()
  const answered = await client.refund(fields, { captureId, isRepeat: input.isRepeat === true })
  if (!answered.ok) throw refusalError(account, answered.refusal)
  const { payment, outRefundNo } = input
  const asked = {
    accountId,
    payment,
    outRefundNo,
    source: 'create',
    providerRefundId: null,
  } as const
  return captured(client, { asked, fact: refundFact(answered.answer, asked) })
}

/** The number of the money taken: kept since it was told, else asked for. If this throws, nothing has
 * been refunded. */
async function captureIdOf(account: Account, payment: PaymentReference): Promise<string> {
  if (payment.providerReference !== undefined) return payment.providerReference
  const { accountId } = account
  const { answer, refusal } = await find(account, payment)
  if (answer) {
    const { status, providerStatus } = paymentFact(answer, { accountId, payment })
    const { CaptureId } = answer.Transaction
    if (status === 'paid' && CaptureId !== undefined) return CaptureId
    const message = `Saferpay has nothing to refund: the payment is ${providerStatus}`
    throw new ProviderError({ outcome: 'rejected', accountId, message })
  }
  if (refusal && !isTokenGone(refusal)) throw refusalError(account, refusal)
  throw new ProviderError({
    outcome: 'notSent',
    accountId,
    message: 'Saferpay does not show the payment that is to be refunded (yet)',
    retryAfterMs: ASK_AGAIN_MS,
  })
}

/**
 * The truth about one refund. A refund whose answer was lost can only be searched with Inquire,
 * which is minutes behind: not finding it proves nothing, so it is never "unknown to Saferpay" but
 * a matter for people, until it shows up.
 */
function queryRefund(account: Account, ref: RefundReference): Promise<RefundFact> {
  const asked = { accountId: account.accountId, source: 'query', ...ref } as const
  const { providerRefundId } = ref
  // A question that was refused says nothing about the refund.
  return softened(['rejected', 'unknown'], () =>
    providerRefundId === null
      ? searchRefund(account, asked)
      : followRefund(account, asked, providerRefundId),
  )
}

async function searchRefund(account: Account, asked: AskedRefund): Promise<RefundFact> {
  const client = account.open()
  const OrderId = orderIdOf(asked.outRefundNo, account.accountId)
  const found = await client.inquire({ OrderId })
  if (found) return captured(client, { asked, fact: refundFact(found, asked) })
  const more = { status: 'needsAction', advice: LOST_REFUND } as const
  return refundStatusFact({ Status: 'TRANSACTION_NOT_FOUND' }, asked, more)
}

async function followRefund(
  account: Account,
  asked: AskedRefund,
  transactionId: string,
): Promise<RefundFact> {
  const client = account.open()
  const asserted = await client.assertRefund(transactionId)
  if (asserted.ok) return refundStatusFact(asserted.answer, asked)
  const { status, error } = asserted.refusal
  if (REFUND_ERRORS.includes(error.ErrorName)) {
    return refundStatusFact({ Status: error.ErrorName }, asked, { status: 'failed' })
  }
  // AssertRefund is for pending refunds: this one may be waiting for its capture.
  const found =
    refusalOutcome(status, error) === 'rejected'
      ? await client.inquire({ TransactionId: transactionId })
      : null
  if (!found) throw refusalError(account, asserted.refusal)
  return captured(client, { asked, fact: refundFact(found, asked) })
}

/** An authorised refund moves no money before its capture; one that fails is made up for later. */
async function captured(
  client: SaferpayClient,
  { asked, fact }: { asked: AskedRefund; fact: RefundFact },
): Promise<RefundFact> {
  const { providerRefundId, providerStatus, amount } = fact
  if (providerStatus !== 'AUTHORIZED' || providerRefundId === null) return fact
  const known = { ...asked, providerRefundId }
  try {
    const answered = await client.capture(providerRefundId)
    if (answered.ok) {
      return refundStatusFact({ Status: answered.answer.Status }, known, { amount })
    }
    const { status, error } = answered.refusal
    if (error.ErrorName === 'TRANSACTION_ALREADY_CAPTURED') {
      return refundStatusFact({ Status: 'CAPTURED' }, known, { amount })
    }
    if (refusalOutcome(status, error) !== 'rejected') return fact
    return {
      ...fact,
      status: 'needsAction',
      advice: UNCAPTURED_REFUND,
      providerStatus: `${providerStatus} ${error.ErrorName}`,
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return fact
  }
}

/** The same work, its errors of one outcome told as another. */
async function softened<T>(
  [from, to]: readonly [ProviderOutcome, ProviderOutcome],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ProviderError) || error.outcome !== from) throw error
    const { accountId, message, providerCode, retryAfterMs } = error
    const same = { accountId, message, providerCode, retryAfterMs, cause: error }
    throw new ProviderError({ ...same, outcome: to })
  }
}
