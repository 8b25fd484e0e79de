const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/**
 * How long after each failed attempt the next one is made: the timetable that Standard Webhooks
 * proposes, 75 hours and a half with the first attempt, which is made at once.
 */
export const RETRY_GAPS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
]

/** Spreads what failed together, such as a whole backlog; only ever later. */
const JITTER_SHARE = 0.1
const MOST_JITTER_MS = 5 * MINUTE_MS
/** A receiver may ask for patience, but not for ever. */
const LONGEST_ASKED_MS = 24 * HOUR_MS

export interface FailedAttempt {
  /** Failed attempts so far, this one counted. */
  readonly failures: number
  readonly nowMs: number
  /** From 0 up to, not including, 1. */
  readonly random: number
  /** What the receiver asked for; null where it asked for nothing. */
  readonly retryAfterMs: number | null
}

/** When to try again; null after the last attempt of the timetable. Pure. */
export function nextAttemptAtMs(attempt: FailedAttempt): number | null {
  const { failures, nowMs, random, retryAfterMs } = attempt
  const gapMs = RETRY_GAPS_MS[failures - 1]
  if (gapMs === undefined) return null
  const waitMs = Math.max(gapMs, Math.min(retryAfterMs ?? 0, LONGEST_ASKED_MS))
  return Math.ceil(nowMs + waitMs + random * Math.min(gapMs * JITTER_SHARE, MOST_JITTER_MS))
}
