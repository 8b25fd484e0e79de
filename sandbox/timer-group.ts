import type { CancelTimer, Clock } from '../shared/clock.ts'

/** Timers that can be called off together. */
export interface TimerGroup {
  later(delayMs: number, task: () => void): CancelTimer
  cancelAll(): void
}

export function createTimerGroup(clock: Clock): TimerGroup {
  const running = new Set<CancelTimer>()
  return {
    later(delayMs, task) {
      const cancelTimer = clock.setTimer(delayMs, () => {
        running.delete(cancel)
        task()
      })
      const cancel = () => {
        running.delete(cancel)
        cancelTimer()
      }
      running.add(cancel)
      return cancel
    },
    cancelAll() {
      for (const cancel of running) cancel()
    },
  }
}
