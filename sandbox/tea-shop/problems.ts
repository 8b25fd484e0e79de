/** What the shop answers when it cannot do what was asked: a stable code, and a sentence to act on. */
export class ShopProblem extends Error {
  override readonly name = 'ShopProblem'
  readonly status: number
  readonly code: string
  readonly issues: readonly Issue[]

  constructor(problem: {
    status: number
    code: string
    message: string
    issues?: readonly Issue[]
    cause?: unknown
  }) {
    super(problem.message, { cause: problem.cause })
    this.status = problem.status
    this.code = problem.code
    this.issues = problem.issues ?? []
  }
}

export interface Issue {
  readonly path: string
  readonly message: string
}

/** The JSON body of a problem; no stack and no cause ever leaves the shop. */
export function problemBody(problem: ShopProblem) {
  const { code, message, issues } = problem
  return issues.length > 0 ? { code, message, issues } : { code, message }
}
