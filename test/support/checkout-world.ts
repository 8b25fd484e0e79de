import { VirtualClock } from '../../sandbox/clock.ts'
import { createCheckout } from '../../shared/client/checkout.ts'
import type {
  BridgeResult,
  Checkout,
  CheckoutOptions,
  ClientStorage,
} from '../../shared/client/types.ts'
import type { Clock } from '../../shared/clock.ts'
import type { ClientAction } from '../../shared/contract/client-action.ts'
import { CheckoutServer } from './checkout-server.ts'

export const START_MS = Date.parse('2026-03-01T08:00:00.000Z')

/** A payer with a phone: time, storage, a page that can be hidden, a cashier that can be silent. */
export interface CheckoutWorld {
  readonly clock: VirtualClock
  readonly server: CheckoutServer
  readonly storage: ClientStorage & { readonly entries: Map<string, string> }
  /** What the cashier was opened with. */
  readonly opened: ClientAction[]
  /** The cashier's answer to the latest opening. */
  answer(result: BridgeResult): Promise<void>
  /** Times that a surface was taken down because the verdict came first. */
  closed(): number
  /** Timers and listeners that the client holds at the moment. */
  held(): { timers: number; listeners: number }
  show(visible: boolean): Promise<void>
  /** A page that has just been loaded, with the same storage. */
  page(options?: Partial<CheckoutOptions>): Checkout
}

export function createCheckoutWorld(): CheckoutWorld {
  const clock = new VirtualClock(START_MS)
  const server = new CheckoutServer(clock)
  const entries = new Map<string, string>()
  const opened: ClientAction[] = []
  const timed = countTimers(clock)
  const listeners = new Set<() => void>()
  let visible = true
  let answerBridge: (result: BridgeResult) => void = () => undefined
  let closings = 0
  let keys = 0
  const storage = {
    entries,
    get: (key: string) => entries.get(key) ?? null,
    set: (key: string, value: string) => void entries.set(key, value),
    remove: (key: string) => void entries.delete(key),
  }

  return {
    clock,
    server,
    storage,
    opened,
    closed: () => closings,
    held: () => ({ timers: timed.open(), listeners: listeners.size }),
    async answer(result) {
      answerBridge(result)
      await clock.advance(0)
    },
    async show(now) {
      visible = now
      for (const listener of listeners) listener()
      await clock.advance(0)
    },
    page: (options) =>
      createCheckout({
        orderRef: 'order1',
        request: { scene: 'miniProgram' },
        api: server,
        session: { token: async () => null, renew: async () => null },
        bridge: {
          invoke(action) {
            opened.push(action)
            return new Promise((resolve) => {
              answerBridge = resolve
            })
          },
          close: () => {
            closings += 1
          },
        },
        storage,
        clock: timed.clock,
        newKey: () => {
          keys += 1
          return `key-number-${keys}`
        },
        visibility: {
          visible: () => visible,
          onChange(listener) {
            listeners.add(listener)
            return () => listeners.delete(listener)
          },
        },
        ...options,
      }),
  }
}

/** The same clock, and how many of its timers are still to fire. */
export function countTimers(clock: Clock): { clock: Clock; open(): number } {
  const open = new Set<object>()
  return {
    open: () => open.size,
    clock: {
      nowMs: () => clock.nowMs(),
      setTimer(delayMs, task) {
        const timer = {}
        open.add(timer)
        const cancel = clock.setTimer(delayMs, () => {
          open.delete(timer)
          task()
        })
        return () => {
          open.delete(timer)
          cancel()
        }
      },
    },
  }
}

/** Follows a promise without awaiting it, so that a test can move the time meanwhile. */
export function follow<T>(promise: Promise<T>): { value?: T; error?: unknown; settled: boolean } {
  const followed: { value?: T; error?: unknown; settled: boolean } = { settled: false }
  promise.then(
    (value) => Object.assign(followed, { value, settled: true }),
    (error: unknown) => Object.assign(followed, { error, settled: true }),
  )
  return followed
}
