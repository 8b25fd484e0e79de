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
    async claim(claim) {
      const today = settlementDayAt(claim.nowMs)
      if (today !== plannedFor) await planSettlementDays(deps)
      plannedFor = today
      const days = await deps.store.claimDueSettlementDays(claim)
      return days.map((day) => () => fetchSettlementDay(deps, day))
    },
  }
}
