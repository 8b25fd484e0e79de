import type { InboxRow } from '../store/store.ts'
import type { Deps } from '../usecases/deps.ts'
import { momentOf, retryAtMs } from '../usecases/query-schedule.ts'
import { applyInboxRow } from '../usecases/receive-notification.ts'
import { quarantine } from '../usecases/record-facts.ts'
import type { WorkKind } from './loop.ts'

/** After this long a payment that an event names is surely not ours. */
const GIVE_UP_MS = 24 * 60 * 60 * 1000

/** Events that named a payment which was not here yet when they came. */
export function applyInbox(deps: Deps): WorkKind {
  return {
    name: 'applyInbox',
    nextAtMs: ({ inbox }) => inbox,
    async claim(claim) {
      const rows = await deps.store.claimDueInbox(claim)
      return rows.map((row) => () => applyAgain(deps, row))
    },
  }
}

async function applyAgain(deps: Deps, row: InboxRow): Promise<void> {
  const nowMs = deps.clock.nowMs()
  await deps.store.transaction(async (tx) => {
    if ((await applyInboxRow(tx, deps, row)) === 'applied') {
      await tx.updateInbox({ ...row, state: 'applied', dueAtMs: null })
      return
    }
    if (nowMs - row.receivedAtMs < GIVE_UP_MS) {
      await tx.updateInbox({ ...row, dueAtMs: retryAtMs(row.attempts, momentOf(deps)) })
      return
    }
    for (const fact of row.facts) {
      await quarantine(tx, deps, { fact, paymentId: null, reason: 'unknownPayment' })
    }
    await tx.updateInbox({ ...row, state: 'abandoned', dueAtMs: null })
    const { accountId, eventId } = row
    deps.logger.error('notification.abandoned', { accountId, eventId })
  })
}
