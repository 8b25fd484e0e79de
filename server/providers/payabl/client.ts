import { z } from 'zod'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { type HttpClient, HttpFailure, type HttpResponse, retryAfterMs } from '../http.ts'
import type { PayablConfig } from './config.ts'
import { signature } from './signing.ts'
import { httpOutcome, refusalOf } from './translate.ts'
import {
  answerSchema,
  decodeForm,
  encodeForm,
  isErrorCode,
  readDiagnosis,
  type WireAnswer,
  type WireForm,
  type WireItem,
} from './wire.ts'

/** payabl.'s back office, one function per operation. All of them throw ProviderError. */
export interface PayablClient {
  /** Throws by the code of the answer where nothing was made. */
  preauthorize(fields: WireForm): Promise<WireAnswer>
  /** Throws by the code of the answer where no refund was made. */
  refund(fields: WireForm): Promise<WireAnswer>
  /** Empty where payabl. has nothing to tell. */
  diagnose(fields: WireForm): Promise<readonly WireItem[]>
}

export interface ClientDeps {
  readonly accountId: string
  readonly config: PayablConfig
  readonly http: HttpClient
  readonly nowMs: () => number
}

/** The operations for one verb of ours: all its calls together keep the account's time limit. */
export function createPayablClient(deps: ClientDeps): PayablClient {
  const deadlineMs = deps.nowMs() + deps.config.timeoutMs
  const post = (operation: string, fields: WireForm) =>
    call(deps, { operation, fields, deadlineMs })
  return {
    preauthorize: async (fields) => {
      const answer = readAnswer(
        deps,
        'payment_preauthorize',
        await post('payment_preauthorize', fields),
      )
      return made(deps, 'create', answer)
    },
    refund: async (fields) => {
      const answer = readAnswer(deps, 'payment_refund', await post('payment_refund', fields))
      return made(deps, 'refund', answer)
    },
    diagnose: async (fields) => readItems(deps, await post('tx_diagnose', fields)),
  }
}

interface Call {
  readonly operation: string
  readonly fields: WireForm
  readonly deadlineMs: number
}

async function call(deps: ClientDeps, wanted: Call): Promise<HttpResponse> {
  const response = await send(deps, wanted)
  const { status, headers, body } = response
  const fault = readFault(body)
  if (status >= 200 && status < 300 && !fault) return response
  const code = fault?.httpCode ?? status
  const reason = fault?.httpReason ?? fault?.title ?? fault?.detail
  throw refusal(deps, {
    outcome: outcomeOf(httpOutcome(code), wanted.operation),
    did: `answered ${wanted.operation} with HTTP ${code}`,
    said: reason,
    code: null,
    retryAfterMs: retryAfterMs(headers['retry-after'], deps.nowMs()),
  })
}

async function send(deps: ClientDeps, { operation, fields, deadlineMs }: Call) {
  const { accountId, config, http } = deps
  const timeoutMs = deadlineMs - deps.nowMs()
  if (timeoutMs <= 0) {
    const message = `payabl. was not asked for ${operation}: earlier answers took all the time`
    throw new ProviderError({ outcome: 'notSent', accountId, message })
  }
  const named = { merchantid: config.merchantId, ...fields }
  const signed = { ...named, signature: signature(named, config.secret) }
  try {
    return await http({
      method: 'POST',
      url: `${config.endpoint}/pay/backoffice/${operation}`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: encodeForm(signed),
      timeoutMs,
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw new ProviderError({
      outcome: error.mayHaveArrived ? 'unknown' : 'notSent',
      accountId,
      message: `payabl. did not answer ${operation}: ${error.message}`,
      cause: error,
    })
  }
}

/** Faults of their transport come as JSON, in two shapes, whatever the HTTP status. */
const faultSchema = z.object({
  httpReason: z.string().optional(),
  httpCode: z.coerce.number().int().min(400).max(599).optional().catch(undefined),
  title: z.string().optional(),
  detail: z.string().optional(),
})

function readFault(body: Uint8Array) {
  const text = Buffer.from(body).toString('latin1').trim()
  if (!text.startsWith('{')) return undefined
  try {
    return faultSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function readAnswer(deps: ClientDeps, operation: string, { body }: HttpResponse): WireAnswer {
  const form = decodeForm(body)
  if (!form) throw unreadable(deps, operation, 'one name has two values')
  const parsed = answerSchema.safeParse(form)
  if (parsed.success) return parsed.data
  const names = parsed.error.issues.map(({ path }) => path.join('.'))
  throw unreadable(deps, operation, names.join(', '))
}

function readItems(deps: ClientDeps, { body }: HttpResponse): readonly WireItem[] {
  const diagnosis = readDiagnosis(body)
  if (!diagnosis) throw unreadable(deps, 'tx_diagnose', 'it is not the XML of a diagnosis')
  const { status, message, items } = diagnosis
  if (status === '0') return items
  // Whether an unknown number is an empty list or an error is not documented: both mean "none".
  if (/\bnot found\b/i.test(message)) return []
  const { outcome, says } = refusalOf(status, 'refund')
  throw refusal(deps, {
    outcome: outcomeOf(outcome, 'tx_diagnose'),
    did: `did not answer tx_diagnose: ${says}`,
    said: message,
    code: status,
  })
}

/** A question that was refused says nothing about what it asked for. */
function outcomeOf(outcome: ProviderOutcome, operation: string): ProviderOutcome {
  return operation === 'tx_diagnose' && outcome === 'rejected' ? 'unknown' : outcome
}

/** An answer that stands for something: 0, 2000, or a word that translate.ts does not know. */
function made(deps: ClientDeps, asked: 'create' | 'refund', answer: WireAnswer): WireAnswer {
  const { status, errormessage, transactionid } = answer
  if (isErrorCode(status)) {
    const { outcome, says } = refusalOf(status, asked)
    const did = `refused the ${asked === 'create' ? 'payment' : 'refund'}: ${says}`
    throw refusal(deps, { outcome, did, said: errormessage, code: status })
  }
  if (transactionid !== undefined) return answer
  throw unreadable(deps, asked, 'it has no transaction number')
}

interface Refusal {
  readonly outcome: ProviderOutcome
  readonly did: string
  readonly said: string | undefined
  readonly code: string | null
  readonly retryAfterMs?: number | null
}

function refusal(deps: ClientDeps, { outcome, did, said, code, ...rest }: Refusal): ProviderError {
  const { accountId, config } = deps
  const told = [code, said && withoutSecret(config.secret, said)].filter(Boolean).join(' ')
  return new ProviderError({
    outcome,
    accountId,
    message: `payabl. ${did}${told === '' ? '' : ` (${told})`}`,
    providerCode: code,
    retryAfterMs: rest.retryAfterMs ?? null,
  })
}

/** Their sentence may repeat anything, and stands in logs and answers of ours. */
function withoutSecret(secret: string, sentence: string): string {
  return (
    sentence
      .replaceAll(secret, '[redacted]')
      // What signs a request is the means to send it again.
      .replaceAll(/\b[0-9a-f]{40}\b/gi, '[redacted]')
      .replaceAll(/[^\x20-\x7e]/g, ' ')
      .slice(0, 128)
  )
}

function unreadable({ accountId }: ClientDeps, operation: string, where: string): ProviderError {
  const message = `the answer of payabl. to ${operation} cannot be read: ${where}`
  return new ProviderError({ outcome: 'unknown', accountId, message })
}
