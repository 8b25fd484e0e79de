import type { KeyObject } from 'node:crypto'
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
import type { WorldlineConnectConfig } from './config.ts'
import { authorization } from './signing.ts'
import { refusalMeaning } from './translate.ts'
import {
  cancelPaymentResponseSchema,
  createPaymentResponseSchema,
  emptyResponseSchema,
  errorResponseSchema,
  findPaymentsResponseSchema,
  findRefundsResponseSchema,
  paymentSchema,
  refundSchema,
  type WireApiError,
  type WireApproveRefundRequest,
  type WireCreatedPayment,
  type WireCreatePaymentRequest,
  type WirePayment,
  type WireRefund,
  type WireRefundRequest,
} from './wire.ts'
import {
  createdHostedCheckoutSchema,
  hostedCheckoutSchema,
  thirdPartyStatusSchema,
  type WireCreatedHostedCheckout,
  type WireHostedCheckout,
  type WireHostedCheckoutRequest,
} from './wire-hosted-checkout.ts'

/** Worldline Connect's Server API, one function per endpoint. All of them throw ProviderError. */
export interface ConnectClient {
  /** A refused payment (402) is an answer too: the payment as it was refused. */
  createPayment(body: WireCreatePaymentRequest, idempotenceKey: string): Promise<WireCreatedPayment>
  getPayment(paymentId: string): Promise<WirePayment>
  /** WAITING while the payer has not finished in the wallet. */
  getThirdPartyStatus(paymentId: string): Promise<string>
  createHostedCheckout(
    body: WireHostedCheckoutRequest,
    idempotenceKey: string,
  ): Promise<WireCreatedHostedCheckout>
  getHostedCheckout(hostedCheckoutId: string): Promise<WireHostedCheckout>
  findPayments(merchantReference: string): Promise<readonly WirePayment[]>
  cancelPayment(paymentId: string): Promise<WirePayment>
  /** A refused refund (402) is an answer too: the refund as it was refused. */
  createRefund(
    paymentId: string,
    body: WireRefundRequest,
    idempotenceKey: string,
  ): Promise<WireRefund>
  getRefund(refundId: string): Promise<WireRefund>
  findRefunds(paymentId: string): Promise<readonly WireRefund[]>
  /** Lets a refund go that waits for it; the answer says nothing more. */
  approveRefund(refundId: string, body: WireApproveRefundRequest): Promise<void>
}

export interface ClientDeps {
  readonly accountId: string
  readonly config: WorldlineConnectConfig
  readonly secret: KeyObject
  readonly http: HttpClient
  readonly clock: Clock
}

type ErrorBody = z.infer<typeof errorResponseSchema>

interface Call<Answer> {
  readonly method: 'GET' | 'POST'
  /** Below the merchant's own path, with the query. */
  readonly path: string
  readonly body?: unknown
  readonly idempotenceKey?: string
  readonly answer: z.ZodType<Answer>
  /** What a refusal still tells, such as the payment that was made and refused. */
  readonly refused?: (body: ErrorBody) => Answer | null
}

export function createConnectClient(deps: ClientDeps): ConnectClient {
  const run = <Answer>(call: Call<Answer>) => perform(deps, call)
  const payment = (id: string) => `/payments/${encodeURIComponent(id)}`
  return {
    createPayment: (body, idempotenceKey) =>
      run({
        method: 'POST',
        path: '/payments',
        body,
        idempotenceKey,
        answer: createPaymentResponseSchema,
        refused: ({ paymentResult }) =>
          paymentResult?.payment ? { payment: paymentResult.payment } : null,
      }),
    getPayment: (id) => run({ method: 'GET', path: payment(id), answer: paymentSchema }),
    getThirdPartyStatus: async (id) => {
      const path = `${payment(id)}/thirdpartystatus`
      return (await run({ method: 'GET', path, answer: thirdPartyStatusSchema })).thirdPartyStatus
    },
    createHostedCheckout: (body, idempotenceKey) => {
      const answer = createdHostedCheckoutSchema
      return run({ method: 'POST', path: '/hostedcheckouts', body, idempotenceKey, answer })
    },
    getHostedCheckout: (id) => {
      const path = `/hostedcheckouts/${encodeURIComponent(id)}`
      return run({ method: 'GET', path, answer: hostedCheckoutSchema })
    },
    findPayments: async (reference) => {
      const path = `/payments?merchantReference=${encodeURIComponent(reference)}`
      return (await run({ method: 'GET', path, answer: findPaymentsResponseSchema })).payments ?? []
    },
    cancelPayment: async (id) => {
      const path = `${payment(id)}/cancel`
      return (await run({ method: 'POST', path, answer: cancelPaymentResponseSchema })).payment
    },
    createRefund: (id, body, idempotenceKey) =>
      run({
        method: 'POST',
        path: `${payment(id)}/refund`,
        body,
        idempotenceKey,
        answer: refundSchema,
        refused: ({ refundResult }) => refundResult ?? null,
      }),
    getRefund: (id) =>
      run({ method: 'GET', path: `/refunds/${encodeURIComponent(id)}`, answer: refundSchema }),
    findRefunds: async (id) => {
      const path = `${payment(id)}/refunds`
      return (await run({ method: 'GET', path, answer: findRefundsResponseSchema })).refunds ?? []
    },
    approveRefund: async (id, body) => {
      const path = `/refunds/${encodeURIComponent(id)}/approve`
      await run({ method: 'POST', path, body, answer: emptyResponseSchema })
    },
  }
}

async function perform<Answer>(deps: ClientDeps, call: Call<Answer>): Promise<Answer> {
  const response = await send(deps, call)
  const body = parseJson(response.body)
  if (response.status >= 200 && response.status < 300) {
    const answer = call.answer.safeParse(body)
    if (answer.success) return answer.data
    const where = answer.error.issues.map(({ path }) => path.join('.') || 'body').join(', ')
    throw failure(deps, 'unknown', `Worldline's answer to ${nameOf(call)} cannot be read: ${where}`)
  }
  const refusal = errorResponseSchema.safeParse(body).data
  const told = response.status === 402 && refusal ? call.refused?.(refusal) : null
  if (told) return told
  throw refusalOf(deps, { call: nameOf(call), response, errors: refusal?.errors ?? [] })
}

async function send(deps: ClientDeps, call: Call<unknown>): Promise<HttpResponse> {
  try {
    return await deps.http(signedRequest(deps, call))
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    const outcome = error.mayHaveArrived ? 'unknown' : 'notSent'
    throw failure(
      deps,
      outcome,
      `Worldline did not answer ${nameOf(call)}: ${error.message}`,
      error,
    )
  }
}

function signedRequest({ config, secret, clock }: ClientDeps, call: Call<unknown>) {
  const url = new URL(`${config.endpoint}/v1/${config.merchantId}${call.path}`)
  const body = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body))
  const contentType = body ? 'application/json' : null
  const date = new Date(clock.nowMs()).toUTCString()
  const headers = {
    'X-GCS-ServerMetaInfo': serverMetaInfo(config.integrator),
    ...(call.idempotenceKey ? { 'X-GCS-Idempotence-Key': call.idempotenceKey } : {}),
  }
  const signed = authorization(
    { method: call.method, contentType, date, headers, pathAndQuery: url.pathname + url.search },
    { apiKeyId: config.apiKeyId, secret },
  )
  return {
    method: call.method,
    url: url.href,
    headers: {
      ...headers,
      Date: date,
      Authorization: signed,
      ...(contentType ? { 'Content-Type': contentType } : {}),
    },
    body,
    timeoutMs: config.timeoutMs,
  }
}

/** Who is calling, for Worldline's support; the form is that of their SDKs. */
function serverMetaInfo(integrator: string): string {
  const info = {
    sdkCreator: 'wechat-pay-toolkit',
    sdkIdentifier: 'wechat-pay-toolkit',
    platformIdentifier: 'Node.js',
    integrator,
  }
  return Buffer.from(JSON.stringify(info)).toString('base64')
}

interface Refusal {
  readonly call: string
  readonly response: HttpResponse
  readonly errors: readonly WireApiError[]
}

function refusalOf(deps: ClientDeps, { call, response, errors }: Refusal): ProviderError {
  const { status, headers } = response
  const codes = errors.flatMap(({ code }) => code ?? [])
  const meaning = refusalMeaning(status, codes)
  const words = errors.map(({ code, id, propertyName }) => plainWords([code, id, propertyName]))
  return new ProviderError({
    outcome: meaning.outcome,
    accountId: deps.accountId,
    message: `Worldline answered ${call} with HTTP ${status} ${words.join('; ')}`.trim(),
    providerCode: plainWords(codes.slice(0, 1)) || null,
    retryAfterMs: retryAfterMs(headers['retry-after'], deps.clock.nowMs()) ?? meaning.retryAfterMs,
  })
}

/** Only words that look like codes: free text may repeat what was sent. */
function plainWords(words: readonly (string | null | undefined)[]): string {
  return words.filter((word) => word && /^[A-Za-z0-9_.[\]-]{1,80}$/.test(word)).join(' ')
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
  return `${method} ${path.split('?')[0] ?? path}`
}
