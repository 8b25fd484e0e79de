import type { Clock } from '../../../../../shared/clock.ts'

export interface ManualClock extends Clock {
  /** Moves the time and runs what becomes due, in the order in which it was set. */
  advance(ms: number): void
  pending(): number
}

/** Time that moves only when a test says so. */
export function manualClock(startMs = Date.UTC(2026, 5, 24, 10, 15)): ManualClock {
  let nowMs = startMs
  const timers = new Set<{ atMs: number; task: () => void }>()
  return {
    nowMs: () => nowMs,
    setTimer(delayMs, task) {
      const timer = { atMs: nowMs + delayMs, task }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    advance(ms) {
      nowMs += ms
      for (const timer of timers) {
        if (timer.atMs > nowMs) continue
        timers.delete(timer)
        timer.task()
      }
    },
    pending: () => timers.size,
  }
}
