import { AsyncLocalStorage } from 'node:async_hooks'
import { sql } from 'kysely'
import { type Clock, sleep } from '../../shared/clock.ts'
import { ChangeEmitter, ChangeLog } from './changes.ts'
import {
  claimDueDeliveries,
  claimDueInbox,
  claimDueOrderCentrePaths,
  claimDuePayments,
  claimDueRefunds,
  claimDueSettlementDays,
  claimDueShipments,
  nextDue,
} from './claims.ts'
import type { Engine } from './engine.ts'
import { writeEvents } from './event-outbox.ts'
import { migrateToLatest } from './migrate.ts'
import { createBooks } from './read-books.ts'
import { createReads, type Run } from './reads.ts'
import type { Change, Store, StoreTransaction } from './store.ts'
import { claimIdempotency, finishIdempotency, releaseIdempotency } from './tables/idempotency.ts'
import { webhookBacklog } from './tables/webhook-deliveries.ts'
import { createTransaction, PendingEvents } from './transaction.ts'

/** About ten seconds in all: longer than any honest transaction, shorter than a payer's patience. */
const REPEATS = 50
const LONGEST_PAUSE_MS = 250

/** The store over one database, whichever it is. */
export function createSqlStore(engine: Engine, clock: Clock): Store {
  const emitter = new ChangeEmitter()
  const inTransaction = new AsyncLocalStorage<{ open: boolean }>()
  let closing: Promise<void> | undefined

  const assertOpen = (): void => {
    if (closing) throw new Error('The store is closed.')
  }

  /** A store method that waits for a connection inside a transaction could wait for itself. */
  const run: Run = async (work) => {
    if (inTransaction.getStore()?.open) {
      throw new Error(
        'Inside a transaction, use the methods of its `tx`, never those of the store.',
      )
    }
    assertOpen()
    return repeating(engine, clock, () => work({ db: engine.db, rowLocks: engine.rowLocks }))
  }

  /** Work that holds a connection, inside of which the store's own methods are refused. */
  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    run(() => {
      const scope = { open: true }
      return inTransaction.run(scope, work).finally(() => {
        scope.open = false
      })
    })

  const transaction = async <T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> => {
    const { result, changes } = await exclusive(() => runTransaction(engine, work))
    emitter.emit(changes)
    return result
  }

  return {
    ...createReads(run),
    transaction,
    snapshot: (work) => exclusive(() => engine.snapshot((db) => work(createBooks(db)))),
    onChange: (listener) => {
      assertOpen()
      engine.hearOthers((changes) => emitter.emit(changes))
      return emitter.subscribe(listener)
    },
    claimDuePayments: (claim) => run((handle) => claimDuePayments(handle, claim)),
    claimDueRefunds: (claim) => run((handle) => claimDueRefunds(handle, claim)),
    claimDueInbox: (claim) => run((handle) => claimDueInbox(handle, claim)),
    claimDueSettlementDays: (claim) => run((handle) => claimDueSettlementDays(handle, claim)),
    claimDueOrderCentrePaths: (claim) => run((handle) => claimDueOrderCentrePaths(handle, claim)),
    claimDueShipments: (claim) => run((handle) => claimDueShipments(handle, claim)),
    claimDueDeliveries: (claim) => run((handle) => claimDueDeliveries(handle, claim)),
    webhookBacklog: () => run(webhookBacklog),
    nextDue: () => run(nextDue),
    claimIdempotency: (claim) => run((handle) => claimIdempotency(handle, claim)),
    finishIdempotency: (claim, answer) => run((handle) => finishIdempotency(handle, claim, answer)),
    releaseIdempotency: (claim) => run((handle) => releaseIdempotency(handle, claim)),
    migrate: () => run(({ db }) => migrateToLatest(db)),
    ping: () =>
      run(async ({ db }) => {
        await sql`select 1`.execute(db)
      }),
    close: () => {
      emitter.clear()
      closing ??= engine.close()
      return closing
    },
  }
}

async function runTransaction<T>(
  engine: Engine,
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<{ result: T; changes: readonly Change[] }> {
  const changes = new ChangeLog()
  const result = await engine.db
    .transaction()
    .setIsolationLevel('read committed')
    .execute(async (db) => {
      const handle = { db, rowLocks: engine.rowLocks }
      const events = new PendingEvents((pending) =>
        writeEvents(handle, pending, { changes, lockEvents: () => engine.lockEvents(handle) }),
      )
      const answer = await work(createTransaction(handle, { changes, events }))
      await events.flush()
      await engine.announce(handle, changes.list())
      return answer
    })
  return { result, changes: changes.list() }
}

async function repeating<T>(engine: Engine, clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await work()
    } catch (error) {
      if (repeats === REPEATS || !engine.isWorthRepeating(error)) throw engine.translate(error)
    }
    await sleep(clock, Math.min(2 ** repeats, LONGEST_PAUSE_MS))
  }
}
