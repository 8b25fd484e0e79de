import type { Deps } from '../usecases/deps.ts'
import { executeRefund } from '../usecases/execute-refund.ts'
import type { WorkKind } from './loop.ts'

/** Refunds that were written but not sent, sent but not answered, or accepted but not final. */
export function followRefunds(deps: Deps): WorkKind {
  return {
    name: 'followRefunds',
    nextAtMs: ({ refunds }) => refunds,
    async claim(claim) {
      const rows = await deps.store.claimDueRefunds(claim)
      return rows.map((refund) => () => executeRefund(deps, refund, { fresh: false }))
    },
  }
}
