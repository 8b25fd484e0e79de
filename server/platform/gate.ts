import type { Clock } from '../../shared/clock.ts'

/** Lets so many in at one time; the others wait in the order in which they came. */
export interface Gate {
  /** `in`: now, or once there is room; `full`: too many wait already; `late`: `waitMs` went by. */
  enter(waitMs: number): Promise<'in' | 'full' | 'late'>
  /** Once by everybody who got in. */
  leave(): void
  isEmpty(): boolean
}

export function createGate(deps: { clock: Clock; most: number; mostWaiting: number }): Gate {
  const { clock, most, mostWaiting } = deps
  const waiting = new Set<() => void>()
  let inside = 0

  return {
    async enter(waitMs) {
      if (inside < most) {
        inside += 1
        return 'in'
      }
      if (waiting.size >= mostWaiting) return 'full'
      return new Promise((resolve) => {
        const cancel = clock.setTimer(waitMs, () => {
          waiting.delete(letIn)
          resolve('late')
        })
        const letIn = (): void => {
          cancel()
          resolve('in')
        }
        waiting.add(letIn)
      })
    },
    leave() {
      const [next] = waiting
      if (!next) {
        inside -= 1
        return
      }
      // The place goes from hand to hand, so that nobody who comes now can take it.
      waiting.delete(next)
      next()
    },
    isEmpty: () => inside === 0,
  }
}
