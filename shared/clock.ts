/** Time as an injected dependency: everything that waits or stamps asks a clock, never the platform. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number
  /** Runs `task` once after `delayMs`; the answer cancels it, and may be called at any time. */
  setTimer(delayMs: number, task: () => void): CancelTimer
}

export type CancelTimer = () => void

/** Resolves after `delayMs` on that clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(delayMs, resolve)
  })
}
