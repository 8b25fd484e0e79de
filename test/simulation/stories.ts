import { type FrontEnd, Refused } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { type BegunPayment, Payer } from '../../scripts/demo/payer.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { sleep } from '../../shared/clock.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import { createdCheckoutPaymentSchema } from '../../shared/contract/payments.ts'
import type { MerchantDeed, OrderPlan, Visit } from './plan.ts'
import { SERVER_URL, type SimWorld } from './world.ts'

/** How long a caller goes on repeating what it got no answer to. */
const PATIENCE_MS = 90 * 60_000
const WATCH_MS = 6 * 60_000

/** Starts an actor; the run is over only when all have gone home. Their troubles are noted. */
export function act(world: SimWorld, name: string, story: () => Promise<void>): void {
  world.actors.add(name)
  story()
    .catch((error: unknown) => {
      // A refusal is an answer; whether it was right shows in the books.
      if (error instanceof Refused) return
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
      world.history.violated(`${name} was left without an answer: ${why}`)
    })
    .finally(() => world.actors.delete(name))
}

/** The merchant makes the order; payers come, and the merchant has ideas of its own. */
export async function playOrder(world: SimWorld, plan: OrderPlan): Promise<void> {
  const { clock, history, network } = world
  const merchant = new Merchant(SERVER_URL, SANDBOX_API_KEY, network.fetch)
  const expiresAt = plan.livesMs === null ? undefined : new Date(clock.nowMs() + plan.livesMs)
  const order = await persist(world, () =>
    merchant.order(plan.orderRef, { value: plan.amountMinor, currency: plan.currency }, expiresAt),
  )
  history.answered(`order ${plan.orderRef}`, order.checkoutToken)
  for (const [index, visit] of plan.visits.entries()) {
    act(world, `payer ${index} of ${plan.orderRef}`, () => visitCheckout(world, visit, order))
  }
  for (const [index, deed] of plan.deeds.entries()) {
    act(world, `merchant ${index} of ${plan.orderRef}`, () =>
      doDeed(world, deed, { merchant, plan, name: `${plan.orderRef} ${index}` }),
    )
  }
}

async function visitCheckout(world: SimWorld, visit: Visit, order: CreatedOrder): Promise<void> {
  const { clock, network, sandbox } = world
  await sleep(clock, visit.afterMs)
  const payer = new Payer(SERVER_URL, sandbox, network.fetch)
  await persist(world, () => payer.open(visit.scene, order))
  const taps = visit.doubleTap ? 2 : 1
  const begun = await Promise.all(
    Array.from({ length: taps }, () =>
      persist(world, () => create(world, visit, { payer, order })),
    ),
  )
  const [payment] = begun
  if (!payment) return
  if (visit.watches) {
    act(world, `watcher of ${payment.paymentId}`, () => watch(world, payer.frontEnd, payment))
  }
  await sleep(clock, visit.deedAfterMs)
  if (visit.deed === 'leave') return
  if (visit.deed === 'payAndGo') return payAndGo(world, payment)
  await deal(world, payer, { payment, deed: visit.deed === 'pay' ? 'pay' : 'cancel' })
  if (visit.deed !== 'failThenPay') return
  await sleep(clock, 4_000)
  await deal(world, payer, { payment, deed: 'pay' })
}

async function create(
  { history }: SimWorld,
  { scene, accountId, key }: Visit,
  { payer, order }: { payer: Payer; order: CreatedOrder },
): Promise<BegunPayment> {
  const body = {
    scene,
    checkoutToken: order.checkoutToken,
    ...(accountId === null ? {} : { accountId }),
  }
  const answer = await payer.frontEnd.send(`/v1/checkout/${order.orderRef}/payments`, { key, body })
  const payment = createdCheckoutPaymentSchema.parse(answer)
  history.answered(`payment ${order.orderRef} ${key}`, payment.paymentId)
  return payment
}

/** What a thumb does at the cashier; a cashier that says no is no concern of ours. */
async function deal(
  world: SimWorld,
  payer: Payer,
  { payment, deed }: { payment: BegunPayment; deed: 'pay' | 'cancel' },
): Promise<void> {
  const merchant = new Merchant(SERVER_URL, SANDBOX_API_KEY, world.network.fetch)
  const { outTradeNo } = await persist(world, () => merchant.payment(payment.paymentId))
  await payer.act(payment, deed, outTradeNo).catch(() => undefined)
}

/** The wallet pays; nobody leads the browser back to the shop. */
async function payAndGo(
  { server, sandbox }: SimWorld,
  { paymentId, clientAction }: BegunPayment,
): Promise<void> {
  // Nobody can pay what nobody was shown.
  if (!clientAction) return

  const payment = await server.toolkit?.deps.store.payment(paymentId).catch(() => undefined)
  for (const provider of sandbox.providers) {
    const isThere = ({ reference }: { reference: string | null }) =>
      reference === payment?.outTradeNo
    if (!provider.books().payments.some(isThere)) continue
    await provider.pay(payment?.outTradeNo ?? '').catch(() => undefined)
  }
}

/** Asks for the verdict as a page does, until there is one or the payer has had enough. */
async function watch(
  world: SimWorld,
  frontEnd: FrontEnd,
  { paymentId }: BegunPayment,
): Promise<void> {
  const endMs = world.clock.nowMs() + WATCH_MS
  while (world.clock.nowMs() < endMs) {
    const { verdict } = await persist(world, () => frontEnd.verdict(paymentId, 20_000))
    if (verdict === 'paid') {
      world.history.toldPaid(paymentId)
      return isPaidThere(world, paymentId)
    }
    await sleep(world.clock, verdict === 'pending' ? 1_000 : 10 * 60_000)
  }
}

/** At the very moment when somebody hears "paid", the provider has the money. */
async function isPaidThere(
  { server, sandbox, history }: SimWorld,
  paymentId: string,
): Promise<void> {
  const payment = await server.toolkit?.deps.store.payment(paymentId).catch(() => undefined)
  if (!payment) return
  const booked = sandbox.providers.flatMap((provider) => provider.books().payments)
  const there = booked.filter(({ reference }) => reference === payment.outTradeNo)
  if (there.some(({ state }) => state === 'paid')) return
  const words = there.map(({ status }) => status).join(', ') || 'unknown'
  history.violated(`I1 ${paymentId} was called paid, and is ${words} there`)
}

async function doDeed(
  world: SimWorld,
  deed: MerchantDeed,
  { merchant, plan, name }: { merchant: Merchant; plan: OrderPlan; name: string },
): Promise<void> {
  await sleep(world.clock, deed.afterMs)
  if (deed.kind === 'close') {
    await persist(world, () => merchant.close(plan.orderRef))
    return
  }
  const payments = await persist(world, () => merchant.payments(plan.orderRef))
  for (const { paymentId } of payments.filter(({ status }) => status === 'paid')) {
    for (const [index, value] of deed.parts.entries()) {
      const key = `refund-${paymentId}-${index}`
      for (let copy = 0; copy < deed.copies; copy += 1) {
        act(world, `refund ${index}.${copy} of ${name} ${paymentId}`, async () => {
          const amount = value === null ? undefined : { value, currency: plan.currency }
          const refund = await persist(world, () => merchant.refund(paymentId, key, amount))
          world.history.answered(`refund ${key}`, refund.refundId)
          world.history.toldRefund(refund.refundId)
        })
      }
    }
  }
}

/** Repeats until there is an answer that is not an invitation to repeat, as a careful caller does. */
async function persist<T>(world: SimWorld, step: () => Promise<T>): Promise<T> {
  const { clock } = world
  const giveUpAtMs = clock.nowMs() + PATIENCE_MS
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, 15_000)) {
    try {
      return await step()
    } catch (error) {
      if (error instanceof Refused && !isInvitation(error)) throw error
      // To be put off for ever is no answer.
      if (clock.nowMs() > giveUpAtMs) throw new Error('given up', { cause: error })
    }
    await sleep(clock, pauseMs)
  }
}

function isInvitation({ problem }: Refused): boolean {
  const { status, code } = problem
  return status >= 500 || status === 429 || ['paymentBusy', 'idempotencyKeyInFlight'].includes(code)
}
