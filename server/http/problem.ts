import {
  PROBLEMS,
  type Problem as ProblemBody,
  type ProblemCode,
} from '../../shared/contract/problem.ts'
import { IdentityError } from '../identity/errors.ts'
import { UseCaseError } from '../usecases/errors.ts'

export interface Issue {
  readonly path: string
  readonly message: string
}

/** The HTTP layer says no. Thrown anywhere below the error boundary, which writes the answer. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  /** Replaces the code's own advice where there is more to say; never a secret. */
  readonly detail: string | undefined
  readonly issues: readonly Issue[] | undefined
  readonly accounts: readonly string[] | undefined
  readonly retryAfterMs: number | undefined
  /** The rest of the body was not read, so the connection cannot serve another request. */
  readonly endsConnection: boolean

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code][1], { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.issues = options.issues
    this.accounts = options.accounts
    this.retryAfterMs = options.retryAfterMs
    this.endsConnection = options.endsConnection ?? false
  }
}

interface ProblemOptions {
  readonly detail?: string | undefined
  readonly issues?: readonly Issue[] | undefined
  readonly accounts?: readonly string[] | undefined
  readonly retryAfterMs?: number | undefined
  readonly endsConnection?: boolean
  readonly cause?: unknown
}

/** How long to wait before a repeat when nobody said: answers that invite one always say so. */
const DEFAULT_RETRY_MS = 1_000

const INVITES_REPEAT: ReadonlySet<ProblemCode> = new Set([
  'tooManyRequests',
  'paymentBusy',
  'idempotencyKeyInFlight',
  'providerUnavailable',
  'providerOutcomeUnknown',
  'identityUnavailable',
  'overloaded',
  'shuttingDown',
])

/** Whether the same request may well succeed a little later, so that its answer must not be kept. */
export function invitesRepeat(code: ProblemCode): boolean {
  return INVITES_REPEAT.has(code)
}

/** Anything thrown as a problem; what nobody foresaw is `internal`, and tells nothing of itself. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof UseCaseError) {
    const { code, detail, accounts, issues, retryAfterMs } = error
    return new Problem(code, { detail, accounts, issues, retryAfterMs, cause: error })
  }
  if (error instanceof IdentityError) {
    return new Problem(error.code, { detail: error.detail, cause: error })
  }
  return new Problem('internal', { cause: error })
}

export interface RenderedProblem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemBody
}

/** Enough for a person to mend; who sends thousands of wrong fields gets no longer an answer. */
const MOST_ISSUES = 20
const LONGEST_WORDS = 300

function toTheMost(issues: readonly Issue[]): Issue[] {
  return issues.slice(0, MOST_ISSUES).map(({ path, message }) => ({
    path: path.slice(0, LONGEST_WORDS),
    message: message.slice(0, LONGEST_WORDS),
  }))
}

/** RFC 9457: `title` is the advice of the code, `detail` what is special about this occurrence. */
export function renderProblem(problem: Problem, requestId: string): RenderedProblem {
  const { code } = problem
  const [status, advice] = PROBLEMS[code]
  const { issues, accounts } = problem
  return {
    status,
    headers: headersOf(problem, status),
    body: {
      type: `urn:wechat-pay-toolkit:problem:${code}`,
      title: advice,
      status,
      code,
      detail: problem.detail ?? advice,
      requestId,
      ...(issues && { issues: toTheMost(issues) }),
      ...(accounts && { accounts: [...accounts] }),
    },
  }
}

function headersOf(problem: Problem, status: number): Record<string, string> {
  const retryAfterMs =
    problem.retryAfterMs ?? (invitesRepeat(problem.code) ? DEFAULT_RETRY_MS : undefined)
  return {
    'Content-Type': PROBLEM_TYPE,
    'Cache-Control': 'no-store',
    ...(retryAfterMs !== undefined && { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) }),
    ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    ...(problem.endsConnection && { Connection: 'close' }),
  }
}

export const PROBLEM_TYPE = 'application/problem+json'
