import type { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ProviderError } from '../errors.ts'
import {
  type HttpClient,
  HttpFailure,
  type HttpResponse,
  parseJson,
  retryAfterMs,
} from '../http.ts'
import type { WooshpayConfig } from './config.ts'
import { authorization } from './signing.ts'
import { refusalMeaning } from './translate.ts'
import {
  errorResponseSchema,
  paymentIntentSchema,
  refundSchema,
  searchResponseSchema,
  type WireApiError,
  type WireCreateRequest,
  type WirePaymentIntent,
  type WireRefund,
  type WireRefundRequest,
} from './wire.ts'

/** WooshPay's API, one function per endpoint. All of them throw ProviderError. */
export interface WooshpayClient {
  createPaymentIntent(body: WireCreateRequest, idempotencyKey: string): Promise<WirePaymentIntent>
  getPaymentIntent(id: string): Promise<WirePaymentIntent>
  /** All that were made with this number; the answer may hold others as well. */
  searchPaymentIntents(merchantOrderId: string): Promise<readonly WirePaymentIntent[]>
  cancelPaymentIntent(id: string): Promise<WirePaymentIntent>
  createRefund(body: WireRefundRequest, idempotencyKey: string): Promise<WireRefund>
  getRefund(id: string): Promise<WireRefund>
}

export interface ClientDeps {
  readonly accountId: string
  readonly config: WooshpayConfig
  readonly http: HttpClient
  readonly clock: Clock
}

interface Call<Answer> {
  readonly method: 'GET' | 'POST'
  /** Below `/v1`, with the query. */
  readonly path: string
  readonly body?: unknown
  readonly idempotencyKey?: string
  readonly answer: z.ZodType<Answer>
  /** What people should know when the answer is this status. */
  readonly hints?: Readonly<Record<number, string>>
}

const REFUND_HINTS = { 402: 'refunds may not be enabled for this account; ask WooshPay' } as const
/** The most that one search answers. */
const SEARCH_LIMIT = 100

export function createWooshpayClient(deps: ClientDeps): WooshpayClient {
  const run = <Answer>(call: Call<Answer>) => perform(deps, call)
  const intent = (id: string) => `/payment_intents/${encodeURIComponent(id)}`
  const answer = paymentIntentSchema
  return {
    createPaymentIntent: (body, idempotencyKey) =>
      run({ method: 'POST', path: '/payment_intents', body, idempotencyKey, answer }),
    getPaymentIntent: (id) => run({ method: 'GET', path: intent(id), answer }),
    searchPaymentIntents: async (merchantOrderId) => {
      const query = encodeURIComponent(`merchant_order_id:'${merchantOrderId}'`)
      const path = `/payment_intents/search?query=${query}&limit=${SEARCH_LIMIT}`
      return (await run({ method: 'GET', path, answer: searchResponseSchema })).data
    },
    cancelPaymentIntent: (id) =>
      run({ method: 'POST', path: `${intent(id)}/cancel`, body: {}, answer }),
    createRefund: (body, idempotencyKey) =>
      run({
        method: 'POST',
        path: '/refunds',
        body,
        idempotencyKey,
        answer: refundSchema,
        hints: REFUND_HINTS,
      }),
    getRefund: (id) =>
      run({ method: 'GET', path: `/refunds/${encodeURIComponent(id)}`, answer: refundSchema }),
  }
}

async function perform<Answer>(deps: ClientDeps, call: Call<Answer>): Promise<Answer> {
  const response = await send(deps, call)
  const body = parseJson(response.body)
  if (response.status >= 200 && response.status < 300) {
    const answer = call.answer.safeParse(body)
    if (answer.success) return answer.data
    const where = answer.error.issues.map(({ path }) => path.join('.') || 'body').join(', ')
    throw failure(deps, 'unknown', `WooshPay's answer to ${nameOf(call)} cannot be read: ${where}`)
  }
  const error = errorResponseSchema.safeParse(body).data ?? {}
  throw refusalOf(deps, { call, response, error })
}

async function send(deps: ClientDeps, call: Call<unknown>): Promise<HttpResponse> {
  const { config, http } = deps
  const { method, path, body, idempotencyKey } = call
  try {
    return await http({
      method,
      url: `${config.endpoint}/v1${path}`,
      headers: {
        Authorization: authorization(config.secretKey),
        Accept: 'application/json',
        'Content-Type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      timeoutMs: config.timeoutMs,
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    const outcome = error.mayHaveArrived ? 'unknown' : 'notSent'
    throw failure(deps, outcome, `WooshPay did not answer ${nameOf(call)}: ${error.message}`, error)
  }
}

interface Refusal {
  readonly call: Call<unknown>
  readonly response: HttpResponse
  readonly error: WireApiError
}

function refusalOf(deps: ClientDeps, { call, response, error }: Refusal): ProviderError {
  const { status, headers } = response
  const meaning = refusalMeaning(status)
  const words = plainWords(deps.config, [error.type, error.code, error.param])
  const said = [`WooshPay answered ${nameOf(call)} with HTTP ${status}`, ...words].join(' ')
  const hint = call.hints?.[status]
  return new ProviderError({
    outcome: meaning.outcome,
    accountId: deps.accountId,
    message: hint === undefined ? said : `${said}; ${hint}`,
    providerCode: plainWords(deps.config, [error.code, error.type])[0] ?? null,
    retryAfterMs: retryAfterMs(headers['retry-after'], deps.clock.nowMs()) ?? meaning.retryAfterMs,
  })
}

/** Only words that look like codes: free text may repeat what was sent, and a code may be a key. */
function plainWords(
  { secretKey, webhookSecrets }: WooshpayConfig,
  words: readonly (string | null | undefined)[],
): readonly string[] {
  const secrets = [secretKey, ...webhookSecrets]
  return words
    .filter((word) => typeof word === 'string')
    .filter((word) => /^[a-z][a-z0-9_.[\]]{0,63}$/.test(word))
    .filter((word) => !secrets.some((secret) => word.includes(secret)))
}

function failure(
  { accountId }: ClientDeps,
  outcome: 'notSent' | 'unknown',
  message: string,
  cause?: unknown,
): ProviderError {
  return new ProviderError({ outcome, accountId, message, cause })
}

function nameOf({ method, path }: Call<unknown>): string {
  return `${method} /v1${path.split('?')[0] ?? path}`
}
