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

type Trail = Pick<Hunt, 'found' | 'effort' | 'clue'>

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
      ...(batch.length <= FIRST_SEEDS ? { workers: 1 } : {}),
      ...planted,
    })
    // Seeds begin in their order, so the first that fails is the same one on any number of cores.
    const [first] = failed.toSorted((left, right) => Number(left.seed) - Number(right.seed))
    if (first) return { found: true, effort: `seed ${first.seed}`, clue: first.violations[0] ?? '' }
  }
  return { found: false, effort: `none of ${seeds} seeds`, clue: '' }
}

const reportSchema = z.object({
  numPassedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/**
 * Runs test files. Found is the bug where a test fails; a file that cannot even be loaded proves
 * nothing but a careless patch: Error.
 */
export async function inSuites(files: readonly string[], bug?: PlantedBug): Promise<Trail> {
  const report = reportSchema.parse(await runSuites(files, bug))
  const results = report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed')
    // The others are cut short by the first test that fails, and have nothing to say.
    if (file.status === 'failed' && failed.length === 0 && file.message !== '') {
      throw new Error(`${file.name} cannot be loaded: ${file.message}`)
    }
    return failed
  })
  const [first] = results
  if (first) return { found: true, effort: fileOf(report, first.fullName), clue: first.fullName }
  if (report.numPassedTests === 0) throw new Error(`there are no tests in ${files.join(', ')}`)
  return { found: false, effort: `none of ${report.numPassedTests} tests`, clue: '' }
}

function fileOf({ testResults }: z.infer<typeof reportSchema>, test: string): string {
  const file = testResults.find(({ assertionResults }) =>
    assertionResults.some(({ fullName }) => fullName === test),
  )
  return file?.name.replace(`${root}test/`, '') ?? ''
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
      [vitest, 'run', '--config', config, ...(bug ? ['--bail=1'] : []), ...output, ...files],
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
