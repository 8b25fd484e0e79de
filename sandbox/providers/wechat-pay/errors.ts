import { jsonReply, type SandboxReply } from '../../http.ts'
import type { WechatPayBehaviour } from './options.ts'

/** Every code that is answered here, with its HTTP status. Order and refund pages, 2025. */
const STATUSES = {
  PARAM_ERROR: 400,
  INVALID_REQUEST: 400,
  APPID_MCHID_NOT_MATCH: 400,
  MCH_NOT_EXISTS: 400,
  ORDER_CLOSED: 400,
  NO_STATEMENT_EXIST: 400,
  STATEMENT_CREATING: 400,
  SIGN_ERROR: 401,
  NO_AUTH: 403,
  OUT_TRADE_NO_USED: 403,
  RULE_LIMIT: 403,
  TRADE_ERROR: 403,
  NOT_ENOUGH: 403,
  ORDER_NOT_EXIST: 404,
  RESOURCE_NOT_EXISTS: 404,
  FREQUENCY_LIMITED: 429,
  RATELIMIT_EXCEEDED: 429,
  RATE_LIMITED: 429,
  SYSTEM_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
} as const
export type ErrorCode = keyof typeof STATUSES

/** Digits after the last `-` of Request-ID: the reason as WeChat's support reads it. */
export const SUFFIX = {
  parameter: '268435461',
  outOfRange: '268435464',
  extraField: '270924358',
  orderMissing: '268512771',
  rate: '268447840',
  alreadyPaid: '268449538',
  numberUsed: '268498689',
  paramsDiffer: '268498688',
  merchantUnavailable: '268443715',
  merchantMismatch: '268447843',
  orderExpired: '268447914',
  signature: '268443699',
  openidMissing: '268501013',
  appMismatch: '268445527',
  codepayClose: '268449641',
  /** Not in the published table: whatever has no digits of its own there. */
  other: '268435456',
  none: '0',
} as const

export interface ErrorDetail {
  /** JSON pointer into the body, or the name of a header or query field. */
  readonly field: string
  readonly value?: unknown
  readonly issue: string
  readonly location: 'body' | 'query' | 'header' | 'path'
}

/** WeChat Pay says no. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly code: ErrorCode
  readonly suffix: string
  readonly detail: ErrorDetail | undefined

  constructor(
    code: ErrorCode,
    message: string,
    more: { suffix?: string; detail?: ErrorDetail } = {},
  ) {
    super(message)
    this.code = code
    this.suffix = more.suffix ?? SUFFIX.other
    this.detail = more.detail
  }
}

export function parameterError(detail: ErrorDetail, suffix: string = SUFFIX.parameter): Refused {
  return new Refused('PARAM_ERROR', `参数错误：${detail.issue}`, { suffix, detail })
}

/** The error body; Request-ID and signature are put on by whoever seals the answer. */
export function refusalReply(refused: Refused, behaviour: WechatPayBehaviour): SandboxReply {
  const { code, message, detail } = refused
  const spelled = behaviour.codeSpelling === 'legacy' ? code.replaceAll('_', '') : code
  return jsonReply(STATUSES[code], { code: spelled, message, ...(detail ? { detail } : {}) })
}

/** What a fault plan's 5xx looks like. */
export function breakdownReply(status: number): SandboxReply {
  return status === 502 || status === 503
    ? jsonReply(status, { code: 'SERVICE_UNAVAILABLE', message: '服务不可用，请稍后再试' })
    : jsonReply(status, { code: 'SYSTEM_ERROR', message: '系统异常，请用相同参数重新调用' })
}
