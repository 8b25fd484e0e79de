import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../../shared/clock.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { type HttpClient, HttpFailure, type HttpResponse, parseJson } from '../http.ts'
import { nameOf, refusal, requestIdOf } from './client-refusal.ts'
import { partyOf, type WechatPayConfig } from './config.ts'
import { createKeyRing, type KeyRing, openCertificates } from './notification.ts'
import { authorization, type Certificate, doubtOf, encryptAccount } from './signing.ts'
import {
  certificatesSchema,
  placedSchema,
  type RefusalMeaning,
  refundSchema,
  transactionSchema,
  type WireAbnormalRefund,
  type WireOrder,
  type WireRefundRequest,
} from './wire.ts'

export interface ClientDeps {
  readonly accountId: string
  readonly config: WechatPayConfig
  readonly privateKey: KeyObject
  readonly publicKeys: ReadonlyMap<string, KeyObject>
  readonly http: HttpClient
  readonly clock: Clock
  readonly nonce: () => string
}
export type Line = ClientDeps & { readonly keys: KeyRing }

export interface Call<Answer> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
  readonly answer: z.ZodType<Answer>
  /** False where a second host may be asked only if the first surely did not hear. */
  readonly repeatable?: boolean
  /** Of the key that fields of the body are encrypted with. */
  readonly serialNo?: string
  /** Where the answer may be longer than most. */
  readonly maxResponseBytes?: number
}

/** Of the time of one call, while there is a second host to ask. */
const FIRST_SHARE = 0.6
const LEAST_SECOND_TRY_MS = 500
const MAX_ANSWER_BYTES = 2 * 1024 * 1024

export type WechatPayClient = ReturnType<typeof createWechatPayClient>

/** APIv3, one function per endpoint. All of them throw ProviderError. */
export function createWechatPayClient(deps: ClientDeps) {
  const { config, publicKeys, clock } = deps
  const isGlobal = config.region === 'global'
  const download = config.platformCertificates ? () => downloadCertificates(line) : null
  const line: Line = { ...deps, keys: createKeyRing({ publicKeys, clock, download }) }
  const base = isGlobal ? '/v3/global' : `/v3/pay${config.partner ? '/partner' : ''}`
  const orders = `${base}/transactions`
  const refunds = isGlobal ? '/v3/global/refunds' : '/v3/refund/domestic/refunds'
  const byNumber = (outTradeNo: string) => `out-trade-no/${encodeURIComponent(outTradeNo)}`
  const party = partyOf(config)
  const asked = new URLSearchParams({ ...party }).toString()
  return {
    line,

    /** prepay_id, code_url or h5_url; null where the order is paid already. */
    async order(product: 'jsapi' | 'app' | 'native' | 'h5', body: WireOrder) {
      const way = isGlobal && product === 'h5' ? 'mweb' : product
      const path = `${orders}/${way}`
      const call = { method: 'POST', path, body, answer: placedSchema } as const
      const placed = await askUnless(line, 'alreadyPaid', call)
      return placed && (Object.values(placed)[0] ?? null)
    },
    /** Null where the order is paid already. */
    payByCode(body: WireOrder) {
      const path = isGlobal ? '/v3/global/micropay/transactions/pay' : `${orders}/codepay`
      const call = { method: 'POST', path, body, answer: transactionSchema } as const
      return askUnless(line, 'alreadyPaid', { ...call, repeatable: false })
    },
    /** Null where WeChat Pay knows no such order. */
    queryByOutTradeNo(outTradeNo: string) {
      const path = `${orders}/${byNumber(outTradeNo)}?${asked}`
      return askUnless(line, 'notFound', { method: 'GET', path, answer: transactionSchema })
    },
    queryById(transactionId: string) {
      const path = `${orders}/id/${encodeURIComponent(transactionId)}?${asked}`
      return ask(line, { method: 'GET', path, answer: transactionSchema })
    },
    async close(outTradeNo: string) {
      const path = `${orders}/${byNumber(outTradeNo)}/close`
      await ask(line, { method: 'POST', path, body: party, answer: z.unknown() })
    },
    /** Ends a payment by code; one that was paid is paid back by it. */
    async reverse(outTradeNo: string) {
      const prefix = isGlobal ? '/v3/global/micropay/transactions' : orders
      const path = `${prefix}/${byNumber(outTradeNo)}/reverse`
      const app = isGlobal ? {} : { [config.partner ? 'sp_appid' : 'appid']: config.appId }
      await ask(line, { method: 'POST', path, body: { ...app, ...party }, answer: z.unknown() })
    },
    /** Null where the merchant's balance does not cover it: nothing is created. */
    refund(body: WireRefundRequest) {
      const call = { method: 'POST', path: refunds, body, answer: refundSchema } as const
      return askUnless(line, 'notEnough', call)
    },
    /** Null where WeChat Pay knows no such refund. */
    queryRefund(outRefundNo: string) {
      const number = encodeURIComponent(outRefundNo)
      const subMerchant = config.partner ? `?sub_mchid=${config.partner.subMchId}` : ''
      const rest = isGlobal ? `out-refund-no/${number}?${asked}` : `${number}${subMerchant}`
      const path = `${refunds}/${rest}`
      return askUnless(line, 'notFound', { method: 'GET', path, answer: refundSchema })
    },
    /** `bank_account` and `real_name` come as they are, and are encrypted here. */
    async abnormalRefund(refundId: string, plain: WireAbnormalRefund) {
      const key = await line.keys.forEncryption()
      if (!key) throw failure(line, 'notSent', 'there is no WeChat Pay key to encrypt with yet')
      const body = encryptAccount(plain, key.publicKey)
      const path = `${refunds}/${encodeURIComponent(refundId)}/apply-abnormal-refund`
      return ask(line, { method: 'POST', path, body, answer: refundSchema, serialNo: key.serialNo })
    },
  }
}

/** Opened with the APIv3 key first, so that a list signed with its own new key can be verified. */
async function downloadCertificates(line: Line): Promise<readonly Certificate[]> {
  const path = line.config.region === 'global' ? '/v3/global/certificates' : '/v3/certificates'
  const call = { method: 'GET', path, answer: certificatesSchema } as const
  const delivered = await deliver(line, call)
  if (delivered.response.status !== 200) throw refusal(line, call, delivered).error
  const list = openCertificates(readAnswer(line, call, delivered.response), line.config.apiV3Key)
  const inList = (serialNo: string) =>
    list.find((certificate) => certificate.serialNo === serialNo)?.publicKey ?? null
  const keyOf = (serialNo: string) => line.publicKeys.get(serialNo) ?? inList(serialNo)
  verifyAnswer(line, call, { response: delivered.response, keyOf })
  return list
}

type Outcome<Answer> =
  | { readonly answer: Answer }
  | { readonly kind: RefusalMeaning['kind']; readonly error: ProviderError }

async function ask<Answer>(line: Line, call: Call<Answer>): Promise<Answer> {
  const outcome = await attempt(line, call)
  if ('answer' in outcome) return outcome.answer
  throw outcome.error
}

/** Null where the refusal is of the kind that is an answer too. */
async function askUnless<Answer>(
  line: Line,
  kind: 'notFound' | 'alreadyPaid' | 'notEnough',
  call: Call<Answer>,
): Promise<Answer | null> {
  const outcome = await attempt(line, call)
  if ('answer' in outcome) return outcome.answer
  if (outcome.kind === kind) return null
  throw outcome.error
}

export async function attempt<Answer>(line: Line, call: Call<Answer>): Promise<Outcome<Answer>> {
  const delivered = await deliver(line, call)
  const { response } = delivered
  if (response.status < 200 || response.status >= 300) return refusal(line, call, delivered)
  const key = await line.keys.fetch(response.headers['wechatpay-serial'] ?? '')
  verifyAnswer(line, call, { response, keyOf: () => key })
  return { answer: readAnswer(line, call, response) }
}

/** Errors are not signed reliably, so only successes are verified. Throws `unverifiable`. */
function verifyAnswer(
  line: Line,
  call: Call<unknown>,
  told: { response: HttpResponse; keyOf: (serialNo: string) => KeyObject | null },
): void {
  const { response, keyOf } = told
  const doubt = doubtOf(response, { keyOf, nowMs: line.clock.nowMs() })
  if (doubt === null) return
  const message = `WeChat Pay's answer to ${nameOf(call)} is not genuine: ${doubt}`
  throw failure(line, 'unverifiable', `${message}${requestIdOf(response)}`)
}

function readAnswer<Answer>(line: Line, call: Call<Answer>, response: HttpResponse): Answer {
  const answer = call.answer.safeParse(parseJson(response.body))
  if (answer.success) return answer.data
  const where = answer.error.issues.map(({ path }) => path.join('.') || 'body').join(', ')
  const message = `WeChat Pay's answer to ${nameOf(call)} cannot be read: ${where}`
  throw failure(line, 'unknown', `${message}${requestIdOf(response)}`)
}

export interface Delivered {
  readonly response: HttpResponse
  /** True where an earlier try may have done it already. */
  readonly repeated: boolean
}

/** At the first host, and where that does not answer at the second, within one deadline. */
export async function deliver(line: Line, call: Call<unknown>): Promise<Delivered> {
  const { config, clock } = line
  const { endpoint, secondaryEndpoint, timeoutMs } = config
  if (!secondaryEndpoint) {
    return { response: await send(line, call, { endpoint, timeoutMs }), repeated: false }
  }
  const endMs = clock.nowMs() + timeoutMs
  const first = { endpoint, timeoutMs: Math.ceil(timeoutMs * FIRST_SHARE) }
  const tried = await send(line, call, first).catch(providerError)
  const fails = tried instanceof ProviderError || [502, 503, 504].includes(tried.status)
  const repeated = !(tried instanceof ProviderError && tried.outcome === 'notSent')
  const leftMs = endMs - clock.nowMs()
  const goesOn = fails && leftMs >= LEAST_SECOND_TRY_MS && (!repeated || call.repeatable !== false)
  if (!goesOn) {
    if (tried instanceof ProviderError) throw tried
    return { response: tried, repeated: false }
  }
  const second = { endpoint: secondaryEndpoint, timeoutMs: leftMs }
  const response = await send(line, call, second).catch(providerError)
  if (!(response instanceof ProviderError)) return { response, repeated }
  throw repeated ? failure(line, 'unknown', response.message, response) : response
}

function providerError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error
  throw error
}

async function send(
  line: Line,
  call: Call<unknown>,
  { endpoint, timeoutMs }: { endpoint: string; timeoutMs: number },
): Promise<HttpResponse> {
  const { config, privateKey, clock, nonce, publicKeys } = line
  const { method } = call
  const url = new URL(endpoint + call.path)
  const body = call.body === undefined ? null : Buffer.from(JSON.stringify(call.body))
  const [publicKeyId] = publicKeys.keys()
  const serialNo = call.serialNo ?? publicKeyId
  const timestamp = String(Math.floor(clock.nowMs() / 1_000))
  const pathAndQuery = url.pathname + url.search
  const headers = {
    Accept: 'application/json',
    Authorization: authorization(
      { method, pathAndQuery, timestamp, nonce: nonce(), body: body ?? new Uint8Array() },
      { mchId: config.mchId, serialNo: config.merchantSerialNo, privateKey },
    ),
    'User-Agent': 'wechat-pay-toolkit',
    ...(body ? { 'Content-Type': 'application/json' } : {}),
    ...(serialNo ? { 'Wechatpay-Serial': serialNo } : {}),
  }
  try {
    const { maxResponseBytes = MAX_ANSWER_BYTES } = call
    return await line.http({ method, url: url.href, headers, body, timeoutMs, maxResponseBytes })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    const message = `WeChat Pay did not answer ${nameOf(call)}: ${error.message}`
    throw failure(line, error.mayHaveArrived ? 'unknown' : 'notSent', message, error)
  }
}

function failure(
  { accountId }: Line,
  outcome: ProviderOutcome,
  message: string,
  cause?: unknown,
): ProviderError {
  return new ProviderError({ outcome, accountId, message, cause })
}
