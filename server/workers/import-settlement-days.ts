import type { Deps } from '../usecases/deps.ts'
import {
  fetchSettlementDay,
  planSettlementDays,
  settlementDayAt,
} from '../usecases/settlement-days.ts'
import type { WorkKind } from './loop.ts'

/** Bills by day, of every account that has them: planned once a day, fetched when they are ready. */
export function importSettlementDays(deps: Deps): WorkKind {
  let plannedFor: string | null = null
  return {
    name: 'importSettlementDays',
    nextAtMs: ({ settlementDays }) => settlementDays,
    async plan(nowMs) {
      const today = settlementDayAt(nowMs)
      if (today !== plannedFor) await planSettlementDays(deps)
      plannedFor = today
    },
    async claim(claim) {
      const days = await deps.store.claimDueSettlementDays(claim)
      return days.map((day) => () => fetchSettlementDay(deps, day))
    },
  }
}
