import type { ApiResponse, CheckoutError, CheckoutErrorCode } from './types.ts'

/**
 * Status and code of what passes by itself, so that the same request may be sent again: too many
 * requests, most troubles of a server, what is being done already, and answers of somebody else.
 */
const PASSING = /^429|^5..(?!providerRejected)|InFlight|Busy|offline|unexpectedAnswer/

export function isCheckoutError(error: unknown): error is CheckoutError {
  return error instanceof Error && error.name === 'CheckoutError'
}

/** No answer at all. The request may have arrived, so only the same key may be sent again. */
export function offline(): CheckoutError {
  return checkoutErrorFrom({ status: 0, body: { code: 'offline', detail: '' } })
}

/** The error that an answer of any shape stands for; what is not problem+json counts as a proxy's. */
export function checkoutErrorFrom({ status, body, headers }: ApiResponse): CheckoutError {
  const { code, detail: advice, requestId } = isProblem(body) ? body : NOT_THIS_SERVER
  const passes = PASSING.test(status + code)
  // In seconds, in whatever case of letters; its date form and anything else count as "at once".
  const [, afterSeconds = 0] = /"retry-after":"?(\d+)"?[,}]/i.exec(JSON.stringify(headers)) || []
  // Not a class: subclasses of Error lose their name when Mini Program tools compile them to ES5.
  return Object.assign(new Error(code), {
    name: 'CheckoutError' as const,
    code,
    advice,
    requestId,
    retryable: passes || status === 401,
    repeatAfterMs: passes ? Number(afterSeconds) * 1_000 : undefined,
  })
}

interface Problem {
  readonly code: CheckoutErrorCode
  readonly detail: string
  readonly requestId?: string
}

const NOT_THIS_SERVER: Problem = { code: 'unexpectedAnswer', detail: '' }

function isProblem(body: unknown): body is Problem {
  const { code, detail }: Readonly<Record<string, unknown>> = Object(body)
  return typeof code === 'string' && typeof detail === 'string'
}
