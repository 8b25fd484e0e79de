import type { Clock } from '../../shared/clock.ts'

/** So many at once, and from then on so many a minute. */
export interface Rate {
  readonly perMinute: number
  readonly burst: number
}

/** Spends one token of that key and answers 0, or the milliseconds until there is one. */
export type RateLimiter = (key: string) => number

/** Of one token; a key earns `perMinute` units each millisecond, so that all sums are whole. */
const UNITS = 60_000
/** Beyond so many keys the one that was silent for longest is forgotten. */
const MOST_KEYS = 20_000

/**
 * A token bucket per key: in no stretch of time `t` more than `burst + t × rate` pass. In memory and
 * per process: nothing true depends on it, so it need not outlive anything, and of N processes each
 * counts for itself. Memory is bounded: somebody with more keys than are kept is limited less
 * strictly, and nobody else is harmed.
 */
export function createRateLimiter(deps: {
  clock: Clock
  rate: Rate
  mostKeys?: number
}): RateLimiter {
  const { clock, rate, mostKeys = MOST_KEYS } = deps
  const full = rate.burst * UNITS
  /** Oldest use first. */
  const buckets = new Map<string, { units: number; atMs: number }>()

  return (key) => {
    const nowMs = Math.floor(clock.nowMs())
    const kept = buckets.get(key) ?? { units: full, atMs: nowMs }
    // A clock that was set back earns nothing twice.
    const earned = Math.max(0, nowMs - kept.atMs) * rate.perMinute
    const units = Math.min(full, kept.units + earned)
    const passes = units >= UNITS
    buckets.delete(key)
    buckets.set(key, {
      units: passes ? units - UNITS : units,
      atMs: Math.max(nowMs, kept.atMs),
    })
    if (buckets.size > mostKeys) forgetOldest(buckets)
    return passes ? 0 : Math.ceil((UNITS - units) / rate.perMinute)
  }
}

function forgetOldest(buckets: Map<string, unknown>): void {
  const [oldest] = buckets.keys()
  if (oldest !== undefined) buckets.delete(oldest)
}
