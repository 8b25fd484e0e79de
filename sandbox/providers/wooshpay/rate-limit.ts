import type { Clock } from '../../../shared/clock.ts'

/** Counts requests per account within each second of the clock. */
export interface RateLimit {
  /** Whether one more request is let in now; it counts if it is. */
  admits(account: string): boolean
  /** How many were turned away. */
  refused(): number
  reset(): void
}

export function createRateLimit(clock: Clock, perSecond: () => number | null): RateLimit {
  const counted = new Map<string, { second: number; count: number }>()
  let refused = 0
  return {
    admits(account) {
      const second = Math.floor(clock.nowMs() / 1_000)
      const last = counted.get(account)
      const count = last?.second === second ? last.count : 0
      const most = perSecond()
      if (most !== null && count >= most) {
        refused += 1
        return false
      }
      counted.set(account, { second, count: count + 1 })
      return true
    },
    refused: () => refused,
    reset() {
      counted.clear()
      refused = 0
    },
  }
}
