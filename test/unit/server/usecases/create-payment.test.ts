import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { KEYED, LIFETIME_MS, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

let world: World
beforeEach(async () => {
  world = await createWorld()
  await world.anOrder()
})
afterEach(() => world.close())

const otherPayer = () => ({
  sessions: [{ ...world.session, payer: { appId: 'wx-mini', openid: 'o-anna' } }],
})

test('a payer gets a payment of the price that the order has, and something to do', async () => {
  const payment = await createPayment(world, world.wish())
  expect(payment).toMatchObject({
    status: 'pending',
    amount: { value: 1999, currency: 'CNY' },
    clientAction: { kind: 'qrCode' },
    payer: { openid: 'o-liwei' },
  })
  const events = await world.store.events({ afterSeq: 0, limit: 10 })
  expect(events.map(({ type }) => type)).toEqual([
    'order.created',
    'payment.created',
    'payment.pending',
  ])
})

test('somebody else is told that there is no such order', async () => {
  expect(await refusalOf(createPayment(world, world.wish(otherPayer())))).toBe('orderNotFound')
  expect(world.provider.calls).toEqual([])
})

describe('the same key', () => {
  test('is the same payment, however often', async () => {
    const first = await createPayment(world, world.wish())
    const again = await createPayment(world, world.wish())
    expect(again.paymentId).toBe(first.paymentId)
    expect(world.provider.payments.size).toBe(1)
  })

  test('twenty at once make one payment at the provider', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, () => createPayment(world, world.wish())),
    )
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(world.provider.payments.size).toBe(1)
    expect(world.provider.calls).toEqual(['create'])
  })
})

describe('one live payment per order', () => {
  test('an equal wish with another key gets the live payment', async () => {
    const first = await createPayment(world, world.wish())
    const second = await createPayment(world, world.wish({ idempotencyKey: 'key-00000002' }))
    expect(second.paymentId).toBe(first.paymentId)
  })

  test('another scene closes the old attempt first, at the provider too', async () => {
    const first = await createPayment(world, world.wish())
    const second = await createPayment(
      world,
      world.wish({ scene: 'desktopQr', idempotencyKey: 'key-00000002' }),
    )
    expect(second.paymentId).not.toBe(first.paymentId)
    expect(world.provider.calls).toEqual(['create', 'close', 'create'])
    expect(world.provider.payments.get(first.outTradeNo)?.status).toBe('cancelled')
    const old = await world.store.payment(first.paymentId)
    expect(old?.status).toBe('closed')
  })

  test('the old attempt turns out paid while it is closed: nothing new is made', async () => {
    const first = await createPayment(world, world.wish())
    world.provider.pay(first.outTradeNo)
    const refusal = createPayment(
      world,
      world.wish({ scene: 'desktopQr', idempotencyKey: 'key-00000002' }),
    )
    expect(await refusalOf(refusal)).toBe('orderAlreadyPaid')
    expect((await world.store.order('tea-1001'))?.status).toBe('paid')
    expect(world.provider.payments.size).toBe(1)
  })

  test('an attempt whose action has run out makes room for a new one', async () => {
    const first = await createPayment(world, world.wish())
    await world.clock.advance(LIFETIME_MS - 60_000)
    await world.store.transaction(async (tx) => {
      const order = await tx.lockOrder('tea-1001')
      if (order) await tx.updateOrder({ ...order, expiresAtMs: world.clock.nowMs() + 1e7 })
    })
    await world.clock.advance(60_001)
    const second = await createPayment(world, world.wish({ idempotencyKey: 'key-00000002' }))
    expect(second.paymentId).not.toBe(first.paymentId)
  })
})

test('an order past its time cannot be paid any more, and is closed', async () => {
  await world.clock.advance(LIFETIME_MS + 1)
  expect(await refusalOf(createPayment(world, world.wish()))).toBe('orderClosed')
  expect((await world.store.order('tea-1001'))?.status).toBe('closed')
})

describe('the provider is in trouble', () => {
  test('nothing was sent: the same key tries again, and pays once', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'notSent' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerUnavailable')
    const payment = await createPayment(world, world.wish())
    expect(payment.status).toBe('pending')
    expect(world.provider.payments.size).toBe(1)
  })

  test('it says no: the attempt has failed, and a new key may try again', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    expect((await createPayment(world, world.wish())).status).toBe('failed')
    const next = await createPayment(world, world.wish({ idempotencyKey: 'key-00000002' }))
    expect(next.status).toBe('pending')
  })

  test.each(['before', 'after'] as const)(
    'the answer is lost, and it failed %s the effect',
    async (when) => {
      world.provider.fail({ on: 'create', when, outcome: 'unknown' })
      const payment = await createPayment(world, world.wish())
      expect(payment).toMatchObject({ status: 'pending', clientAction: { kind: 'qrCode' } })
      expect(world.provider.payments.size).toBe(1)
    },
  )

  test('it stays silent: the payer is told to repeat with the same key, and it is one payment', async () => {
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    world.provider.fail({ on: 'create', when: 'before', outcome: 'unknown' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerOutcomeUnknown')
    expect((await createPayment(world, world.wish())).status).toBe('pending')
    expect(world.provider.payments.size).toBe(1)
  })

  test('its answer is for another amount: set aside, and the payer does not get it', async () => {
    world.provider.paidAmount = { value: 1, currency: 'CNY' }
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    const [row] = await world.store.quarantined(10)
    expect(row).toMatchObject({ reason: 'amountMismatch' })
  })
})

describe('a crash, and the worker learns of the payment before the payer repeats', () => {
  test.each([
    ['with idempotency keys', KEYED, ['create', 'create'], ['pending']],
    ['without', LOOKED_UP, ['create', 'query'], ['closed', 'pending']],
  ] as const)('the payer can pay all the same, %s', async (_, capabilities, lost, statuses) => {
    await world.close()
    world = await createWorld({ capabilities })
    await world.anOrder()
    for (const on of lost) {
      world.provider.fail({ on, when: 'after', outcome: 'unknown' })
    }
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerOutcomeUnknown')
    await world.later(30_000)
    const [found] = await world.store.paymentsOfOrder('tea-1001')
    expect(found).toMatchObject({ status: 'pending', clientAction: null })

    const payment = await createPayment(world, world.wish())
    expect(payment).toMatchObject({ status: 'pending', clientAction: { kind: 'qrCode' } })
    const attempts = await world.store.paymentsOfOrder('tea-1001')
    expect(attempts.map(({ status }) => status)).toEqual(statuses)
  })
})

describe('a provider without idempotency keys', () => {
  beforeEach(async () => {
    await world.close()
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
  })

  test('is looked up before it is asked again', async () => {
    world.provider.fail({ on: 'create', when: 'before', outcome: 'unknown' })
    expect((await createPayment(world, world.wish())).status).toBe('pending')
    expect(world.provider.calls).toEqual(['create', 'query', 'create'])
    expect(world.provider.payments.size).toBe(1)
  })

  test('lost what the payer needs: a new attempt under the same key, the old one closed', async () => {
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    const payment = await createPayment(world, world.wish())
    expect(payment).toMatchObject({ status: 'pending', clientAction: { kind: 'qrCode' } })
    const attempts = await world.store.paymentsOfOrder('tea-1001')
    expect(attempts.map(({ status }) => status)).toEqual(['closed', 'pending'])
    expect((await createPayment(world, world.wish())).paymentId).toBe(payment.paymentId)
  })

  test.each(['unknown', 'rejected'] as const)(
    'whose look-up is %s is not asked again blindly',
    async (outcome) => {
      world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
      world.provider.fail({ on: 'query', when: 'before', outcome })
      expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerOutcomeUnknown')
      expect(world.provider.calls).toEqual(['create', 'query'])
    },
  )
})

describe('a call whose answer was lost, and whose repeat is refused', () => {
  const lostThenRefused = async () => {
    world.provider.fail({ on: 'create', when: 'after', outcome: 'unknown' })
    world.provider.fail({ on: 'create', when: 'before', outcome: 'rejected' })
    expect(await refusalOf(createPayment(world, world.wish()))).toBe('providerRejected')
    const [payment] = await world.store.paymentsOfOrder('tea-1001')
    if (!payment) throw new Error('no attempt was kept')
    expect(payment.status).toBe('failed')
    return payment
  }

  test('is looked at once more at its end, and money that came after all is believed', async () => {
    const payment = await lostThenRefused()
    world.provider.pay(payment.outTradeNo)
    await world.later(LIFETIME_MS + 60_000)
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      late: true,
    })
    expect((await world.store.order('tea-1001'))?.status).toBe('paid')
  })

  test('and stays failed where nobody paid, with no further question', async () => {
    const { paymentId } = await lostThenRefused()
    await world.later(LIFETIME_MS + 60_000)
    expect(await world.store.payment(paymentId)).toMatchObject({ status: 'failed', dueAtMs: null })
  })
})
