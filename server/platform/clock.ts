import type { Clock } from '../../shared/clock.ts'

/** The longest delay that the platform's timers keep; beyond it they would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * The machine's own time. Its timers keep the process alive on purpose: a process with work that is
 * due must not end by itself, and whoever closes a part of it cancels that part's timers.
 */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer(delayMs, task) {
    const dueAtMs = Date.now() + delayMs
    let timer: NodeJS.Timeout
    const arm = (): void => {
      const leftMs = dueAtMs - Date.now()
      timer =
        leftMs > LONGEST_TIMER_MS
          ? setTimeout(arm, LONGEST_TIMER_MS)
          : setTimeout(task, Math.max(0, leftMs))
    }
    arm()
    return () => {
      clearTimeout(timer)
    }
  },
}
