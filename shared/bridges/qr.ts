import type { Bridge, BridgeResult } from '../client/types.ts'
import type { Clock } from '../clock.ts'
import type { ClientAction } from '../contract/client-action.ts'
import { bridgeByAction } from './by-action.ts'
import { unavailable } from './unavailable.ts'

export interface QrCode {
  /** Text to draw, or null where there is a picture. */
  readonly content: string | null
  /** A `data:` picture, or null where there is a text. */
  readonly image: string | null
  /** Time left, rounded up to full seconds; null where this device's clock cannot be right. */
  readonly remainingMs: number | null
  /** The payer closed the code. */
  readonly close: () => void
}

export interface QrBridgeOptions {
  readonly clock: Clock
  /** Called with the code, then every second with what is left, then once with null: take it away. */
  readonly render: (code: QrCode | null) => void
}

const TICK_MS = 1_000

/** A code for the payer's phone. Open until closed, expired, or replaced; one at a time. */
export function createQrBridge({ clock, render }: QrBridgeOptions): Bridge {
  /** Ends the code on show. */
  let end: (result: BridgeResult) => void = () => undefined
  const close = () => end({ surface: 'none', reason: 'superseded' })

  async function invoke(action: Extract<ClientAction, { kind: 'qrCode' }>): Promise<BridgeResult> {
    const { content, image, expiresAt } = action
    if (!content && !image) return unavailable('unsupportedAction', 'qrCode')
    close()
    const expiresAtMs = Date.parse(expiresAt)
    // A fresh code cannot have expired: then the device's clock is wrong, and the server decides.
    const counting = expiresAtMs > clock.nowMs()
    return new Promise((resolve) => {
      let cancel = (): void => undefined
      let open = true
      const mine = (result: BridgeResult): void => {
        if (!open) return
        open = false
        cancel()
        render(null)
        resolve(result)
      }
      end = mine
      function tick(): void {
        const leftMs = expiresAtMs - clock.nowMs()
        const remainingMs = counting ? Math.ceil(leftMs / TICK_MS) * TICK_MS : null
        if (remainingMs !== null && remainingMs <= 0) mine({ surface: 'none', reason: 'expired' })
        else {
          render({ content, image, remainingMs, close: () => mine({ surface: 'dismissed' }) })
          if (counting) cancel = clock.setTimer(leftMs % TICK_MS || TICK_MS, tick)
        }
      }
      tick()
    })
  }

  return bridgeByAction({ qrCode: { invoke, close } })
}
