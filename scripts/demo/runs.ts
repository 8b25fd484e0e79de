import { createHash } from 'node:crypto'
import type { FaultPlanInput } from '../../sandbox/fault-plan.ts'
import { PROVIDER_KEYS, type ProviderKey } from '../../sandbox/providers/index.ts'
import type { ProviderSimulator } from '../../sandbox/simulator.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import type { Money } from '../../shared/money.ts'
import type { Scene, Verdict } from '../../shared/payment-status.ts'
import { SANDBOX_API_KEY } from '../sandbox-config.ts'
import type { Stack } from '../stack.ts'
import { Refused } from './front-end.ts'
import { Merchant } from './merchant.ts'
import { type BegunPayment, type Deed, Payer } from './payer.ts'

/**
 * How a story goes: paid and told by notification, paid and every notification lost, the cashier
 * dismissed, nobody comes, paid after the shop gave the order up, and paid and partly given back.
 */
export const PATHS = ['notified', 'dropped', 'cancelled', 'expired', 'late', 'refunded'] as const
export type Path = (typeof PATHS)[number]

/** One line of the demo: what should come out, and what did. */
export interface Run {
  readonly provider: string
  readonly scene: Scene
  readonly path: Path
  readonly expected: string
  readonly verdict: string
  readonly ok: boolean
  readonly ms: number
}

export interface Case {
  /** The sandbox's account is called as the sandbox calls the provider. */
  readonly provider: ProviderKey
  readonly scene: Scene
  readonly path: Path
}

/** Every account, every scene it can serve, every path. */
export function allCases(stack: Stack): readonly Case[] {
  return PROVIDER_KEYS.flatMap((accountId) => {
    const scenes = stack.toolkit.deps.accounts.byId(accountId)?.provider.capabilities.scenes ?? []
    return scenes.flatMap((scene) =>
      PATHS.map((path) => ({ provider: accountId, scene, path })).filter(exists),
    )
  })
}

/** WeChat Pay notifies nobody of a payment by code: it is answered, and asked about. */
function exists({ provider, scene, path }: Case): boolean {
  return !(provider === 'wechatPay' && scene === 'paymentCode' && path === 'notified')
}

const EXPECTED: Readonly<Record<Path, string>> = {
  notified: 'paid',
  dropped: 'paid',
  cancelled: 'closed',
  expired: 'closed',
  late: 'paid late',
  refunded: '500 succeeded, 700 succeeded, 800 refundExceedsPaid',
}
const PRICE_MINOR = 1999
const CURRENCY = 'CNY'
/** What the counterparties do wrong, so that the story is the one that is told. */
const TROUBLE: Readonly<Record<Path, FaultPlanInput>> = {
  notified: {},
  dropped: { notifications: { drop: 'all' } },
  cancelled: {},
  expired: {},
  late: {
    calls: ['close', 'cancel', 'reverse'].map((operation) => ({
      operation,
      fault: 'fail5xx',
      dose: 'all',
    })),
  },
  refunded: {},
}
const MOST_TRIES = 5
const PAUSE_MS = 5_000
const HOUR_MS = 60 * 60 * 1000

/**
 * Plays one case from the order to the verdict, under faults of the provider if wished. An error of
 * any kind is a wrong verdict, with its text.
 */
export async function play(
  stack: Stack,
  wish: Case,
  number: number,
  faults: FaultPlanInput = {},
): Promise<Run> {
  const startMs = performance.now()
  const expected = EXPECTED[wish.path]
  let verdict: string
  try {
    verdict = await new Story(stack, wish, `demo-${number}`).tell(faults)
  } catch (error) {
    verdict = error instanceof Error ? error.message : String(error)
  } finally {
    for (const provider of stack.sandbox.providers) provider.faults.clear()
  }
  const ms = Math.round(performance.now() - startMs)
  return { ...wish, expected, verdict, ok: verdict === expected, ms }
}

class Story {
  readonly #stack: Stack
  readonly #wish: Case
  readonly #orderRef: string
  readonly #merchant: Merchant
  readonly #payer: Payer

  constructor(stack: Stack, wish: Case, orderRef: string) {
    this.#stack = stack
    this.#wish = wish
    this.#orderRef = orderRef
    this.#merchant = new Merchant(stack.url, SANDBOX_API_KEY)
    this.#payer = new Payer(stack.url, stack.sandbox)
  }

  async tell(faults: FaultPlanInput): Promise<string> {
    const { path } = this.#wish
    this.#simulator().faults.set({ ...TROUBLE[path], ...faults })
    // A story may last past midnight, when the turnover that covers Saferpay's refunds begins anew.
    this.#stack.sandbox.saferpay.configure({ turnoverRule: false })
    const payment = await this.#begin()
    switch (path) {
      case 'expired':
        return this.#afterTheEnd(payment)
      case 'cancelled':
        await this.#act(payment, 'cancel')
        return this.#afterTheEnd(payment)
      case 'late':
        return this.#paidAfterClosing(payment)
      case 'notified': {
        const verdict = await this.#pay(payment)
        if (!(await this.#wasNotified(payment))) return `${verdict}, but not by notification`
        return (await this.#shopHeard()) ? verdict : `${verdict}, but the shop heard no webhook`
      }
      case 'refunded': {
        const verdict = await this.#pay(payment)
        return verdict === 'paid' ? this.#refunds(payment) : verdict
      }
      case 'dropped':
        return this.#pay(payment)
    }
  }

  async #pay(payment: BegunPayment): Promise<string> {
    await this.#act(payment, 'pay')
    return this.#untilPaid(payment)
  }

  async #act(payment: BegunPayment, deed: Deed): Promise<void> {
    const { outTradeNo } = await this.#merchant.payment(payment.paymentId)
    await this.#payer.act(payment, deed, outTradeNo)
  }

  /** The shop gives the order up, which the provider does not hear; the payer pays all the same. */
  async #paidAfterClosing(payment: BegunPayment): Promise<string> {
    await this.#merchant.close(this.#orderRef)
    const { verdict } = await this.#payer.frontEnd.verdict(payment.paymentId)
    if (verdict !== 'closed') return `${verdict} after the shop closed it`
    await this.#act(payment, 'pay')
    await this.#simulator().notifications.idle()
    for (let looks = 1; ; looks += 1) {
      const { status, late } = await this.#merchant.payment(payment.paymentId)
      if (status === 'paid') return late ? 'paid late' : 'paid'
      if (looks === MOST_TRIES) return status
      await this.#stack.clock.advance(HOUR_MS)
      await this.#stack.toolkit.workers.idle()
    }
  }

  async #begin(): Promise<BegunPayment> {
    const { scene, provider } = this.#wish
    const order: CreatedOrder = await this.#merchant.order(this.#orderRef, this.#price())
    await this.#payer.open(scene, order)
    if (scene === 'paymentCode') return this.#atTheTill(order)
    return this.#repeating(() =>
      this.#payer.frontEnd.pay(order.orderRef, {
        scene,
        accountId: provider,
        key: `view-of-${order.orderRef}`,
        checkoutToken: order.checkoutToken,
      }),
    )
  }

  /** The merchant scans what the payer's phone shows; the payer has to confirm it there. */
  #atTheTill({ orderRef }: CreatedOrder): Promise<BegunPayment> {
    this.#stack.sandbox.wechatPay.configure({ codepayEndsAs: 'USERPAYING' })
    const paymentCode = `13${sha256Digits(orderRef)}`
    const wish = { orderRef, accountId: this.#wish.provider, paymentCode }
    return this.#repeating(() => this.#merchant.payByCode(wish))
  }

  /** Does what the server's advice says: the same request with the same key, a little later. */
  async #repeating<T>(request: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await request()
      } catch (error) {
        const invited = error instanceof Refused && [409, 503].includes(error.problem.status)
        if (!invited || tries === MOST_TRIES) throw error
        await this.#stack.clock.advance(PAUSE_MS)
      }
    }
  }

  /** The provider told us of the payment, and we acknowledged it. */
  async #wasNotified({ paymentId }: BegunPayment): Promise<boolean> {
    const simulator = this.#simulator()
    const { outTradeNo } = await this.#merchant.payment(paymentId)
    const booked = simulator.books().payments.find(({ reference }) => reference === outTradeNo)
    await simulator.notifications.idle()
    return simulator.notifications.log().some(({ subject, kind, status }) => {
      return subject === booked?.id && kind === 'genuine' && (status === 200 || status === 204)
    })
  }

  /** The tea shop got the webhook, and believed its signature. */
  async #shopHeard(): Promise<boolean> {
    await this.#stack.toolkit.workers.idle()
    return this.#stack.shop
      .webhooks()
      .some(({ type, orderRef }) => type === 'payment.paid' && orderRef === this.#orderRef)
  }

  async #untilPaid({ paymentId }: BegunPayment): Promise<Verdict> {
    const first = await this.#payer.frontEnd.verdict(paymentId, 4_000)
    if (first.verdict !== 'pending' || this.#wish.path !== 'dropped') return first.verdict
    // Where nobody may ask in between, the question at the end of the payment brings it to light.
    await this.#stack.clock.advance(2 * HOUR_MS)
    const last = await this.#payer.frontEnd.verdict(paymentId, 4_000)
    return last.verdict
  }

  /** A dismissed cashier decides nothing, and neither does an empty chair; the end of time does. */
  async #afterTheEnd({ paymentId }: BegunPayment): Promise<string> {
    const now = await this.#payer.frontEnd.verdict(paymentId)
    if (now.verdict === 'paid') return 'paid although nobody paid'
    await this.#stack.clock.advance(2 * HOUR_MS + 60_000)
    return (await this.#payer.frontEnd.verdict(paymentId, 4_000)).verdict
  }

  async #refunds({ paymentId }: BegunPayment): Promise<string> {
    const parts = [500, 700, 800].map((value) => ({ ...this.#price(), value }))
    const words: string[] = []
    for (const amount of parts)
      words.push(`${amount.value} ${await this.#refund(paymentId, amount)}`)
    return words.join(', ')
  }

  async #refund(paymentId: string, amount: Money): Promise<string> {
    try {
      const key = `refund-${this.#orderRef}-${amount.value}`
      const { refundId, status } = await this.#merchant.refund(paymentId, key, amount)
      if (status === 'succeeded') return status
      await this.#stack.clock.advance(HOUR_MS)
      await this.#stack.toolkit.workers.idle()
      return (await this.#merchant.refundById(refundId)).status
    } catch (error) {
      if (error instanceof Refused) return error.problem.code
      throw error
    }
  }

  /** In the shop's currency, or in one that the account takes. */
  #price(): Money {
    const account = this.#stack.toolkit.deps.accounts.byId(this.#wish.provider)
    const currencies = account?.provider.capabilities.currencies ?? 'any'
    const takesOurs = currencies === 'any' || currencies.includes(CURRENCY)
    return { value: PRICE_MINOR, currency: takesOurs ? CURRENCY : (currencies[0] ?? CURRENCY) }
  }

  #simulator(): ProviderSimulator {
    return this.#stack.sandbox[this.#wish.provider]
  }
}

/** Sixteen digits, another number for every order. */
function sha256Digits(word: string): string {
  const hex = createHash('sha256').update(word).digest('hex')
  return BigInt(`0x${hex.slice(0, 16)}`)
    .toString()
    .padStart(20, '0')
    .slice(-16)
}
