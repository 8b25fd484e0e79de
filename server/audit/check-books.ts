import type { BookedRow, Books } from '../store/books.ts'
import type { Found, Tally } from './tally.ts'
import { timeInWords } from './words.ts'

/** Found of one kind; what is beyond shows again once these are mended. */
export const MOST_OF_A_KIND = 1_000
/** Work that has been due for so long was done by nobody. */
const OVERDUE_MS = 15 * 60 * 1000
/** No honest lease is longer. */
const LONGEST_LEASE_MS = 60 * 60 * 1000
/** A request that has had no answer for so long has ended without one. */
const CLAIM_MS = 60 * 1000

/** What is wrong with the database as a whole, whichever order it belongs to. */
export async function checkBooks(
  books: Books,
  tally: Tally,
  { nowMs, accountId }: { nowMs: number; accountId: string | null },
): Promise<void> {
  const limit = MOST_OF_A_KIND
  for (const seq of await books.eventsBehindGaps(limit)) {
    tally.add([event('numberMissing', seq, 'the event before it is missing')])
  }
  for (const { kind, id, of } of await books.orphans(limit)) {
    tally.add([
      { code: 'belongsToNothing', kind, id, what: `belongs to ${of}, which is not there` },
    ])
  }
  for (const { kind, number, times } of await books.numbersTwice(limit)) {
    const code = kind === 'key' ? 'keyTwice' : 'numberTwice'
    tally.add([{ code, kind, id: number, what: `stands in ${times} rows` }])
  }
  await checkWork(books, tally, nowMs)
  for (const row of await books.openRows({ accountId, limit })) tally.add([openRow(row)])
}

async function checkWork(books: Books, tally: Tally, nowMs: number): Promise<void> {
  const limit = MOST_OF_A_KIND
  for (const { kind, id, atMs } of await books.overdue(nowMs - OVERDUE_MS, limit)) {
    tally.add([{ code: 'overdue', kind, id, what: `was due ${timeInWords(atMs)}` }])
  }
  const held = { nowMs, untilMs: nowMs + LONGEST_LEASE_MS, limit }
  for (const { kind, id, atMs } of await books.heldBeyond(held)) {
    tally.add([
      { code: 'heldTooLong', kind, id, what: `is due, and held until ${timeInWords(atMs)}` },
    ])
  }
  for (const { scope, key, claimedAtMs } of await books.unfinishedClaims(nowMs - CLAIM_MS, limit)) {
    const what = `began ${timeInWords(claimedAtMs)}, and has no answer`
    tally.add([{ code: 'claimUnfinished', kind: 'idempotencyKey', id: `${scope} ${key}`, what }])
  }
}

function event(code: Found['code'], seq: number, what: string): Found {
  return { code, kind: 'event', id: String(seq), what }
}

function openRow({ accountId, rowId, kind, state, problem, paymentId }: BookedRow): Found {
  const about = paymentId === null ? '' : ` (${paymentId})`
  const what = `is a ${kind}${about}, ${state}${problem === null ? '' : `: ${problem}`}`
  const code = state === 'unmatched' && problem === null ? 'rowUnmatched' : 'rowProblem'
  return { code, kind: 'settlementRow', id: `${accountId} ${rowId}`, what }
}
