import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { playSeeds } from '../simulation/crew.ts'
import { PLANTED_BUG, type PlantedBug } from './bug.ts'

/** What came of looking for one bug. */
export interface Hunt {
  readonly bug: PlantedBug
  readonly found: boolean
  /** How far one had to go, such as `seed 3`, or the test that failed. */
  readonly effort: string
  /** Worlds that were played, the last one being the one that tells; null where tests were run. */
  readonly seeds: number | null
  /** In the finder's own words: the violation, or the title of the test. */
  readonly clue: string
  readonly seconds: number
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const plant = new URL('plant.ts', import.meta.url).href
/** A suite that a bug has stopped is over after this long. */
const LONGEST_SUITE_MS = 5 * 60_000

/** Looks for the bug where it says that it is found. */
export async function hunt(bug: PlantedBug): Promise<Hunt> {
  const startMs = performance.now()
  const { foundBy } = bug
  const trail =
    foundBy.kind === 'simulation'
      ? await inWorlds(foundBy.seeds, bug)
      : await inSuites(foundBy.files, bug)
  return { bug, ...trail, seconds: (performance.now() - startMs) / 1_000 }
}

type Trail = Pick<Hunt, 'found' | 'effort' | 'seeds' | 'clue'>

/** A second is usual, on a machine with nothing else to do. */
const LONGEST_WORLD_MS = 60_000
/** Most bugs are found within a few worlds, for which one process is enough. */
const FIRST_SEEDS = 8

/** Plays worlds, one seed after the other from 1, until one of them breaks a promise. */
export async function inWorlds(seeds: number, bug?: PlantedBug): Promise<Trail> {
  const names = Array.from({ length: seeds }, (_, index) => String(index + 1))
  const planted = bug ? { execArgv: ['--import', plant], env: { [PLANTED_BUG]: bug.name } } : {}
  for (const batch of [names.slice(0, FIRST_SEEDS), names.slice(FIRST_SEEDS)]) {
    if (batch.length === 0) continue
    const { failed } = await playSeeds({
      seeds: batch,
      shrinks: false,
      mostFailures: 1,
      patienceMs: LONGEST_WORLD_MS,
      ...(batch.length <= FIRST_SEEDS ? { workers: 1 } : {}),
      ...planted,
    })
    // Seeds begin in their order, so the first that fails is the same one on any number of cores.
    const [first] = failed.toSorted((left, right) => Number(left.seed) - Number(right.seed))
    if (!first) continue
    const clue = first.violations[0] ?? ''
    return { found: true, effort: `seed ${first.seed}`, seeds: Number(first.seed), clue }
  }
  return { found: false, effort: `none of ${seeds} seeds`, seeds, clue: '' }
}

const testSchema = z.object({
  status: z.string(),
  fullName: z.string(),
  failureMessages: z.array(z.string()),
})
const reportSchema = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(testSchema),
    }),
  ),
})

/**
 * Runs test files. Found is the bug where a test fails by what it found, and not by the clock, which
 * on a busy machine proves nothing. A file that cannot even be loaded is the fault of a careless
 * patch: Error.
 */
export async function inSuites(files: readonly string[], bug?: PlantedBug): Promise<Trail> {
  const report = reportSchema.parse(await runSuites(files, bug))
  for (const { name, status, message, assertionResults } of report.testResults) {
    if (status === 'failed' && !assertionResults.some(hasFailed)) {
      throw new Error(`${name} cannot be loaded: ${message}`)
    }
  }
  const failed = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.filter(hasFailed).map((test) => ({ ...test, name })),
  )
  const first = failed.find(({ failureMessages }) => !failureMessages.some(isTimeout))
  if (first) {
    const effort = first.name.replace(`${root}test/`, '')
    return { found: true, effort, seeds: null, clue: first.fullName }
  }
  const late = failed.length > 0 ? `, and ${failed.length} ran out of time` : ''
  if (report.numPassedTests === 0) throw new Error(`there are no tests in ${files.join(', ')}`)
  const effort = `none of ${report.numPassedTests} tests${late}`
  return { found: false, effort, seeds: null, clue: '' }
}

function hasFailed({ status }: z.infer<typeof testSchema>): boolean {
  return status === 'failed'
}

function isTimeout(message: string): boolean {
  return /(Test|Hook) timed out in/.test(message)
}

async function runSuites(files: readonly string[], bug?: PlantedBug): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  try {
    const report = join(folder, 'report.json')
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const config = join(root, 'test/planted/vitest.config.ts')
    const output = ['--reporter=json', `--outputFile=${report}`]
    const child = spawn(
      process.execPath,
      [vitest, 'run', '--config', config, ...output, ...files],
      {
        cwd: root,
        env: { ...process.env, [PLANTED_BUG]: bug?.name ?? '' },
        stdio: 'ignore',
        timeout: LONGEST_SUITE_MS,
      },
    )
    await once(child, 'exit')
    return JSON.parse(readFileSync(report, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
