import type { z } from 'zod'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { type HttpClient, HttpFailure, type HttpResponse, retryAfterMs } from '../http.ts'
import type { SaferpayConfig } from './config.ts'
import { accessOf, wordsOf } from './signing.ts'
import {
  explain,
  type InitializeFields,
  isPassing,
  type RefundFields,
  refusalOutcome,
} from './translate.ts'
import {
  errorSchema,
  headerSchema,
  initializeAnswerSchema,
  jsonOf,
  requestIdOf,
  SPEC_VERSION,
  statusAnswerSchema,
  type TransactionReference,
  transactionAnswerSchema,
  type WireError,
  type WireInitialized,
  type WireStatusAnswer,
  type WireTransactionAnswer,
} from './wire.ts'

/**
 * Saferpay's JSON API, one function per call. All of them throw ProviderError where there is no
 * readable answer; a documented error object is an answer, and `refusalError` makes an error of it.
 */
export interface SaferpayClient {
  initialize(fields: InitializeFields): Promise<Answered<WireInitialized>>
  /**
   * Assert by the token of the page; Inquire only where there is no token or it is not taken any
   * more, as Saferpay wants it.
   */
  find(token: string | undefined, reference: TransactionReference): Promise<Found>
  /** Null where it finds none: it knows successful transactions only, the newest perhaps not yet. */
  inquire(reference: TransactionReference): Promise<WireTransactionAnswer | null>
  /** `isRepeat`: the same refund was sent before, and may have arrived. */
  refund(
    fields: RefundFields,
    more: { readonly captureId: string; readonly isRepeat: boolean },
  ): Promise<Answered<WireTransactionAnswer>>
  capture(transactionId: string): Promise<Answered<WireStatusAnswer>>
  assertRefund(transactionId: string): Promise<Answered<WireStatusAnswer>>
}

export interface Found {
  readonly answer?: WireTransactionAnswer
  /** What Assert said; missing where there was no token to ask it with. */
  readonly refusal?: Refusal
}

export type Answered<T> =
  | { readonly ok: true; readonly answer: T }
  | { readonly ok: false; readonly refusal: Refusal }

export interface Refusal {
  readonly call: string
  readonly status: number
  readonly error: WireError
}

export interface ClientDeps {
  readonly accountId: string
  readonly config: SaferpayConfig
  readonly http: HttpClient
  readonly nowMs: () => number
}

/** HTTP answers without an error object that differ from their class. */
const HTTP_OUTCOMES: Readonly<Record<number, ProviderOutcome>> = {
  402: 'unknown',
  408: 'unknown',
  409: 'unknown',
  425: 'notSent',
  429: 'notSent',
}

function httpOutcome(status: number): ProviderOutcome {
  return HTTP_OUTCOMES[status] ?? (status >= 400 && status < 500 ? 'rejected' : 'unknown')
}

/** Where Saferpay says RETRY_LATER it does not say when. */
const RETRY_LATER_MS = 60_000

/** A client for one step: all its calls together take no longer than `timeoutMs`. */
export function createSaferpayClient(deps: ClientDeps): SaferpayClient {
  const within = { ...deps, deadlineMs: deps.nowMs() + deps.config.timeoutMs }
  const inquire = async (reference: TransactionReference) => {
    const found = await question(within, {
      path: 'Transaction/Inquire',
      body: { TransactionReference: reference },
      answer: transactionAnswerSchema,
    })
    if (found.ok) return found.answer
    if (found.refusal.error.ErrorName === 'TRANSACTION_NOT_FOUND') return null
    throw refusalError(deps, found.refusal)
  }
  return {
    inquire,
    async find(token, reference) {
      const asserted = token === undefined ? null : await assert(within, token)
      if (asserted?.ok) return { answer: asserted.answer }
      if (asserted && !isTokenGone(asserted.refusal)) return { refusal: asserted.refusal }
      const answer = await inquire(reference)
      if (answer) return { answer }
      return asserted ? { refusal: asserted.refusal } : {}
    },
    initialize: (fields) =>
      order(within, {
        path: 'PaymentPage/Initialize',
        body: { TerminalId: deps.config.terminalId, ...fields },
        number: fields.Payment.OrderId,
        answer: initializeAnswerSchema,
      }),
    refund: (fields, { captureId: CaptureId, isRepeat }) =>
      order(within, {
        path: 'Transaction/Refund',
        body: { ...fields, CaptureReference: { CaptureId } },
        number: fields.Refund.OrderId,
        retries: isRepeat ? 1 : 0,
        answer: transactionAnswerSchema,
      }),
    capture: (TransactionId) =>
      order(within, {
        path: 'Transaction/Capture',
        body: { TransactionReference: { TransactionId } },
        number: TransactionId,
        answer: statusAnswerSchema,
      }),
    assertRefund: (TransactionId) =>
      question(within, {
        path: 'Transaction/AssertRefund',
        body: { TransactionReference: { TransactionId } },
        answer: statusAnswerSchema,
      }),
  }
}

function assert(deps: Within, Token: string): Promise<Answered<WireTransactionAnswer>> {
  const answer = transactionAnswerSchema
  return question(deps, { path: 'PaymentPage/Assert', body: { Token }, answer })
}

export function isTokenGone({ error }: Refusal): boolean {
  return error.ErrorName === 'TOKEN_EXPIRED' || error.ErrorName === 'TOKEN_INVALID'
}

/** What a refusal means for the money, with Saferpay's word and what to do about it. */
export function refusalError(
  { accountId, config }: Pick<ClientDeps, 'accountId' | 'config'>,
  { call: path, status, error }: Refusal,
): ProviderError {
  const outcome = refusalOutcome(status, error)
  const said = [error.ErrorMessage, ...error.ErrorDetail].filter(Boolean).join('; ')
  const told = said ? ` (${withoutSecrets(config, said)})` : ''
  const advice = explain(path, error.ErrorName)
  return new ProviderError({
    outcome,
    accountId,
    message: `Saferpay refused ${path}: ${error.ErrorName}${told}${advice ? `. ${advice}` : ''}`,
    providerCode: error.ErrorName,
    retryAfterMs: error.Behavior === 'RETRY_LATER' ? RETRY_LATER_MS : null,
  })
}

interface Within extends ClientDeps {
  readonly deadlineMs: number
}

interface Call<Kind> {
  readonly path: string
  readonly body: object
  readonly answer: z.ZodType<Kind>
}

/** A question is asked once: repeating it is polling, and its answer must never be an old one. */
function question<Kind>(deps: Within, wanted: Call<Kind>): Promise<Answered<Kind>> {
  const requestId = requestIdOf(wanted.path, JSON.stringify(wanted.body), deps.nowMs())
  return exchange(deps, { ...wanted, requestId }, 0)
}

/** One RequestId whenever it is sent; sent once more where Saferpay says so. `retries`: sent before. */
async function order<Kind>(
  deps: Within,
  wanted: Call<Kind> & { readonly number: string; readonly retries?: number },
): Promise<Answered<Kind>> {
  const { retries = 0 } = wanted
  const requestId = requestIdOf(wanted.path, deps.accountId, wanted.number)
  const first = await exchange(deps, { ...wanted, requestId }, retries)
  if (first.ok || !isPassing(first.refusal.status, first.refusal.error)) return first
  if (deps.nowMs() >= deps.deadlineMs) return first
  return exchange(deps, { ...wanted, requestId }, retries + 1)
}

async function exchange<Kind>(
  deps: Within,
  { path, body, requestId, answer }: Call<Kind> & { readonly requestId: string },
  RetryIndicator: number,
): Promise<Answered<Kind>> {
  const { customerId: CustomerId } = deps.config
  const RequestHeader = {
    SpecVersion: SPEC_VERSION,
    CustomerId,
    RequestId: requestId,
    RetryIndicator,
  }
  const response = await send(deps, path, { RequestHeader, ...body })
  const json = jsonOf(response)
  const { status } = response
  if (status < 200 || status >= 300) {
    const error = errorSchema.safeParse(json)
    if (!error.success) throw withoutErrorObject(deps, path, response)
    return { ok: false, refusal: { call: path, status, error: error.data } }
  }
  const header = headerSchema.safeParse(json)
  if (!header.success) throw unreadable(deps, path, 'ResponseHeader')
  if (header.data.ResponseHeader.RequestId !== requestId) {
    throw new ProviderError({
      outcome: 'unverifiable',
      accountId: deps.accountId,
      message: `Saferpay's answer to ${path} belongs to another request`,
    })
  }
  const parsed = answer.safeParse(json)
  if (parsed.success) return { ok: true, answer: parsed.data }
  throw unreadable(deps, path, parsed.error.issues.map((issue) => issue.path.join('.')).join(', '))
}

async function send(deps: Within, path: string, message: object): Promise<HttpResponse> {
  const { accountId, config, deadlineMs } = deps
  const timeoutMs = deadlineMs - deps.nowMs()
  if (timeoutMs <= 0) {
    const late = `there was no time left to send ${path} to Saferpay`
    throw new ProviderError({ outcome: 'notSent', accountId, message: late })
  }
  const access = accessOf(config.credentials)
  try {
    return await deps.http({
      method: 'POST',
      url: `${config.endpoint}/Payment/v1/${path}`,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        Accept: 'application/json',
        ...access.headers,
      },
      body: new TextEncoder().encode(JSON.stringify(message)),
      timeoutMs,
      ...access.tls,
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw new ProviderError({
      outcome: error.mayHaveArrived ? 'unknown' : 'notSent',
      accountId,
      message: `Saferpay did not answer ${path}: ${error.message}`,
      cause: error,
    })
  }
}

export function withoutErrorObject(
  deps: ClientDeps,
  path: string,
  response: HttpResponse,
): ProviderError {
  const { status, headers } = response
  const firewall =
    status === 403
      ? '; without an error object this is the firewall: check the credentials or certificate' +
        ' and the list of allowed IP addresses in the Saferpay Backoffice'
      : ''
  return new ProviderError({
    outcome: httpOutcome(status),
    accountId: deps.accountId,
    message: `Saferpay answered ${path} with HTTP ${status}${firewall}`,
    retryAfterMs: retryAfterMs(headers['retry-after'], deps.nowMs()),
  })
}

export function unreadable({ accountId }: ClientDeps, path: string, where: string): ProviderError {
  const message = `Saferpay's answer to ${path} cannot be read: ${where}`
  return new ProviderError({ outcome: 'unknown', accountId, message })
}

/** Their sentence may repeat what was sent: our password, bare or encoded, and tagged addresses. */
function withoutSecrets({ credentials }: SaferpayConfig, sentence: string): string {
  return wordsOf(credentials)
    .reduce((text, word) => text.replaceAll(word, '[redacted]'), sentence)
    .replaceAll(/\?\S*/g, '?[redacted]')
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(0, 200)
}
