import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { type CrashReport, tableOf } from './report.ts'
import { crashRun } from './run.ts'

/**
 * `npm run crash -- --database sqlite|postgres|both --kills 100 --seed words`: kills the real server
 * at random moments, and PostgreSQL too, while customers pay. Prints a table; ends with 1 when one
 * promise was broken.
 */
const { values } = parseArgs({
  options: {
    database: { type: 'string', default: 'both' },
    kills: { type: 'string', default: '100' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    customers: { type: 'string', default: '12' },
  },
})
const databases = (['sqlite', 'postgres'] as const).filter(
  (kind) => values.database === kind || values.database === 'both',
)
if (databases.length === 0) throw new Error('--database is sqlite, postgres or both')
const [kills, customers] = [Number(values.kills), Number(values.customers)]

const reports: CrashReport[] = []
for (const database of databases) {
  process.stdout.write(`${database}, seed ${values.seed} …\n`)
  const servers = database === 'sqlite' ? 1 : 3
  const run = { database, kills, seed: values.seed, customers, servers, onKill }
  reports.push(await crashRun(run))
}
process.stdout.write(`${tableOf(reports)}\n`)
process.exitCode = reports.every(({ violations }) => violations.length === 0) ? 0 : 1

/** A run takes minutes: who waits for it sees that it goes on. */
function onKill(count: number): void {
  if (count % 10 === 0) process.stderr.write(`${count} kills\n`)
}
