/** Follows an order that is paid somewhere else: in the Mini Program around, or on another phone. */
import type { Clock, Visibility } from '../../../shared/browser.ts'
import type { PageOrder } from './page-data.ts'

export interface OrderWatch {
  /** Looks now, and often again for a while: the payer has just come back. */
  lookNow(): void
  stop(): void
}

export interface OrderWatchOptions {
  /** The server's word; null or a rejection tells nothing, and the watch goes on. */
  readonly read: () => Promise<PageOrder | null>
  readonly clock: Clock
  readonly visibility: Visibility
  /** Once the order is paid or closed; the watch has ended then. */
  readonly onOver: (order: PageOrder) => void
}

/** Close together right after a return, then further apart. */
const PACE_MS = [1_000, 2_000, 3_000, 5_000]
const LAST_PACE_MS = 8_000
/** So long without a return, nobody is waiting in front of this page. */
const PATIENCE_MS = 15 * 60_000

/** Asks only in view, and one question at a time. */
export function watchOrder({ read, clock, visibility, onOver }: OrderWatchOptions): OrderWatch {
  let over = false
  let asked = 0
  let endsAtMs = 0
  let turn = 0
  let cancel = (): void => undefined

  const later = (): void => {
    const delayMs = PACE_MS[asked] ?? LAST_PACE_MS
    asked += 1
    if (!over && clock.nowMs() + delayMs <= endsAtMs) cancel = clock.setTimer(delayMs, ask)
  }
  const ask = (): void => {
    cancel()
    if (over || !visibility.visible()) return
    turn += 1
    const mine = turn
    read().then(
      (order) => {
        if (mine === turn) hear(order)
      },
      () => {
        if (mine === turn) later()
      },
    )
  }
  const hear = (order: PageOrder | null): void => {
    if (over) return
    if (!order || order.status === 'open') later()
    else {
      stop()
      onOver(order)
    }
  }
  const lookNow = (): void => {
    asked = 0
    endsAtMs = clock.nowMs() + PATIENCE_MS
    ask()
  }
  const endView = visibility.onChange(() => {
    if (visibility.visible()) lookNow()
    else cancel()
  })
  const stop = (): void => {
    over = true
    cancel()
    endView()
  }
  return { lookNow, stop }
}
