import type { Deps } from '../usecases/deps.ts'
import { queryPayment } from '../usecases/query-payment.ts'
import type { WorkKind } from './loop.ts'

/** Payments that need a look at their provider: on schedule, on a notification, at their end. */
export function reconcilePayments(deps: Deps): WorkKind {
  return {
    name: 'reconcilePayments',
    nextAtMs: ({ payments }) => payments,
    async claim(claim) {
      const rows = await deps.store.claimDuePayments(claim)
      return rows.map((payment) => () => queryPayment(deps, payment))
    },
  }
}
