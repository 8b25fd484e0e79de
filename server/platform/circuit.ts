import type { Clock } from '../../shared/clock.ts'

/** What a call said about the health of the one who was asked; `unclear` where it said nothing. */
export type CallOutcome = 'well' | 'ill' | 'unclear'

export interface Circuit {
  /** How long nobody shall ask yet, in ms; null where asking is allowed now. */
  refusalMs(): number | null
  /** Notes that a call begins. The answer is told, once, how it ended. */
  begin(): (outcome: CallOutcome) => void
  /** Whether calls go through as if nothing had ever happened. */
  isClosed(): boolean
}

/** What an operator wants to know of a circuit. */
export type CircuitChange =
  | { readonly kind: 'opened' | 'stillOpen'; readonly failures: number; readonly pauseMs: number }
  | { readonly kind: 'closed'; readonly openMs: number }

/** So many failures in a row, none older than the memory, and the circuit opens. */
const FAILURES_TO_OPEN = 5
const MEMORY_MS = 60_000
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

/**
 * Remembers whether somebody is worth asking. After failures in a row it is open: nobody asks until a
 * pause is over, then one call finds out, and the pause grows with each that fails. Any success
 * closes it. On our own clock and random, because the libraries that do this read the wall clock,
 * which a simulated clock cannot move.
 */
export function createCircuit(deps: {
  clock: Clock
  random: () => number
  report: (change: CircuitChange) => void
}): Circuit {
  const { clock, random, report } = deps
  let failures = 0
  let lastFailureAtMs = 0
  let open: Open | null = null

  const pause = (pauses: number): number => {
    const grownMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(pauses, 20), LONGEST_PAUSE_MS)
    // From three to five quarters, so that several processes do not find out at the same moment.
    return Math.ceil(grownMs * (0.75 + random() / 2))
  }

  const succeed = (): void => {
    failures = 0
    if (!open) return
    const openMs = clock.nowMs() - open.sinceMs
    open = null
    report({ kind: 'closed', openMs })
  }

  const fail = (probed: Open | null): void => {
    const nowMs = clock.nowMs()
    const isRecent = nowMs - lastFailureAtMs <= MEMORY_MS
    failures = open || isRecent ? failures + 1 : 1
    lastFailureAtMs = nowMs
    if (open) {
      // Calls that began before it opened tell nothing new; only the one sent to find out does.
      if (probed !== open) return
      const pauseMs = pause(open.pauses)
      open = { ...open, untilMs: nowMs + pauseMs, pauses: open.pauses + 1, probing: false }
      report({ kind: 'stillOpen', failures, pauseMs })
    } else if (failures >= FAILURES_TO_OPEN) {
      const pauseMs = pause(0)
      open = { sinceMs: nowMs, untilMs: nowMs + pauseMs, pauses: 1, probing: false }
      report({ kind: 'opened', failures, pauseMs })
    }
  }

  return {
    refusalMs() {
      if (!open) return null
      const leftMs = open.untilMs - clock.nowMs()
      if (leftMs > 0) return leftMs
      return open.probing ? FIRST_PAUSE_MS : null
    },
    begin() {
      const probed = open
      if (probed) probed.probing = true
      return (outcome) => {
        if (outcome === 'well') succeed()
        else if (outcome === 'ill') fail(probed)
        else if (probed) probed.probing = false
      }
    },
    isClosed: () => open === null && failures === 0,
  }
}

interface Open {
  readonly sinceMs: number
  readonly untilMs: number
  readonly pauses: number
  /** One call is on its way to find out. */
  probing: boolean
}
