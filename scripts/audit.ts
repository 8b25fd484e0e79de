import { OutdatedBooks } from '../server/audit/audit.ts'
import { ConfigError, loadConfig, type ToolkitConfig } from '../server/config.ts'
import { createAuditor } from '../server/toolkit.ts'
import type { AuditReport } from '../shared/contract/audit.ts'
import { type CommandLine, readCommandLine, USAGE, UsageError } from './audit/options.ts'
import { tableOf } from './audit/table.ts'

/**
 * `npm run audit`: proves from the database that money was neither lost, doubled nor believed, and
 * compares with the providers' books. Reads one moment beside a running server, and writes nothing.
 */

/** Between two questions to providers: nobody's limit is near it. */
const PAUSE_MS = 200

const BY_NAME = 'Or name the database: npm run audit -- --database data/toolkit.db'

try {
  process.exitCode = await run(readCommandLine(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${wordsOf(error)}\n`)
  process.exitCode = 2
}

async function run(line: CommandLine): Promise<number> {
  if (line.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const config = line.database === null ? await loadConfig() : only(line.database)
  const known = config.accounts.some(({ accountId }) => accountId === line.accountId)
  if (line.database === null && line.accountId !== undefined && !known) {
    throw new UsageError(`--account: there is no account ${line.accountId}`)
  }
  const auditor = createAuditor(config)
  try {
    const report = await auditor.audit({ ...line, pauseMs: PAUSE_MS })
    process.stdout.write(line.json ? `${JSON.stringify(report, null, 2)}\n` : tableOf(report))
    return exitCodeOf(report, line)
  } finally {
    await auditor.close()
  }
}

function only(database: string): Pick<ToolkitConfig, 'database' | 'accounts'> {
  const isUrl = /^postgres(ql)?:\/\//.test(database)
  return {
    database: isUrl ? { kind: 'postgres', url: database } : { kind: 'sqlite', path: database },
    accounts: [],
  }
}

function exitCodeOf({ totals }: AuditReport, { strict }: CommandLine): number {
  const wrong = totals.violation + totals.difference + (strict ? totals.attention : 0)
  return wrong === 0 ? 0 : 1
}

/** What could not be done, and nothing of where in the code. */
function wordsOf(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`
  if (error instanceof ConfigError) return `${error.message}\n${BY_NAME}`
  if (error instanceof OutdatedBooks) return error.message
  return error instanceof Error ? error.message : String(error)
}
