import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { LIFETIME_MS, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

let world: World
afterEach(() => world.close())

function notify(text: string) {
  return receiveNotification(world, 'scripted', {
    method: 'POST',
    headers: {},
    query: '',
    body: new TextEncoder().encode(text),
    receivedAtMs: world.clock.nowMs(),
  })
}
const genuine = (said: object) => `genuine ${JSON.stringify(said)}`
const statusOf = async (paymentId: string) => (await world.store.payment(paymentId))?.status
const eventTypes = async () =>
  (await world.store.events({ afterSeq: 0, limit: 100 })).map(({ type }) => type)

describe('a provider that may be asked', () => {
  beforeEach(async () => {
    world = await createWorld()
    await world.anOrder()
  })

  test('every notification is lost, and the payment is paid here all the same', async () => {
    const payment = await createPayment(world, world.wish())
    await world.later(60_000)
    world.provider.pay(payment.outTradeNo)
    await world.later(60_000)
    expect(await statusOf(payment.paymentId)).toBe('paid')
    expect((await world.store.order('tea-1001'))?.status).toBe('paid')
  })

  test('is asked less and less often, and never below its interval', async () => {
    await createPayment(world, world.wish())
    await world.later(60_000)
    const inTheFirstMinute = world.provider.calls.length
    await world.later(60 * 60_000)
    expect(inTheFirstMinute).toBeLessThanOrEqual(21)
    expect(world.provider.calls.length).toBeLessThan(inTheFirstMinute + 40)
  })

  test('a question without an answer is asked again, later', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    for (let fault = 0; fault < 3; fault += 1) {
      world.provider.fail({ on: 'query', when: 'before', outcome: 'unknown' })
    }
    await world.later(60_000)
    expect(await statusOf(payment.paymentId)).toBe('paid')
  })

  test('an unpaid payment ends with its time, and its order with it', async () => {
    const payment = await createPayment(world, world.wish())
    await world.later(LIFETIME_MS + 10_000)
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'closed' })
    expect((await world.store.order('tea-1001'))?.status).toBe('closed')
    expect(await eventTypes()).toContain('order.closed')
  })

  test('one that ran out, could not be ended and was paid after all is found by a last question', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.fail({ on: 'close', when: 'before', outcome: 'unknown' })
    await world.later(LIFETIME_MS + 10_000)
    expect(await statusOf(payment.paymentId)).toBe('closed')
    world.provider.pay(payment.outTradeNo)
    await world.later(20 * 60_000)
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      late: true,
    })
  })

  test('a crash right after the call: the row is found, and the provider knows the rest', async () => {
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    await refusalOf(createPayment(world, world.wish()))
    const [payment] = await world.store.paymentsOfOrder('tea-1001')
    world.provider.pay(payment?.outTradeNo ?? '')
    await world.later(60_000)
    expect(await statusOf(payment?.paymentId ?? '')).toBe('paid')
  })

  test('a payment that never reached the provider is given up, and only after a while', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    await refusalOf(createPayment(world, world.wish()))
    const [payment] = await world.store.paymentsOfOrder('tea-1001')
    await world.later(60_000)
    expect(await statusOf(payment?.paymentId ?? '')).toBe('created')
    await world.later(10 * 60_000)
    expect(await world.store.payment(payment?.paymentId ?? '')).toMatchObject({
      status: 'failed',
      reason: 'providerFault',
    })
  })
})

describe('a notification', () => {
  beforeEach(async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
  })

  test('that carries the status pays at once', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    const reply = await notify(genuine({ eventId: 'e1', outTradeNo: payment.outTradeNo }))
    expect(reply.status).toBe(200)
    expect(await statusOf(payment.paymentId)).toBe('paid')
  })

  test('told a thousand times has one effect', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    const text = genuine({ eventId: 'e1', outTradeNo: payment.outTradeNo })
    const replies = await Promise.all(Array.from({ length: 1_000 }, () => notify(text)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await eventTypes()).filter((type) => type === 'payment.paid')).toHaveLength(1)
  })

  test('that is not genuine is refused and leaves no trace', async () => {
    const payment = await createPayment(world, world.wish())
    const text = `forged ${JSON.stringify({ eventId: 'e1', outTradeNo: payment.outTradeNo })}`
    expect(await refusalOf(notify(text))).toBe('notGenuine')
    expect(await statusOf(payment.paymentId)).toBe('pending')
    expect(await world.store.inboxRow('scripted', 'e1')).toBeUndefined()
  })

  test('without a status is a reason to ask, once', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    const { outTradeNo } = payment
    await notify(genuine({ eventId: 'e1', about: { outTradeNo, providerPaymentId: null } }))
    await world.work()
    expect(await statusOf(payment.paymentId)).toBe('paid')
    expect(world.provider.calls.filter((call) => call === 'query')).toHaveLength(1)
  })

  test('quicker than the answer to our own call waits for it', async () => {
    const about = { outTradeNo: null, providerPaymentId: 'unknown-yet' }
    await notify(genuine({ eventId: 'e1', about }))
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    await world.store.transaction(async (tx) => {
      const row = await tx.lockPayment(payment.paymentId)
      if (row) await tx.updatePayment({ ...row, providerPaymentId: 'unknown-yet' })
    })
    const booked = world.provider.payments.get(payment.outTradeNo)
    if (booked) Object.assign(booked, { providerPaymentId: 'unknown-yet' })
    await world.later(10_000)
    expect(await statusOf(payment.paymentId)).toBe('paid')
    expect((await world.store.inboxRow('scripted', 'e1'))?.state).toBe('applied')
  })

  test('about a payment of nobody is kept for a day and then set aside', async () => {
    await notify(
      genuine({ eventId: 'e1', about: { outTradeNo: 'nobody', providerPaymentId: null } }),
    )
    await world.later(60_000)
    expect((await world.store.inboxRow('scripted', 'e1'))?.state).toBe('waiting')
    await world.later(25 * 60 * 60_000)
    expect((await world.store.inboxRow('scripted', 'e1'))?.state).toBe('abandoned')
  })

  test('of a wrong amount is acknowledged, seen by people, and pays nothing', async () => {
    const payment = await createPayment(world, world.wish())
    world.provider.pay(payment.outTradeNo)
    world.provider.paidAmount = { value: 1, currency: 'CNY' }
    await notify(genuine({ eventId: 'e1', outTradeNo: payment.outTradeNo }))
    expect(await statusOf(payment.paymentId)).toBe('pending')
    expect(await world.store.quarantined(10)).toMatchObject([{ reason: 'amountMismatch' }])
  })
})

describe('money that comes although we had given up', () => {
  beforeEach(async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
  })

  test('after the order expired counts, flagged late', async () => {
    const payment = await createPayment(world, world.wish())
    await world.later(LIFETIME_MS + 60_000)
    expect(await statusOf(payment.paymentId)).toBe('closed')
    world.provider.pay(payment.outTradeNo)
    await notify(genuine({ eventId: 'e1', outTradeNo: payment.outTradeNo }))
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      late: true,
    })
    expect(await world.store.order('tea-1001')).toMatchObject({ status: 'paid', paidLate: true })
  })

  test('for an order that is paid already is refunded by itself', async () => {
    const first = await createPayment(world, world.wish())
    const second = await createPayment(
      world,
      world.wish({ scene: 'desktopQr', idempotencyKey: 'key-00000002' }),
    )
    world.provider.pay(first.outTradeNo)
    world.provider.pay(second.outTradeNo)
    await notify(genuine({ eventId: 'e2', outTradeNo: second.outTradeNo }))
    await notify(genuine({ eventId: 'e1', outTradeNo: first.outTradeNo }))
    await world.work()
    expect(await world.store.payment(first.paymentId)).toMatchObject({ duplicate: true })
    const [refund] = await world.store.refundsOfPayment(first.paymentId)
    expect(refund).toMatchObject({ status: 'succeeded', amount: { value: 1999 } })
    expect(await world.store.refundsOfPayment(second.paymentId)).toEqual([])
    expect(world.provider.refunds.size).toBe(1)
  })

  // Saferpay finds payments by our number only minutes later; the announcement came once and was kept.
  test('is found although the provider, asked at once after its announcement, did not find it yet', async () => {
    const payment = await createPayment(world, world.wish())
    await world.later(LIFETIME_MS + 60 * 60_000)
    expect(await statusOf(payment.paymentId)).toBe('closed')
    world.provider.pay(payment.outTradeNo)
    const booked = world.provider.payments.get(payment.outTradeNo)
    if (!booked) throw new Error('the provider has no such payment')
    world.provider.payments.delete(payment.outTradeNo)
    const about = { outTradeNo: payment.outTradeNo, providerPaymentId: null }
    await notify(genuine({ eventId: 'e1', about }))
    await world.work()
    expect(await statusOf(payment.paymentId)).toBe('closed')
    world.provider.payments.set(payment.outTradeNo, booked)
    await world.later(4 * 60_000)
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      late: true,
    })
  })

  test('is not looked for without end where it is never found', async () => {
    const payment = await createPayment(world, world.wish())
    await world.later(LIFETIME_MS + 60 * 60_000)
    world.provider.payments.delete(payment.outTradeNo)
    const before = world.provider.calls.length
    const about = { outTradeNo: payment.outTradeNo, providerPaymentId: null }
    await notify(genuine({ eventId: 'e1', about }))
    await world.later(24 * 60 * 60_000)
    expect(world.provider.calls.length - before).toBe(3)
  })
})
