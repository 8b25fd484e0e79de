/** Pays orders of this shop: page → here → client. Pages see screens, never actions or requests. */
import {
  type Api,
  type Checkout,
  type CheckoutResult,
  type ClientStorage,
  type Clock,
  createCheckout,
  createWxBridge,
  isCheckoutError,
  type Session,
  type Visibility,
  type WxPayment,
} from 'wechat-pay-client'
import type { Locale } from '../texts/language'
import type { PendingOrder, PendingOrderStore } from './pending-order'
import { type Screen, screenOfProblem, screenOfResult } from './screen'

export interface Cashier {
  /** Opens WeChat's cashier. However often it is called, one attempt runs. Never rejects. */
  pay(order: PendingOrder, progress?: PayProgress): Promise<Screen>
  /** What became of an earlier attempt, without opening anything; null where there was none. */
  resume(order: PendingOrder): Promise<Screen | null>
}

export interface PayProgress {
  /** WeChat's cashier is gone; the server is being asked what became of it. */
  readonly confirming: () => void
}

export interface CashierOptions {
  readonly api: Api
  readonly session: Session
  readonly storage: ClientStorage
  readonly clock: Clock
  readonly visibility: Visibility
  readonly newKey: () => string
  readonly locale: Locale
  readonly wx: WxPayment
  /** `wx.getSystemInfoSync().platform`. */
  readonly platform: string
  readonly pendingOrders: PendingOrderStore
}

export function createCashier(options: CashierOptions): Cashier {
  const { pendingOrders, locale, wx, platform } = options
  const cashierOfWechat = createWxBridge({ wx, platform })
  const checkouts = new Map<string, Checkout>()
  const watchers = new Map<string, PayProgress>()

  /** One checkout per order for the whole program, so that two pages share its attempt. */
  const checkoutFor = ({ orderRef, checkoutToken }: PendingOrder): Checkout => {
    const open = checkouts.get(orderRef)
    if (open) return open
    const checkout = createCheckout({
      ...options,
      orderRef,
      request: {
        scene: 'miniProgram',
        locale,
        ...(checkoutToken === null ? {} : { checkoutToken }),
      },
      bridge: {
        async invoke(action) {
          const result = await cashierOfWechat.invoke(action)
          watchers.get(orderRef)?.confirming()
          return result
        },
      },
    })
    checkouts.set(orderRef, checkout)
    return checkout
  }

  const screenFor = async (
    { orderRef }: PendingOrder,
    run: () => Promise<CheckoutResult | null>,
  ): Promise<Screen | null> => {
    const screen = await toScreen(run)
    if (screen && ENDS_ORDER.has(screen.kind)) pendingOrders.clear(orderRef)
    return screen
  }

  return {
    async pay(order, progress) {
      if (progress) watchers.set(order.orderRef, progress)
      // Before WeChat takes over: a program killed there finds its way back at the next launch.
      pendingOrders.write(order)
      const screen = await screenFor(order, () => checkoutFor(order).pay())
      return screen ?? { kind: 'pending', why: null }
    },
    resume: (order) => screenFor(order, () => checkoutFor(order).resume()),
  }
}

const ENDS_ORDER: ReadonlySet<Screen['kind']> = new Set(['paid', 'missing'])

async function toScreen(run: () => Promise<CheckoutResult | null>): Promise<Screen | null> {
  try {
    const result = await run()
    return result && screenOfResult(result)
  } catch (error) {
    if (isCheckoutError(error)) return screenOfProblem(error)
    return { kind: 'problem', why: null }
  }
}
