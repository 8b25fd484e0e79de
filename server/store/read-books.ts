import type { Kysely } from 'kysely'
import type { Books } from './books.ts'
import { missingSteps } from './migrate.ts'
import type { Database } from './schema.ts'
import {
  bookedDays,
  endedPayments,
  eventsBehindGaps,
  firstEvidenceSeq,
  heldBeyond,
  named,
  notifications,
  numbersTwice,
  openContradictions,
  openRows,
  orphans,
  overdue,
  unfinishedClaims,
} from './tables/audit.ts'
import { ledgers } from './tables/ledgers.ts'

/** The books over one moment of a database; nothing here writes. */
export function createBooks(db: Kysely<Database>): Books {
  const handle = { db, rowLocks: false }
  return {
    missingSteps: () => missingSteps(db),
    ledgers: (page) => ledgers(handle, page),
    firstEvidenceSeq: () => firstEvidenceSeq(handle),
    eventsBehindGaps: (limit) => eventsBehindGaps(handle, limit),
    orphans: (limit) => orphans(handle, limit),
    numbersTwice: (limit) => numbersTwice(handle, limit),
    notifications: (page) => notifications(handle, page),
    named: (accountId, numbers) => named(handle, accountId, numbers),
    overdue: (beforeMs, limit) => overdue(handle, beforeMs, limit),
    heldBeyond: (held) => heldBeyond(handle, held),
    unfinishedClaims: (beforeMs, limit) => unfinishedClaims(handle, beforeMs, limit),
    quarantine: (limit) => openContradictions(handle, limit),
    openRows: (open) => openRows(handle, open),
    settlementDays: (accountId) => bookedDays(handle, accountId),
    endedPayments: (page) => endedPayments(handle, page),
  }
}
