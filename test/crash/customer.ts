import { setTimeout } from 'node:timers/promises'
import type { Sandbox } from '../../sandbox/index.ts'
import type { BookedPayment } from '../../sandbox/simulator.ts'
import { Refused } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { type BegunPayment, type Deed, Payer } from '../../scripts/demo/payer.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { History } from './history.ts'

/** Where a customer pays: an account, and a scene that it serves. */
export interface Line {
  readonly accountId: string
  readonly scene: Scene
  readonly currency: string
}

export interface Shop {
  readonly url: string
  readonly sandbox: Sandbox
  readonly history: History
  /** True once nobody may be kept waiting any longer. */
  isOver(): boolean
}

const PRICE_MINOR = 1999
const PAUSE_MS = 120
const MOST_TAPS = 6
const MOST_LOOKS = 5

/** Not even after the servers were left alone did anybody answer. */
class Unanswered extends Error {}

/**
 * A careful customer and a careful merchant: each repeats, under the same key, what got no answer,
 * and writes down every answer. All steps throw Refused where the server says no for good.
 */
export class Customer {
  readonly orderRef: string
  readonly merchant: Merchant
  readonly #shop: Shop
  readonly #payer: Payer
  #checkoutToken = ''

  constructor(shop: Shop, orderRef: string) {
    this.#shop = shop
    this.orderRef = orderRef
    this.merchant = new Merchant(shop.url, SANDBOX_API_KEY)
    this.#payer = new Payer(shop.url, shop.sandbox)
  }

  async order({ scene, currency }: Line): Promise<CreatedOrder> {
    const price = { value: PRICE_MINOR, currency }
    const { orders, orderRefs } = this.#shop.history
    orderRefs.add(this.orderRef)
    const order = await this.told(`order-${this.orderRef}`, () => {
      return this.merchant.order(this.orderRef, price)
    })
    orders.set(this.orderRef, price)
    this.#checkoutToken = order.checkoutToken
    await this.persist(`login ${this.orderRef}`, () => this.#payer.open(scene, order))
    return order
  }

  /** Opens the cashier. At a till it is the merchant who does, with the code of the phone. */
  async begin({ scene, accountId }: Line, key: string): Promise<BegunPayment> {
    const { orderRef } = this
    const payment = await this.told(key, (): Promise<BegunPayment> => {
      if (scene === 'paymentCode') {
        const paymentCode = `13${orderRef.replace(/\D/g, '').padStart(16, '0')}`
        return this.merchant.payByCode({ orderRef, accountId, paymentCode })
      }
      const checkoutToken = this.#checkoutToken
      return this.#payer.frontEnd.pay(orderRef, { scene, accountId, key, checkoutToken })
    })
    this.#shop.history.payments.set(key, { orderRef, paymentId: payment.paymentId })
    return payment
  }

  /** Taps as often as it takes to be done, or to see that the payment cannot be paid any more. */
  async act(payment: BegunPayment, deed: Deed): Promise<void> {
    const { outTradeNo } = await this.persist(`payment ${payment.paymentId}`, () => {
      return this.merchant.payment(payment.paymentId)
    })
    for (let taps = 0; taps < MOST_TAPS; taps += 1) {
      const there = bookedAs(this.#shop.sandbox, outTradeNo)
      if (there?.state === 'paid') return this.#comeBack(payment)
      if (there !== undefined && there.state !== 'open') return
      try {
        await this.#payer.act(payment, deed, outTradeNo)
        return
      } catch {
        await setTimeout(PAUSE_MS)
      }
    }
  }

  /** The verdict on the payer's screen; `pending` where it does not come soon. */
  async verdict({ paymentId }: BegunPayment): Promise<string> {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const { verdict } = await this.persist(`verdict ${paymentId}`, () => {
        return this.#payer.frontEnd.verdict(paymentId, 1_000)
      })
      this.#shop.history.saw(paymentId, verdict)
      if (verdict !== 'pending') return verdict
    }
    return 'pending'
  }

  async refund({ paymentId }: BegunPayment, key: string, value: number): Promise<void> {
    const currency = this.#shop.history.orders.get(this.orderRef)?.currency ?? 'CNY'
    const amount = { value, currency }
    const { refundId } = await this.told(key, () => this.merchant.refund(paymentId, key, amount))
    this.#shop.history.refunds.set(refundId, { paymentId, amount })
  }

  async close(): Promise<void> {
    await this.persist(`close-${this.orderRef}`, () => this.merchant.close(this.orderRef))
    this.#shop.history.closed.add(this.orderRef)
  }

  /** Repeats until there is an answer that lasts, and writes it down under its key. */
  async told<T>(key: string, ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await this.persist(key, ask)
      this.#shop.history.answered(key, answer)
      return answer
    } catch (error) {
      // Refusals of the rules are kept; whoever was not let in may be let in next time.
      if (error instanceof Refused && [409, 422].includes(error.problem.status)) {
        this.#shop.history.answered(key, error.problem)
      }
      throw error
    }
  }

  /** Repeats until there is an answer that is not an invitation to repeat. */
  async persist<T>(what: string, ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (error instanceof Refused && !isInvitation(error)) {
          this.#shop.history.refused(error.problem.code)
          throw error
        }
        if (this.#shop.isOver()) {
          this.#shop.history.unanswered.push(`${what}: ${String(error)}`)
          throw new Unanswered(what, { cause: error })
        }
        await setTimeout(PAUSE_MS)
      }
    }
  }

  /** Paid, and then the shop did not answer: the browser still stands on the way back to it. */
  async #comeBack({ clientAction }: BegunPayment): Promise<void> {
    if (clientAction?.kind !== 'redirect') return
    // Whoever cannot be reached now is told by a notification later.
    await this.#payer.frontEnd.visit(clientAction.url).catch(() => undefined)
  }
}

function isInvitation({ problem: { status, code } }: Refused): boolean {
  if (code === 'providerRejected') return false
  return status >= 500 || code === 'paymentBusy' || code === 'idempotencyKeyInFlight'
}

function bookedAs(sandbox: Sandbox, outTradeNo: string): BookedPayment | undefined {
  return sandbox.providers
    .flatMap((provider) => provider.books().payments)
    .find(({ reference }) => reference === outTradeNo)
}

/** The end of a story that the server cut short, or that nobody answered; anything else is thrown. */
export function endOfStory(error: unknown): void {
  if (!(error instanceof Refused || error instanceof Unanswered)) throw error
}
