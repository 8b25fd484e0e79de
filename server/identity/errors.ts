import type { ProblemCode } from '../../shared/contract/problem.ts'

/** WeChat would not say who somebody is. `code` is what the front end is told. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError'
  readonly code: ProblemCode
  /** Replaces the code's own advice where there is more to say. */
  readonly detail: string | undefined
  /** WeChat's own number, for people; null where WeChat did not answer as it should. */
  readonly errcode: number | null

  constructor(options: {
    code: ProblemCode
    message?: string
    detail?: string
    errcode?: number | null
    cause?: unknown
  }) {
    super(options.message ?? options.detail ?? options.code, { cause: options.cause })
    this.code = options.code
    this.detail = options.detail
    this.errcode = options.errcode ?? null
  }
}
