import type { Sandbox } from '../../sandbox/index.ts'
import type { History } from './history.ts'
import type { Blows } from './nemesis.ts'
import type { Recoveries } from './recoveries.ts'

/** What a run came to; money is whole where `violations` is empty. */
export interface CrashReport extends Blows {
  readonly database: 'sqlite' | 'postgres'
  readonly seed: string
  readonly orders: number
  /** Paid at the providers. */
  readonly payments: number
  /** Given back at the providers. */
  readonly refunds: number
  /** Notifications that a server acknowledged. */
  readonly acknowledged: number
  /** Deliveries without an answer: broken off by a kill, or lost on purpose. */
  readonly unanswered: number
  readonly lost: number
  readonly doubled: number
  readonly violations: readonly string[]
  /** From a kill to a payer who knows how to pay; null where nothing was measured. */
  readonly recoveryMs: { readonly p50: number | null; readonly p99: number | null }
  readonly recoveries: number
  readonly refusals: Readonly<Record<string, number>>
  readonly seconds: number
}

export function reportOn(run: {
  database: CrashReport['database']
  seed: string
  sandbox: Sandbox
  history: History
  blows: Blows
  recoveries: Recoveries
  violations: readonly string[]
  seconds: number
}): CrashReport {
  const { sandbox, history, recoveries, blows, ...rest } = run
  const books = sandbox.providers.map((provider) => provider.books())
  const attempts = sandbox.providers.flatMap(({ notifications }) => notifications.log())
  const named = (...invariants: readonly string[]) =>
    run.violations.filter((words) => invariants.includes(words.split(' ')[0] ?? '')).length
  return {
    ...rest,
    ...blows,
    orders: history.orders.size,
    payments: books.flatMap(({ payments }) => payments.filter(({ state }) => state === 'paid'))
      .length,
    refunds: books.flatMap(({ refunds }) => refunds.filter(({ state }) => state === 'succeeded'))
      .length,
    acknowledged: attempts.filter(({ status }) => status !== null && status < 300).length,
    unanswered: attempts.filter(({ status }) => status === null).length,
    lost: named('I2', 'I7'),
    doubled: named('I3', 'I6', 'I8'),
    recoveryMs: { p50: recoveries.percentile(0.5), p99: recoveries.percentile(0.99) },
    recoveries: recoveries.count(),
    refusals: Object.fromEntries(history.refusals),
  }
}

const ROWS: readonly (readonly [string, (report: CrashReport) => string | number])[] = [
  ['server kills', ({ kills }) => kills],
  ['… within a second of their start', ({ youngKills }) => youngKills],
  [
    'PostgreSQL kills',
    ({ database, databaseKills }) => (database === 'sqlite' ? '–' : databaseKills),
  ],
  ['orders', ({ orders }) => orders],
  ['payments paid', ({ payments }) => payments],
  ['refunds made', ({ refunds }) => refunds],
  ['notifications acknowledged', ({ acknowledged }) => acknowledged],
  ['deliveries without an answer', ({ unanswered }) => unanswered],
  ['lost', ({ lost }) => lost],
  ['doubled', ({ doubled }) => doubled],
  ['violations', ({ violations }) => violations.length],
  ['recovery p50', ({ recoveryMs }) => inMs(recoveryMs.p50)],
  ['recovery p99', ({ recoveryMs }) => inMs(recoveryMs.p99)],
  ['… measured', ({ recoveries }) => recoveries],
  ['seconds', ({ seconds }) => seconds],
  ['seed', ({ seed }) => seed],
]

/** A Markdown table, a column for each run, and below it every violation in words. */
export function tableOf(reports: readonly CrashReport[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line(['', ...reports.map(({ database }) => database)]),
    line(['---', ...reports.map(() => '---:')]),
    ...ROWS.map(([name, value]) => line([name, ...reports.map(value)])),
    '',
    ...reports.map(({ database, refusals }) => `${database} refused ${JSON.stringify(refusals)}`),
    ...reports.flatMap(({ database, violations }) =>
      violations.map((words) => `${database}: ${words}`),
    ),
  ].join('\n')
}

function inMs(value: number | null): string {
  return value === null ? '–' : `${Math.round(value)} ms`
}
