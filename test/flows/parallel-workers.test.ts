import { afterEach, describe, expect, test } from 'vitest'
import { FrontEnd } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'
import { refundingMinor } from '../support/once.ts'

/**
 * Goal: work in the hands of a process that dies comes back, and is done once. Method: a real process
 * is killed while its provider keeps it waiting; another one takes over, on a clock that runs ahead.
 */

const PRICE = { value: 1999, currency: 'CNY' }
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function aPendingPayment(fleet: Fleet) {
  const merchant = new Merchant(fleet.at(0), SANDBOX_API_KEY)
  const order = await merchant.order('leased', PRICE)
  const payer = new FrontEnd(fleet.at(0))
  const link = new URL(order.checkoutUrl)
  await payer.visit(link.pathname + link.search)
  const wish = { scene: 'desktopQr', accountId: 'worldline', key: 'key-of-leased' } as const
  const { checkoutToken } = order
  const { paymentId } = await payer.pay('leased', { ...wish, checkoutToken })
  const { outTradeNo } = await merchant.payment(paymentId)
  return { merchant, payer, paymentId, outTradeNo }
}

async function aPaidPayment(fleet: Fleet) {
  const pending = await aPendingPayment(fleet)
  await fleet.sandbox.worldline.pay(pending.outTradeNo)
  await until(async () => (await fleet.store.payment(pending.paymentId))?.status === 'paid')
  return pending
}

describe.each(['sqlite', 'postgres'] as const)('on %s', { timeout: 60_000 }, (kind) => {
  test('a refund whose sender dies on the line is taken up by another process, and made once', async () => {
    const fleet = await startFleet(kind)
    ends.push(() => fleet.close())
    const { merchant, paymentId } = await aPaidPayment(fleet)
    const { worldline } = fleet.sandbox
    // The sender is still waiting when it dies, and its request takes effect long after that.
    worldline.faults.set({ calls: [{ operation: 'refund', fault: 'slow', slowMs: 3_600_000 }] })
    const asking = merchant.refund(paymentId, 'refund-leased', { ...PRICE, value: 500 })
    const lost = asking.then(
      () => 'answered',
      () => 'lost',
    )
    await until(async () => (worldline.faults.counters().calls['refund']?.slow ?? 0) > 0)

    const [wrong, asked] = await Promise.all([fleet.wrongAfterRest(['leased']), lost])

    expect(asked).toBe('lost')
    expect(wrong).toEqual([])
    expect(await fleet.store.refundsOfPayment(paymentId)).toMatchObject([
      { status: 'succeeded', amount: { value: 500 } },
    ])
    const books = worldline.books()
    expect(refundingMinor(books, books.payments[0]?.id ?? '')).toBe(500)
    expect(books.refunds).toHaveLength(1)
  })

  test('a question whose asker dies on the line is asked again by another process, and counts once', async () => {
    const fleet = await startFleet(kind)
    ends.push(() => fleet.close())
    const { payer, paymentId, outTradeNo } = await aPendingPayment(fleet)
    const { worldline } = fleet.sandbox
    worldline.faults.set({
      notifications: { drop: 'all' },
      calls: [{ operation: 'query', fault: 'slow', slowMs: 3_600_000 }],
    })
    await worldline.pay(outTradeNo)
    // Watching makes the payment due; the worker that claims it is kept waiting.
    const { verdict } = await payer.verdict(paymentId, 2_000)
    expect(verdict).toBe('pending')
    await until(async () => (worldline.faults.counters().calls['query']?.slow ?? 0) > 0)

    expect(await fleet.wrongAfterRest(['leased'])).toEqual([])

    expect(await fleet.store.payment(paymentId)).toMatchObject({ status: 'paid' })
    const events = await fleet.store.events({ afterSeq: 0, limit: 1_000 })
    expect(events.filter(({ type }) => type === 'payment.paid')).toHaveLength(1)
  })
})

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error('it did not come to that')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
