import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRandom } from '../../sandbox/random.ts'
import { FrontEnd, Refused } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { reservesMoney } from '../../server/domain/refund.ts'
import { isLive } from '../../server/domain/transitions.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { type Fleet, startFleet } from '../support/fleet.ts'
import { refundingMinor } from '../support/once.ts'

/**
 * Goal: whatever callers do at the same moment, at whichever process, happens once. Method: real
 * server processes (four on PostgreSQL), everything sent in parallel over real HTTP, and the
 * providers' own books watched while it happens.
 */

const PRICE = { value: 1999, currency: 'CNY' }
const times = <T>(count: number, work: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => work(index))

describe.each(['sqlite', 'postgres'] as const)('on %s', { timeout: 60_000 }, (kind) => {
  let fleet: Fleet
  const orderRefs: string[] = []
  beforeAll(async () => {
    fleet = await startFleet(kind)
  })
  afterAll(() => fleet.close())

  const merchantAt = (number: number) => new Merchant(fleet.at(number), SANDBOX_API_KEY)

  /** A new order, and a visitor who holds its link. */
  async function anOrder(orderRef: string) {
    orderRefs.push(orderRef)
    const order = await merchantAt(0).order(orderRef, PRICE)
    const visitor = new FrontEnd(fleet.at(0))
    const link = new URL(order.checkoutUrl)
    await visitor.visit(link.pathname + link.search)
    const { checkoutToken } = order
    /** The same visitor at one of the servers. */
    const pay = (server: number, wish: { key: string; accountId: string; scene?: Scene }) => {
      const visit = { scene: 'desktopQr' as Scene, checkoutToken, ...wish }
      return answered(() => visitor.at(fleet.at(server)).pay(orderRef, visit))
    }
    return { orderRef, pay }
  }

  async function aPaidPayment(orderRef: string, accountId: 'worldline' | 'wechatPay') {
    const { pay } = await anOrder(orderRef)
    const { paymentId } = await pay(0, { key: `key-of-${orderRef}`, accountId })
    const { outTradeNo } = await merchantAt(0).payment(paymentId)
    await fleet.sandbox[accountId].pay(outTradeNo)
    await until(async () => (await fleet.store.payment(paymentId))?.status === 'paid')
    const booked = fleet.sandbox[accountId].books().payments
    return { paymentId, bookedId: booked.find((row) => row.reference === outTradeNo)?.id ?? '' }
  }

  test('a thousand copies of one notification are one effect, and no copy is lost in silence', async () => {
    const { pay } = await anOrder('copies')
    const { paymentId } = await pay(0, { key: 'key-of-copies', accountId: 'wechatPay' })
    const { outTradeNo } = await merchantAt(0).payment(paymentId)
    const { wechatPay } = fleet.sandbox
    wechatPay.faults.set({ notifications: { drop: 'all' } })
    await wechatPay.pay(outTradeNo)
    await wechatPay.notifications.idle()
    wechatPay.faults.clear()
    const notificationId = wechatPay.notifications.log().at(-1)?.notificationId ?? ''

    const copies = await Promise.all(
      times(1_000, () => wechatPay.notifications.resend(notificationId)),
    )

    const refused = copies.filter(({ status }) => status === null || status >= 300)
    expect(refused.length).toBeLessThan(copies.length)
    // Refused is what a server could not verify yet, because it had to fetch WeChat's certificate
    // first, or could not keep up with. A provider sends that again.
    const again = await Promise.all(
      refused.map(() => wechatPay.notifications.resend(notificationId)),
    )
    expect(again.filter(({ status }) => status === null || status >= 300)).toEqual([])
    const events = await fleet.store.events({ afterSeq: 0, limit: 100_000 })
    const types = events.filter((event) => event.orderRef === 'copies').map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['payment.paid', 'order.paid']))
    expect(new Set(types).size).toBe(types.length)
  })

  test('fifty creates with one key are one payment at the provider and one answer', async () => {
    const { pay, orderRef } = await anOrder('one-key')
    const wish = { key: 'the-one-key', accountId: 'worldline' }
    const answers = await Promise.all(times(50, (index) => pay(index, wish)))
    expect(answers.filter((answer) => !isDeepStrictEqual(answer, answers[0]))).toEqual([])
    const [payment, ...more] = await fleet.store.paymentsOfOrder(orderRef)
    expect(more).toEqual([])
    const booked = fleet.sandbox.worldline.books().payments
    expect(booked.filter(({ reference }) => reference === payment?.outTradeNo)).toHaveLength(1)
  })

  test('two hundred refunds in parts never exceed what was paid, at no instant, there or here', async () => {
    const { paymentId, bookedId } = await aPaidPayment('parts', 'worldline')
    const sums: number[] = []
    const stop = watch(() => {
      sums.push(refundingMinor(fleet.sandbox.worldline.books(), bookedId))
    })
    const outcomes = await Promise.all(
      times(200, (index) =>
        outcomeOf(() =>
          merchantAt(index).refund(paymentId, `part-number-${index}`, { ...PRICE, value: 100 }),
        ),
      ),
    )
    await stop()
    expect(Math.max(...sums)).toBeLessThanOrEqual(1_900)
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(19)
    expect(outcomes.filter((outcome) => outcome === 'refundExceedsPaid')).toHaveLength(181)
    const refunds = await fleet.store.refundsOfPayment(paymentId)
    expect(refunds.filter(({ status }) => reservesMoney(status))).toHaveLength(19)
  })

  test('fifty refunds with one key are one refund', async () => {
    const { paymentId, bookedId } = await aPaidPayment('one-refund', 'worldline')
    const answers = await Promise.all(
      times(50, (index) =>
        answered(() => merchantAt(index).refund(paymentId, 'the-refund', { ...PRICE, value: 100 })),
      ),
    )
    expect(answers.filter((answer) => !isDeepStrictEqual(answer, answers[0]))).toEqual([])
    expect(await fleet.store.refundsOfPayment(paymentId)).toHaveLength(1)
    expect(refundingMinor(fleet.sandbox.worldline.books(), bookedId)).toBe(100)
  })

  test('creates for one order from all sides leave one live payment, and a second success goes back', async () => {
    const { pay, orderRef } = await anOrder('all-sides')
    const { wechatPay } = fleet.sandbox
    // What is superseded here can still be paid there.
    wechatPay.faults.set({ calls: [{ operation: 'close', fault: 'fail5xx', dose: 'all' }] })
    let most = 0
    const stop = watch(async () => {
      const live = (await fleet.store.paymentsOfOrder(orderRef)).filter(({ status }) =>
        isLive(status),
      )
      most = Math.max(most, live.length)
    })
    await Promise.all(
      times(8, (index) => {
        const scene = index % 2 === 0 ? 'desktopQr' : 'mobileWeb'
        return pay(index, { key: `from-side-${index}`, accountId: 'wechatPay', scene })
      }),
    )
    await stop()
    wechatPay.faults.clear()
    expect(most).toBe(1)
    const payments = await fleet.store.paymentsOfOrder(orderRef)
    const open = wechatPay.books().payments.filter(({ state, reference }) => {
      return state === 'open' && payments.some(({ outTradeNo }) => outTradeNo === reference)
    })
    expect(open.length).toBeGreaterThan(1)

    await Promise.all(open.slice(0, 3).map(({ reference }) => wechatPay.pay(reference ?? '')))
    await until(async () => {
      const paid = (await fleet.store.paymentsOfOrder(orderRef)).filter(
        ({ status }) => status === 'paid',
      )
      return paid.length === Math.min(3, open.length)
    })
    const paid = (await fleet.store.paymentsOfOrder(orderRef)).filter(
      ({ status }) => status === 'paid',
    )
    const seconds = paid.filter(({ duplicate }) => duplicate)
    expect(seconds).toHaveLength(paid.length - 1)
    for (const { paymentId } of seconds) {
      expect(await fleet.store.refundsOfPayment(paymentId)).toMatchObject([{ amount: PRICE }])
    }
  })

  test('closing an order and paying it at the same moment ends in one of the two, fifty times', async () => {
    const random = createRandom(`close and pay on ${kind}`)
    const { worldline } = fleet.sandbox
    const rounds = times(50, (index) => ({ index, pauseMs: random.int(12) - 6 }))
    const race = async ({ index, pauseMs }: { index: number; pauseMs: number }) => {
      const { pay, orderRef } = await anOrder(`race-${index}`)
      const { paymentId } = await pay(index, { key: `key-of-${orderRef}`, accountId: 'worldline' })
      const { outTradeNo } = await merchantAt(index).payment(paymentId)
      await Promise.all([
        pause(pauseMs).then(() => worldline.pay(outTradeNo).catch(() => undefined)),
        pause(-pauseMs).then(() => outcomeOf(() => merchantAt(index).close(orderRef))),
      ])
    }
    for (let from = 0; from < rounds.length; from += 10) {
      await Promise.all(rounds.slice(from, from + 10).map(race))
    }
    await worldline.notifications.idle()
    const ends = await Promise.all(rounds.map(({ index }) => fleet.store.order(`race-${index}`)))
    expect(ends.filter((order) => order?.status === 'open')).toEqual([])
  })

  test('afterwards all books agree', async () => {
    expect(await fleet.wrongAfterRest(orderRefs)).toEqual([])
  })
})

/** The answer, after as many repeats as the server invites to, or as a broken line makes needed. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + 30_000
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const busy = ['paymentBusy', 'idempotencyKeyInFlight']
      const isFinal =
        error instanceof Refused && error.problem.status < 500 && !busy.includes(error.problem.code)
      if (isFinal || performance.now() > deadlineMs) throw error
      await pause(50)
    }
  }
}

async function outcomeOf(ask: () => Promise<unknown>): Promise<string> {
  try {
    await answered(ask)
    return 'done'
  } catch (error) {
    if (error instanceof Refused) return error.problem.code
    throw error
  }
}

/** Looks again and again until it is stopped; stopping rejects with what a look threw. */
function watch(look: () => void | Promise<void>): () => Promise<void> {
  let watching = true
  const loop = async () => {
    while (watching) {
      await look()
      await pause(1)
    }
  }
  const ended = loop()
  return async () => {
    watching = false
    await ended
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + 15_000
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error('it did not come to that')
    await pause(20)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}
