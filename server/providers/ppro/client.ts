import type { z } from 'zod'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { type HttpClient, HttpFailure, type HttpResponse, retryAfterMs } from '../http.ts'
import type { PproConfig } from './config.ts'
import { httpOutcome, questionOutcome } from './translate.ts'
import {
  decodeForm,
  encodeForm,
  numberOf,
  refundAnswerSchema,
  transactionAnswerSchema,
  type WireForm,
  type WireRefund,
  type WireTransaction,
} from './wire.ts'

/** PPRO's Simple API, one function per txtype. All of them throw ProviderError. */
export interface PproClient {
  /** Throws `rejected` where nothing was made (TXID=0). */
  transaction(fields: WireForm): Promise<WireTransaction>
  getTxStatus(txid: string): Promise<WireTransaction>
  /** Null where PPRO knows no transaction with this number. */
  getTxStatusByMerchantTxid(merchanttxid: string): Promise<WireTransaction | null>
  cancelTx(fields: WireForm): Promise<WireTransaction>
  /** Throws `rejected` where nothing was made (REFUNDID=0). */
  refund(fields: WireForm): Promise<WireRefund>
  getRefundStatus(refundid: string): Promise<WireRefund>
  /** Null where PPRO knows no refund with this number. */
  getRefundByMerchantRefundId(merchantrefundid: string): Promise<WireRefund | null>
}

export interface ClientDeps {
  readonly accountId: string
  readonly config: PproConfig
  readonly http: HttpClient
  readonly nowMs: () => number
}

type Answer = WireTransaction | WireRefund

export function createPproClient(deps: ClientDeps): PproClient {
  const transaction = (txtype: string, fields: WireForm) =>
    call(deps, { txtype, fields, answer: transactionAnswerSchema })
  const refund = (txtype: string, fields: WireForm) =>
    call(deps, { txtype, fields, answer: refundAnswerSchema })
  return {
    transaction: async (fields) => {
      const answer = await transaction('TRANSACTION', fields)
      return made(deps, 'TRANSACTION', { answer, id: answer.TXID })
    },
    getTxStatus: async (txid) => {
      const answer = await transaction('GETTXSTATUS', { txid })
      return answered(deps, 'GETTXSTATUS', answer)
    },
    getTxStatusByMerchantTxid: async (merchanttxid) => {
      const answer = await transaction('GETTXSTATUSBYMERCHANTTXID', { merchanttxid })
      return found(answer) ? answered(deps, 'GETTXSTATUSBYMERCHANTTXID', answer) : null
    },
    cancelTx: async (fields) => {
      const answer = await transaction('CANCELTX', fields)
      return answered(deps, 'CANCELTX', answer)
    },
    refund: async (fields) => {
      const answer = await refund('REFUND', fields)
      return made(deps, 'REFUND', { answer, id: answer.REFUNDID })
    },
    getRefundStatus: async (refundid) => {
      const answer = await refund('GETREFUNDSTATUS', { refundid })
      return answered(deps, 'GETREFUNDSTATUS', answer)
    },
    getRefundByMerchantRefundId: async (merchantrefundid) => {
      const answer = await refund('GETREFUNDBYMERCHANTREFUNDID', { merchantrefundid })
      return found(answer) ? answered(deps, 'GETREFUNDBYMERCHANTREFUNDID', answer) : null
    },
  }
}

/** The answer of a call that makes something, if it was made: a number that is not `0`. */
function made<Kind extends Answer>(
  deps: ClientDeps,
  txtype: string,
  { answer, id }: { answer: Kind; id: string | undefined },
): Kind {
  if (numberOf(id) !== null) return answer
  const failed = answer.STATUS === 'FAILED' || answer.REQUESTSTATUS === 'FAILED'
  if (!failed) throw unreadable(deps, txtype, 'it has no number')
  const reason = answer.FAILREASON ?? answer.REQUESTFAILREASON
  throw refusal(deps, { outcome: 'rejected', reason, did: `refused ${txtype}`, answer })
}

/** The answer to a question, if the question was answered: REQUESTSTATUS, not STATUS, says so. */
function answered<Kind extends Answer>(deps: ClientDeps, txtype: string, answer: Kind): Kind {
  if (answer.REQUESTSTATUS !== 'FAILED') return answer
  const reason = answer.REQUESTFAILREASON
  const outcome = questionOutcome(reason ?? '', false)
  if (outcome === 'notFound') throw unreadable(deps, txtype, 'it contradicts itself')
  throw refusal(deps, { outcome, reason, did: `did not answer ${txtype}`, answer })
}

function found({ REQUESTSTATUS, REQUESTFAILREASON }: Answer): boolean {
  return REQUESTSTATUS !== 'FAILED' || questionOutcome(REQUESTFAILREASON ?? '', true) !== 'notFound'
}

interface Call<Kind> {
  readonly txtype: string
  readonly fields: WireForm
  readonly answer: z.ZodType<Kind>
}

async function call<Kind>(deps: ClientDeps, { txtype, fields, answer }: Call<Kind>): Promise<Kind> {
  const response = await send(deps, txtype, fields)
  const { status, headers } = response
  if (status < 200 || status >= 300) {
    throw new ProviderError({
      outcome: httpOutcome(status),
      accountId: deps.accountId,
      message: `PPRO answered ${txtype} with HTTP ${status}`,
      retryAfterMs: retryAfterMs(headers['retry-after'], deps.nowMs()),
    })
  }
  const form = decodeForm(response.body)
  if (!form) throw unreadable(deps, txtype, 'one name has two values')
  const parsed = answer.safeParse(form)
  if (parsed.success && ('STATUS' in form || 'REQUESTSTATUS' in form)) return parsed.data
  const names = parsed.error?.issues.map(({ path }) => path.join('.')) ?? ['STATUS']
  throw unreadable(deps, txtype, names.join(', '))
}

async function send(deps: ClientDeps, txtype: string, fields: WireForm): Promise<HttpResponse> {
  const { config, http } = deps
  const { login, password, contractId, clientCertificate } = config
  const common = { login, password, contractid: contractId, returnmode: 'urlencodeext' }
  const tls = clientCertificate && {
    cert: clientCertificate.cert,
    key: clientCertificate.key,
    ...(clientCertificate.ca === undefined ? {} : { ca: clientCertificate.ca }),
  }
  try {
    return await http({
      method: 'POST',
      url: config.endpoint,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: encodeForm({ txtype, ...fields, ...common }),
      timeoutMs: config.timeoutMs,
      ...(tls ? { tls } : {}),
    })
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error
    throw new ProviderError({
      outcome: error.mayHaveArrived ? 'unknown' : 'notSent',
      accountId: deps.accountId,
      message: `PPRO did not answer ${txtype}: ${error.message}`,
      cause: error,
    })
  }
}

interface Refusal {
  readonly outcome: ProviderOutcome
  readonly reason: string | undefined
  readonly did: string
  readonly answer: Answer
}

function refusal(deps: ClientDeps, { outcome, reason, did, answer }: Refusal): ProviderError {
  const said = answer.ERRMSG === undefined ? [] : [withoutSecrets(deps.config, answer.ERRMSG)]
  const code = plainWord(deps.config, reason)
  return new ProviderError({
    outcome,
    accountId: deps.accountId,
    message: `PPRO ${did}: ${[code ?? 'no reason given', ...said].join(', ')}`,
    providerCode: code,
  })
}

/** A reason is one word, such as INPUT_DATA; anything else may be what was sent. */
function plainWord(config: PproConfig, reason: string | undefined): string | null {
  if (reason === undefined || !/^[A-Za-z0-9_.-]{1,64}$/.test(reason)) return null
  return withoutSecrets(config, reason) === reason ? reason : null
}

/** Their sentence may repeat what was sent, and what was sent holds the password. */
function withoutSecrets(config: PproConfig, sentence: string): string {
  const secrets = [config.password, config.notificationSecret, config.sharedSecret, config.login]
  return secrets
    .reduce((text, secret) => text.replaceAll(secret, '[redacted]'), sentence)
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .slice(0, 128)
}

function unreadable({ accountId }: ClientDeps, txtype: string, where: string): ProviderError {
  const message = `PPRO's answer to ${txtype} cannot be read: ${where}`
  return new ProviderError({ outcome: 'unknown', accountId, message })
}
