/** One thing that keeps a Mini Program from running; lines and columns count from 1. */
export interface Problem {
  /** Relative to the Mini Program's folder. */
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly message: string
}

/** Every problem that was found, not only the first. */
export class MiniProgramCompileError extends Error {
  override readonly name = 'MiniProgramCompileError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const list = problems.map((problem) => `  ${describeProblem(problem)}`).join('\n')
    super(`The Mini Program does not compile:\n${list}`)
    this.problems = problems
  }
}

export function describeProblem({ file, line, column, message }: Problem): string {
  const place = [file, line, line === undefined ? undefined : column].filter(
    (part) => part !== undefined,
  )
  return `${place.join(':')} ${message}`
}
