/** A mistake that a careless developer could have made, as a change of one place in one file. */
export interface PlantedBug {
  /** Words joined by hyphens. */
  readonly name: string
  /** What was done, in one sentence. */
  readonly what: string
  /** Which promise it breaks: I1 to I10 of the invariants, or words. */
  readonly promise: string
  /** From the root of the project, in `server/` or `shared/`. */
  readonly file: string
  /** Stands exactly once in the file. */
  readonly find: string
  readonly replace: string
  readonly foundBy: FoundBy
}

/** Who has to notice: at most so many simulated worlds, or these files of tests. */
export type FoundBy =
  | { readonly kind: 'simulation'; readonly seeds: number }
  | { readonly kind: 'suite'; readonly files: readonly string[] }

/** The environment variable that names the bug to plant. */
export const PLANTED_BUG = 'PLANTED_BUG'

/** Found by the simulation within so many seeds. */
export function bySimulation(seeds: number): FoundBy {
  return { kind: 'simulation', seeds }
}

/** Found by these test files, named from `test/`. */
export function bySuite(...files: readonly string[]): FoundBy {
  return { kind: 'suite', files: files.map((file) => `test/${file}`) }
}

/** The file's text with the bug in it. Throws where the place is not there exactly once. */
export function withBug(source: string, { name, file, find, replace }: PlantedBug): string {
  const [before, after, ...more] = source.split(find)
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`the place of ${name} does not stand exactly once in ${file}`)
  }
  return before + replace + after
}
