import { jsonReply, type SandboxReply } from '../../http.ts'
import { type Random, uuid } from '../../random.ts'

/** One entry of the platform's error form. */
export interface ApiError {
  readonly category: 'CONNECT_PLATFORM_ERROR' | 'PAYMENT_PLATFORM_ERROR' | 'IO_ERROR'
  readonly code: string
  readonly httpStatusCode: number
  readonly id: string
  readonly message: string
  readonly propertyName?: string
  readonly requestId: string
}

/** A broken rule before it gets its place in the form. */
export interface Violation {
  readonly propertyName: string
  readonly message: string
  readonly missing: boolean
}

/** The platform's answers when it says no. Server SDK fixtures and the API reference's error page. */
export interface ErrorForms {
  reply(errors: readonly ApiError[], extra?: Readonly<Record<string, unknown>>): SandboxReply
  violations(violations: readonly Violation[]): SandboxReply
  unauthorized(): SandboxReply
  foreignMerchant(): SandboxReply
  unknown(
    id: 'UNKNOWN_PAYMENT_ID' | 'UNKNOWN_REFUND_ID' | 'UNKNOWN_HOSTED_CHECKOUT_ID',
  ): SandboxReply
  inFlight(): SandboxReply
  serverError(status: number): SandboxReply
  refused(message: string): ApiError
}

export function createErrorForms(random: Random): ErrorForms {
  const error = (fields: Omit<ApiError, 'requestId'>): ApiError => ({
    ...fields,
    requestId: random.word(7, '0123456789'),
  })
  const reply: ErrorForms['reply'] = (errors, extra = {}) =>
    jsonReply(errors[0]?.httpStatusCode ?? 500, { errorId: uuid(random), errors, ...extra })
  const connect = (httpStatusCode: number, code: string, id: string) =>
    reply([error({ category: 'CONNECT_PLATFORM_ERROR', code, httpStatusCode, id, message: id })])

  return {
    reply,
    violations: (violations) => reply(violations.map((violation) => error(toError(violation)))),
    unauthorized: () => connect(403, '9002', 'MISSING_OR_INVALID_AUTHORIZATION'),
    foreignMerchant: () => connect(403, '9007', 'ACCESS_TO_MERCHANT_NOT_ALLOWED'),
    unknown: (id) => connect(404, '1002', id),
    inFlight: () => connect(409, '1409', 'DUPLICATE REQUEST IN PROGRESS'),
    serverError: (httpStatusCode) =>
      reply([
        error({
          category: httpStatusCode === 504 ? 'IO_ERROR' : 'PAYMENT_PLATFORM_ERROR',
          code: '9999',
          httpStatusCode,
          id: 'UNKNOWN_SERVER_ERROR',
          message: 'UNKNOWN_SERVER_ERROR',
        }),
      ]),
    refused: (message) =>
      error({
        category: 'PAYMENT_PLATFORM_ERROR',
        code: '430330',
        httpStatusCode: 402,
        id: 'REFUSED',
        message,
      }),
  }
}

function toError({ propertyName, message, missing }: Violation): Omit<ApiError, 'requestId'> {
  return {
    category: 'CONNECT_PLATFORM_ERROR',
    code: missing ? '21000120' : '21000020',
    httpStatusCode: 400,
    id: missing ? 'PARAMETER_NOT_FOUND_IN_REQUEST' : 'INVALID_VALUE',
    message,
    propertyName,
  }
}
