import { setImmediate } from 'node:timers/promises'
import type { AuditReport } from '../../shared/contract/audit.ts'
import type { Books } from '../store/books.ts'
import { askProviders } from './ask-providers.ts'
import { checkBooks, MOST_OF_A_KIND } from './check-books.ts'
import { checkLedger, type Surroundings } from './check-ledger.ts'
import { checkNotifications } from './check-notifications.ts'
import { readDaysOf } from './check-rows.ts'
import type { AuditDeps, AuditOptions } from './options.ts'
import { Tally } from './tally.ts'

/** Orders that are in memory at one time, with all that belongs to them. */
const ORDERS_AT_ONCE = 100

/** The database is not the one that this version keeps: nothing in it can be judged. */
export class OutdatedBooks extends Error {
  override readonly name = 'OutdatedBooks'

  constructor(steps: readonly string[]) {
    super(
      `This database has not taken these steps yet: ${steps.join(', ')}. Start the server of this version once, then audit.`,
    )
  }
}

/**
 * Proves from the database that money was neither lost, doubled nor believed: replays the event log,
 * checks every promise, and compares with the providers' books. Reads one moment of the database in
 * pages, beside running servers, and writes nothing. Throws OutdatedBooks.
 */
export async function audit(deps: AuditDeps, options: AuditOptions = {}): Promise<AuditReport> {
  const startMs = deps.clock.nowMs()
  const { timeMs = Number.POSITIVE_INFINITY, ask = 'none' } = options
  const isOver = () => deps.clock.nowMs() - startMs >= timeMs
  const read = await deps.store.snapshot((books) => readAll(books, options, { startMs, isOver }))
  const { tally, nextCursor } = read
  const answered = ask === 'none' || (await askProviders(deps, tally, { ...options, ask, isOver }))
  const complete = nextCursor === null && answered && !isOver()
  return tally.report({ atMs: startMs, complete, nextCursor })
}

interface Reading {
  readonly tally: Tally
  readonly nextCursor: string | null
}

async function readAll(
  books: Books,
  options: AuditOptions,
  { startMs, isOver }: { startMs: number; isOver: () => boolean },
): Promise<Reading> {
  const missing = await books.missingSteps()
  if (missing.length > 0) throw new OutdatedBooks(missing)
  // Made here, because the whole reading may be repeated.
  const tally = new Tally()
  const accountId = options.accountId ?? null
  const setAside = await checkSetAside(books, tally)
  const days = await books.settlementDays(accountId)
  for (const { accountId: of, day, state, reason } of days) {
    if (state !== 'failed') continue
    const what = reason === null ? 'could not be read' : `could not be read: ${reason}`
    tally.add([{ code: 'dayNotRead', kind: 'settlementDay', id: `${of} ${day}`, what }])
  }
  const firstKept = await books.firstEvidenceSeq()
  const surroundings = { firstKept, readDays: readDaysOf(days), accountId }
  await checkBooks(books, tally, { nowMs: startMs, accountId })
  await checkNotifications(books, tally, { nowMs: startMs, setAside, isOver })
  const nextCursor = await checkLedgers(books, tally, { ...options, surroundings, isOver })
  return { tally, nextCursor }
}

/** Answers with the payments that people see already. */
async function checkSetAside(books: Books, tally: Tally): Promise<ReadonlySet<string>> {
  const open = await books.quarantine(MOST_OF_A_KIND)
  for (const { quarantineId, accountId, paymentId, reason } of open) {
    const about = paymentId === null ? '' : ` about ${paymentId}`
    const what = `${accountId}${about}: ${reason}`
    tally.add([{ code: 'setAside', kind: 'fact', id: quarantineId, what }])
  }
  return new Set(open.flatMap(({ paymentId }) => paymentId ?? []))
}

/** Null once all orders were looked at; else the last one of those that were. */
async function checkLedgers(
  books: Books,
  tally: Tally,
  options: AuditOptions & { surroundings: Surroundings; isOver: () => boolean },
): Promise<string | null> {
  const { sinceMs = 0, untilMs = Number.MAX_SAFE_INTEGER, surroundings, isOver } = options
  const { checked } = tally
  let left = options.limit ?? Number.POSITIVE_INFINITY
  let after = options.after ?? ''
  for (;;) {
    const limit = Math.min(ORDERS_AT_ONCE, left)
    const ledgers = await books.ledgers({ sinceMs, untilMs, after, limit })
    for (const ledger of ledgers) {
      tally.add(checkLedger(ledger, surroundings))
      checked.orders += 1
      checked.payments += ledger.payments.length
      checked.refunds += ledger.refunds.length
      checked.events += ledger.events.length
      checked.settlementRows += ledger.rows.length
    }
    left -= ledgers.length
    const last = ledgers.at(-1)
    if (!last || ledgers.length < limit) return null
    after = last.order.orderRef
    if (left <= 0 || isOver()) return after
    // SQLite answers at once: without a break, nobody else in this process would have a turn.
    await setImmediate()
  }
}
