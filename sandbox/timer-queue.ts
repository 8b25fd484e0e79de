import type { CancelTimer } from '../shared/clock.ts'

interface Timer {
  readonly atMs: number
  readonly task: () => void
}

/** Timers in the order in which they fall due; equal times keep the order in which they were set. */
export interface TimerQueue {
  add(atMs: number, task: () => void): CancelTimer
  /** Takes out the first timer due at or before that time, or nothing. */
  takeDue(untilMs: number): Timer | undefined
  nextAtMs(): number | null
  clear(): void
}

export function createTimerQueue(): TimerQueue {
  let timers: Timer[] = []

  return {
    add(atMs, task) {
      const timer: Timer = { atMs, task }
      timers.splice(firstLater(timers, atMs), 0, timer)
      return () => {
        const index = timers.indexOf(timer)
        if (index >= 0) timers.splice(index, 1)
      }
    },
    takeDue(untilMs) {
      const first = timers[0]
      return first && first.atMs <= untilMs ? timers.shift() : undefined
    },
    nextAtMs: () => timers[0]?.atMs ?? null,
    clear() {
      timers = []
    },
  }
}

function firstLater(timers: readonly Timer[], atMs: number): number {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const timer = timers[middle]
    if (timer && timer.atMs <= atMs) low = middle + 1
    else high = middle
  }
  return low
}
