import { PROBLEMS, type ProblemCode } from '../../shared/contract/problem.ts'

/** A use case says no: a stable code, and what to do about it. The HTTP layer gives it a status. */
export class UseCaseError extends Error {
  override readonly name = 'UseCaseError'
  readonly code: ProblemCode
  /** Replaces the code's own advice where there is more to say; never a secret. */
  readonly detail: string | undefined
  readonly retryAfterMs: number | undefined
  /** Provider accounts that could have served the wish. */
  readonly accounts: readonly string[] | undefined
  /** What is wrong place by place, such as lines of a file. */
  readonly issues: readonly { readonly path: string; readonly message: string }[] | undefined

  constructor(
    code: ProblemCode,
    options: {
      detail?: string | undefined
      retryAfterMs?: number
      accounts?: readonly string[]
      issues?: readonly { path: string; message: string }[]
      cause?: unknown
    } = {},
  ) {
    super(options.detail ?? PROBLEMS[code][1], { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.retryAfterMs = options.retryAfterMs
    this.accounts = options.accounts
    this.issues = options.issues
  }
}
