import { parseArgs } from 'node:util'
import { playSeeds } from './crew.ts'
import type { Finished } from './worker.ts'

/**
 * `npm run simulate -- --seeds 1000 --from 1`: plays whole worlds under a virtual clock, one per seed,
 * and ends with 1 when a promise was broken. A failing seed is made smaller, and plays the same way
 * again with `--seeds 1 --from <seed>`.
 */
const USAGE =
  'npm run simulate -- [--seeds <how many>] [--from <first seed>] [--json] [--no-shrink]'
const HOUR_MS = 60 * 60_000
const SHOWN_VIOLATIONS = 10

const options = readOptions()
const startMs = performance.now()
const { seeds, figures, failed } = await playSeeds({
  seeds: Array.from({ length: options.seeds }, (_, index) => String(options.from + index)),
  shrinks: options.shrinks,
  mostFailures: 20,
  finished: (run) => {
    if (!options.json && run.violations.length > 0) showFailure(run)
  },
})
const seconds = (performance.now() - startMs) / 1_000
if (options.json) {
  process.stdout.write(
    `${JSON.stringify({ from: options.from, seeds, seconds, ...figures, failed })}\n`,
  )
} else {
  const hours = Math.round(figures.virtualMs / HOUR_MS)
  process.stdout.write(
    [
      `seeds            ${options.from} to ${options.from + options.seeds - 1}, ${seeds} played`,
      `virtual time     ${hours} hours, in ${seconds.toFixed(0)} seconds`,
      `orders           ${figures.orders}`,
      `payments         ${figures.payments}, of which paid ${figures.paid}`,
      `refunds          ${figures.refunds}`,
      `messages         ${figures.messages}`,
      `faults injected  ${figures.faults}`,
      `process deaths   ${figures.deaths}`,
      `violations       ${failed.length === 0 ? 0 : `in ${failed.length} seeds`}`,
      '',
    ].join('\n'),
  )
}
process.exitCode = failed.length === 0 ? 0 : 1

function showFailure({ seed, violations, smallest }: Finished): void {
  const shown = violations.slice(0, SHOWN_VIOLATIONS).map((violation) => `  - ${violation}`)
  process.stdout.write(
    [
      `seed ${seed} breaks ${violations.length} promises:`,
      ...shown,
      ...(smallest === null ? [] : [`  smallest plan: ${JSON.stringify(smallest)}`]),
      `  again: npm run simulate -- --seeds 1 --from ${seed}`,
      '',
    ].join('\n'),
  )
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        seeds: { type: 'string', default: '100' },
        from: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
        'no-shrink': { type: 'boolean', default: false },
      },
    })
    return {
      seeds: wholeNumber('--seeds', values.seeds, 1),
      from: wholeNumber('--from', values.from, 0),
      json: values.json,
      shrinks: !values['no-shrink'],
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`)
    process.exit(2)
  }
}

function wholeNumber(flag: string, word: string, least: number): number {
  const number = Number(word)
  if (/^\d{1,9}$/.test(word) && number >= least) return number
  throw new Error(`${flag} takes a whole number from ${least}, not ${word}`)
}
