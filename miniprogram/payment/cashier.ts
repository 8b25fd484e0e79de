/** One checkout per order: page → here → client. Pages see outcomes, never actions or requests. */
import {
  type Api,
  type Checkout,
  type CheckoutLimits,
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
import type { Locale } from './locale'
import { type Outcome, outcomeOfProblem, outcomeOfResult } from './outcome'
import type { PendingOrder, PendingOrderStore } from './pending-order'

export interface Cashier {
  /** Opens WeChat's cashier. However often it is called, one attempt runs. Never rejects. */
  pay(order: PendingOrder, progress?: PayProgress): Promise<Outcome>
  /** What became of an earlier attempt, without opening anything; null where there was none. */
  resume(order: PendingOrder): Promise<Outcome | null>
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
  readonly limits?: Partial<CheckoutLimits>
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

  const outcomeFor = async (
    { orderRef }: PendingOrder,
    run: () => Promise<CheckoutResult | null>,
  ): Promise<Outcome | null> => {
    const outcome = await toOutcome(run)
    if (outcome && ENDS_ORDER.has(outcome.kind)) pendingOrders.clear(orderRef)
    return outcome
  }

  return {
    async pay(order, progress) {
      if (progress) watchers.set(order.orderRef, progress)
      // Before WeChat takes over: a program killed there finds its way back at the next launch.
      pendingOrders.write(order)
      const outcome = await outcomeFor(order, () => checkoutFor(order).pay())
      return outcome ?? { kind: 'pending', why: null }
    },
    resume: (order) => outcomeFor(order, () => checkoutFor(order).resume()),
  }
}

const ENDS_ORDER: ReadonlySet<Outcome['kind']> = new Set(['paid', 'missing'])

async function toOutcome(run: () => Promise<CheckoutResult | null>): Promise<Outcome | null> {
  try {
    const result = await run()
    return result && outcomeOfResult(result)
  } catch (error) {
    if (isCheckoutError(error)) return outcomeOfProblem(error)
    return { kind: 'problem', why: null }
  }
}
