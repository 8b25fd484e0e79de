import { bySimulation, bySuite, type PlantedBug } from '../bug.ts'

const RECEIVE = 'server/usecases/receive-notification.ts'

const STORING = `  const known = await deps.store.transaction(async (tx) => {
    if (!(await tx.insertInbox(row))) return true
    const state = await applyInboxRow(tx, deps, row)
    if (state === 'waiting') {
      await tx.updateInbox({ ...row, state, dueAtMs: deps.clock.nowMs() + WAIT_FOR_PAYMENT_MS })
    }
    return false
  })
`

/** What providers tell us: on disk before it is acknowledged, and applied once. */
export const INBOX_BUGS: readonly PlantedBug[] = [
  {
    name: 'inbox-takes-repeats-for-new',
    what: 'the inbox says of every event that it is new',
    promise: 'I3',
    file: 'server/store/tables/inbox.ts',
    find: 'return result.numInsertedOrUpdatedRows === 1n',
    replace: 'return result.numInsertedOrUpdatedRows !== undefined',
    foundBy: bySuite('contract/store/sqlite-memory.test.ts'),
  },
  {
    name: 'acknowledged-before-stored',
    what: 'the provider hears yes at once, and the event is stored afterwards',
    promise: 'I7',
    file: RECEIVE,
    find: STORING,
    replace: STORING.replace('const known = await ', 'const known = false\n  void ').replace(
      '    return false\n  })',
      '    return false\n  }).catch(() => true)',
    ),
    foundBy: bySuite('unit/server/usecases/receive-notification.test.ts'),
  },
  {
    name: 'acknowledged-though-not-stored',
    what: 'the provider hears yes also where the event could not be stored',
    promise: 'I7',
    file: RECEIVE,
    find: STORING,
    replace: STORING.replace('    return false\n  })', '    return false\n  }).catch(() => true)'),
    foundBy: bySuite('unit/server/usecases/receive-notification.test.ts'),
  },
  {
    name: 'facts-applied-outside-the-transaction',
    what: 'the event is stored in one transaction, and applied in the next one',
    promise: 'I7',
    file: RECEIVE,
    find: STORING,
    replace: `  const isNew = await deps.store.transaction((tx) => tx.insertInbox(row))
  const known = !isNew
  if (isNew) await deps.store.transaction((tx) => applyInboxRow(tx, deps, row))
`,
    foundBy: bySuite('unit/server/usecases/receive-notification.test.ts'),
  },
  {
    name: 'unknown-payment-dropped',
    what: 'an event about a payment that is not here yet is taken for done',
    promise: 'I2',
    file: RECEIVE,
    find: "  return waiting ? 'waiting' : 'applied'",
    replace: "  return waiting && row.facts.length === 0 ? 'waiting' : 'applied'",
    foundBy: bySuite('unit/server/usecases/receive-notification.test.ts'),
  },
  {
    name: 'waiting-event-never-tried-again',
    what: 'an event that waits for its payment has no time at which it is tried again',
    promise: 'I2',
    file: RECEIVE,
    find: 'await tx.updateInbox({ ...row, state, dueAtMs: deps.clock.nowMs() + WAIT_FOR_PAYMENT_MS })',
    replace: 'await tx.updateInbox({ ...row, state })',
    foundBy: bySuite('unit/server/usecases/receive-notification.test.ts'),
  },
  {
    name: 'waiting-event-given-up-early',
    what: 'an event about an unknown payment is given up with its first try',
    promise: 'I2',
    file: 'server/workers/apply-inbox.ts',
    find: 'if (nowMs - row.receivedAtMs < GIVE_UP_MS) {',
    replace: 'if (nowMs - row.receivedAtMs > GIVE_UP_MS) {',
    foundBy: bySuite('unit/server/usecases/reconcile.test.ts'),
  },
  {
    name: 'reason-to-ask-not-followed',
    what: 'a notification that says nothing itself does not make the payment due',
    promise: 'I2',
    file: RECEIVE,
    find: "  if (payment.status !== 'paid') await tx.updatePayment({ ...told, ...now })\n  else if",
    replace: '  if',
    foundBy: bySimulation(60),
  },
  {
    name: 'events-after-the-commit',
    what: 'events are written by a connection of their own, once the state is committed',
    promise: 'I10',
    file: 'server/store/sql-store.ts',
    find: `      const events = new PendingEvents((pending) =>
        writeEvents(handle, pending, { changes, lockEvents: () => engine.lockEvents(handle) }),
      )
      const answer = await work(createTransaction(handle, { changes, events }))
      await events.flush()
`,
    replace: `      const outside = { db: engine.db, rowLocks: engine.rowLocks }
      const events = new PendingEvents((pending) =>
        writeEvents(outside, pending, { changes, lockEvents: async () => undefined }),
      )
      const answer = await work(createTransaction(handle, { changes, events }))
      void events.flush().catch(() => undefined)
`,
    foundBy: bySuite('contract/store/sqlite-memory.test.ts'),
  },
]
