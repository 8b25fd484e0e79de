import { join } from 'node:path'
import { formatted } from './new-provider/formatting.ts'
import { namesOf, Refusal } from './new-provider/names.ts'
import { planProvider } from './new-provider/plan.ts'
import { writeAll } from './new-provider/write.ts'

/**
 * `npm run new:provider -- peony-pay "Peony Pay"`: one more provider that works, against a simulator of
 * its own, and speaks an API that does not exist. docs/add-a-provider.md says how to make it real.
 */
const root = join(import.meta.dirname, '..')
const [name, product, ...others] = process.argv.slice(2)

try {
  if (name === undefined || product === undefined || others.length > 0) {
    throw new Refusal('usage: npm run new:provider -- <kebab-name> "<Product Name>"')
  }
  const names = namesOf(name, product)
  const files = formatted(planProvider(names, { root, nowMs: Date.now() }), root)
  writeAll(files, root)
  process.stdout.write(report(files, names.kebab))
} catch (error) {
  if (!(error instanceof Refusal)) throw error
  process.stderr.write(`${error.message}\nNothing was written.\n`)
  process.exitCode = 1
}

function report(files: ReturnType<typeof formatted>, kebab: string): string {
  const list = (wanted: boolean) =>
    files
      .filter(({ before }) => (before === null) === wanted)
      .map(({ path }) => `  ${path}\n`)
      .join('')
  return `New files:
${list(true)}
Changed by a few lines each:
${list(false)}
It works as it is, and speaks an API that does not exist. Now:
  npx tsc -b && npx vitest run --project contract test/contract/providers -t '${product}'
  docs/add-a-provider.md          the order of work, from the provider's documents to going live
  server/providers/${kebab}/README.md
  docs/sandbox.md, README.md      their lists of providers are yours to extend
`
}
