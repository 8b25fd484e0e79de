import { allCases, play, type Run } from './demo/runs.ts'
import { startStack } from './stack.ts'

/**
 * `npm run demo`: every provider, every scene, every path, without a browser. A table for people, or
 * with `--json` one record per run. Ends with 1 when a verdict is wrong.
 */
const asJson = process.argv.includes('--json')
const stack = await startStack({ config: { logLevel: 'silent' } })
const runs: Run[] = []
try {
  for (const [number, wish] of allCases(stack).entries()) {
    const run = await play(stack, wish, number + 1)
    runs.push(run)
    if (!asJson) process.stdout.write(`${line(run)}\n`)
  }
} finally {
  await stack.close()
}
const wrong = runs.filter(({ ok }) => !ok)
if (asJson) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`)
else process.stdout.write(`\n${runs.length - wrong.length} of ${runs.length} as expected\n`)
process.exitCode = wrong.length === 0 && runs.length > 0 ? 0 : 1

function line({ provider, scene, path, verdict, expected, ok, ms }: Run): string {
  const mark = ok ? '✓' : '✗'
  const said = ok ? verdict : `${verdict} — expected ${expected}`
  const columns = [provider.padEnd(10), scene.padEnd(16), path.padEnd(10), `${ms} ms`.padStart(8)]
  return `${mark} ${columns.join(' ')}  ${said}`
}
