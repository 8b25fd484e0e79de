import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { bySimulation } from './bug.ts'
import { PLANTED_BUGS } from './bugs.ts'
import { type Hunt, hunt, inSuites, inWorlds } from './hunt.ts'
import { withTable } from './table.ts'

/**
 * `npm run planted`: plants one bug after the other, and shows that somebody notices each of them.
 * Ends with 1 where one is not found, or where something is found without any bug.
 */
const USAGE =
  'npm run planted -- [--only <name>,…] [--seeds <how many>: by simulation, whoever finds it usually] [--json] [--write]'
const DOCUMENT = new URL('../../docs/planted-bugs.md', import.meta.url)

const options = readOptions()
const bugs = PLANTED_BUGS.filter(
  ({ name }) => options.only.length === 0 || options.only.includes(name),
)
const hunts: Hunt[] = []
for (const bug of bugs) {
  const seeds = options.seeds
  // oxlint-disable-next-line no-await-in-loop -- each hunt takes all cores
  const done = await hunt(seeds === null ? bug : { ...bug, foundBy: bySimulation(seeds) })
  hunts.push(done)
  if (!options.json) process.stdout.write(`${lineOf(done)}\n`)
}
const alarms = await falseAlarms(hunts)
const missed = hunts.filter(({ found }) => !found)
if (options.json) process.stdout.write(`${JSON.stringify({ hunts, alarms })}\n`)
else {
  const seconds = hunts.reduce((sum, done) => sum + done.seconds, 0)
  process.stdout.write(
    `\n${hunts.length - missed.length} of ${hunts.length} bugs found, in ${seconds.toFixed(0)} seconds\n`,
  )
  for (const alarm of alarms) process.stdout.write(`found without any bug: ${alarm}\n`)
}
if (options.write)
  writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), { bugs: PLANTED_BUGS, hunts }))
process.exitCode = missed.length + alarms.length === 0 ? 0 : 1

/** Whoever finds bugs has to be silent where there is none: the same tests, and as many worlds. */
async function falseAlarms(done: readonly Hunt[]): Promise<readonly string[]> {
  const files = done.flatMap(({ bug, seeds }) =>
    seeds === null && bug.foundBy.kind === 'suite' ? bug.foundBy.files : [],
  )
  const seeds = Math.max(0, ...done.map((one) => one.seeds ?? 0))
  const trails = [
    ...(files.length > 0 ? [await inSuites([...new Set(files)])] : []),
    ...(seeds > 0 ? [await inWorlds(seeds)] : []),
  ]
  return trails.filter(({ found }) => found).map(({ effort, clue }) => `${effort}: ${clue}`)
}

function lineOf({ bug, found, effort, clue, seconds }: Hunt): string {
  const [first = ''] = clue.split('\n')
  const words = [
    found ? 'found    ' : 'NOT FOUND',
    bug.name,
    effort,
    first,
    `${seconds.toFixed(0)} s`,
  ]
  return words.filter((word) => word !== '').join(' · ')
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        seeds: { type: 'string' },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    })
    const only = values.only.split(',').filter((name) => name !== '')
    const unknown = only.filter((name) => !PLANTED_BUGS.some((bug) => bug.name === name))
    if (unknown.length > 0) throw new Error(`there is no planted bug ${unknown.join(', ')}`)
    const seeds = values.seeds === undefined ? null : Number(values.seeds)
    if (seeds !== null && !Number.isSafeInteger(seeds)) throw new Error('--seeds is a whole number')
    return { ...values, only, seeds }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${why}\nUsage: ${USAGE}\n`)
    process.exit(2)
  }
}
