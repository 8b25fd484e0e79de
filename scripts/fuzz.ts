import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/**
 * `npm run fuzz`: everything in test/fuzz with far more cases and a fresh seed, then the counts of each
 * target. `FUZZ_RUNS` and `FUZZ_SEED` decide otherwise. Ends as the tests end.
 */
const lineSchema = z.object({
  name: z.string(),
  seed: z.number(),
  cases: z.number(),
  accepted: z.number(),
  crashes: z.number(),
  slowestMs: z.number(),
})

const folder = mkdtempSync(join(tmpdir(), 'toolkit-fuzz-'))
const report = join(folder, 'report')
const seed = process.env['FUZZ_SEED'] ?? String(Date.now() % 2 ** 31)
const runs = process.env['FUZZ_RUNS'] ?? '1000'
process.stdout.write(`FUZZ_SEED=${seed} FUZZ_RUNS=${runs}\n`)
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const limits = ['--testTimeout=1800000', '--hookTimeout=1800000']
const options = [vitest, 'run', '--project', 'contract', 'test/fuzz', ...limits]
const { status } = spawnSync(process.execPath, options, {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_SEED: seed, FUZZ_RUNS: runs, FUZZ_REPORT: report },
})
try {
  const lines = readFileSync(report, 'utf8').trim().split('\n')
  const counts = lines.map((line) => lineSchema.parse(JSON.parse(line)))
  process.stdout.write(`\n${tableOf(counts)}\n`)
} catch {
  process.stdout.write('\nno target reported anything\n')
}
rmSync(folder, { recursive: true })
process.exitCode = status ?? 1

function tableOf(counts: readonly z.infer<typeof lineSchema>[]): string {
  const sum = (name: 'cases' | 'accepted' | 'crashes') =>
    counts.reduce((all, count) => all + count[name], 0)
  const slowestMs = Math.max(...counts.map((count) => count.slowestMs))
  const all = { cases: sum('cases'), accepted: sum('accepted'), crashes: sum('crashes'), slowestMs }
  const sorted = counts.toSorted((left, right) => (left.name < right.name ? -1 : 1))
  const rows = sorted.map(
    ({ name, cases, accepted, crashes, slowestMs: ms }) =>
      `| ${name} | ${cases} | ${accepted} | ${crashes} | ${ms} |`,
  )
  return [
    '| Target | Cases | Accepted | Crashes | Slowest, ms |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
    `| **All** | ${all.cases} | ${all.accepted} | ${all.crashes} | ${all.slowestMs} |`,
  ].join('\n')
}
