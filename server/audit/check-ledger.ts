import type { Ledger } from '../store/books.ts'
import { checkEvidence } from './check-evidence.ts'
import { checkOrder } from './check-order.ts'
import { checkRefunds } from './check-refunds.ts'
import { checkRows, type ReadDays } from './check-rows.ts'
import { replay } from './replay.ts'
import type { Found } from './tally.ts'

/** What an order alone does not tell. */
export interface Surroundings {
  /** Number of the first event whose evidence was kept; null where none was. */
  readonly firstKept: number | null
  readonly readDays: ReadDays
  /** The only account whose books are compared; null for all. */
  readonly accountId: string | null
}

/** Everything that is wrong with one order and all that belongs to it. Pure. */
export function checkLedger(ledger: Ledger, surroundings: Surroundings): readonly Found[] {
  const replayed = replay(ledger)
  return [
    ...replayed.found,
    ...checkOrder(ledger, replayed),
    ...checkEvidence(ledger, replayed, surroundings.firstKept),
    ...checkRefunds(ledger, replayed),
    ...checkRows(ledger, surroundings),
  ]
}
