import { PROBLEMS, type ProblemCode, problemSchema } from '../../../shared/contract/problem.ts'
import type { RawAnswer } from './wire.ts'

/** What Node itself says to bytes that are no request, before the toolkit hears of it. */
const NODES_OWN = new Set([400, 408, 413, 414, 417, 431])
/** Failures that are not ours: the provider's, or WeChat's. */
const NOT_OURS: ReadonlySet<ProblemCode> = new Set([
  'providerRejected',
  'providerUnavailable',
  'providerOutcomeUnknown',
  'identityUnavailable',
])

/** What is wrong with the answer to hostile input, or null. */
export function faultOf(answer: RawAnswer, { mayBeSilent = false } = {}): string | null {
  const { status, headers, body } = answer
  if (status === 0) return mayBeSilent && answer.text === '' ? null : 'there is no answer'
  if (status === 500) return `500 ${body.slice(0, 300)}`
  if (headers.has('x-evil')) return 'a header was smuggled in'
  if (!headers.has('x-request-id')) {
    return NODES_OWN.has(status) && /^(?:0\r\n\r\n)?$/.test(body)
      ? null
      : `${status} from nobody: ${body.slice(0, 200)}`
  }
  const location = headers.get('location')
  if (location !== undefined && !isOwnPage(location)) return `it leads away, to ${location}`
  if (status < 400) return null
  const type = headers.get('content-type') ?? ''
  if (type.startsWith('text/html')) return status < 500 ? null : `${status} as a page`
  return type === 'application/problem+json' ? problemFault(answer) : `${status} as ${type}`
}

/** Our own pages, and WeChat's consent page, which a login begins with. */
function isOwnPage(location: string): boolean {
  return (
    /^\/(?![/\\])[\x21-\x7e]*$/.test(location) || /\/connect\/oauth2\/authorize\?/.test(location)
  )
}

function problemFault({ status, headers, body }: RawAnswer): string | null {
  if (body === '') return null
  const problem = problemSchema.safeParse(jsonOf(body)).data
  if (!problem) return `${status} with no problem: ${body.slice(0, 200)}`
  const { code, requestId } = problem
  if (problem.status !== status || PROBLEMS[code][0] !== status) return `${status} says ${code}`
  // A repeat gets the first answer word for word, the name of the first request included.
  const isRepeat = headers.get('idempotency-replayed') === 'true'
  if (!isRepeat && requestId !== headers.get('x-request-id')) return 'two request ids'
  if (status >= 500 && !NOT_OURS.has(code)) return `${status} ${code}: ${problem.detail}`
  return null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
