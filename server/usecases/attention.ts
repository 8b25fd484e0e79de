import type { CancelTimer, Clock } from '../../shared/clock.ts'

/**
 * Payments that somebody is looking at right now. However many watch one payment in this process,
 * it is nudged once per interval, so the provider is never asked more often because of them.
 */
export interface Attention {
  /** Nudges at once and then every `intervalMs`, until the answer is called. */
  watch(paymentId: string, intervalMs: number): () => void
  close(): void
}

export function createAttention(
  clock: Clock,
  nudge: (paymentId: string) => Promise<void>,
): Attention {
  const watched = new Map<string, { watchers: number; cancel: CancelTimer }>()

  function arm(paymentId: string, intervalMs: number): CancelTimer {
    return clock.setTimer(intervalMs, () => {
      const entry = watched.get(paymentId)
      if (!entry) return
      entry.cancel = arm(paymentId, intervalMs)
      void nudge(paymentId)
    })
  }

  return {
    watch(paymentId, intervalMs) {
      const entry = watched.get(paymentId)
      if (entry) entry.watchers += 1
      else {
        watched.set(paymentId, { watchers: 1, cancel: arm(paymentId, intervalMs) })
        void nudge(paymentId)
      }
      let watching = true
      return () => {
        const current = watched.get(paymentId)
        if (!watching || !current) return
        watching = false
        current.watchers -= 1
        if (current.watchers > 0) return
        current.cancel()
        watched.delete(paymentId)
      }
    },
    close() {
      for (const { cancel } of watched.values()) cancel()
      watched.clear()
    },
  }
}
