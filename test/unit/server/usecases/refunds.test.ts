import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, refusalOf, type World } from '../../../support/world.ts'

let world: World
let payment: Payment
afterEach(() => world.close())

function refund(value: number | null, idempotencyKey = `refund-${value}`) {
  return requestRefund(world, {
    paymentId: payment.paymentId,
    amount: value === null ? null : { value, currency: 'CNY' },
    reason: null,
    idempotencyKey,
  })
}

const refundedAtProvider = () =>
  [...world.provider.refunds.values()].reduce((sum, { amount }) => sum + amount.value, 0)

describe('a refund', () => {
  beforeEach(async () => {
    world = await createWorld()
    payment = await aPaidPayment(world)
  })

  test('in parts, until nothing is left', async () => {
    expect(await refund(500)).toMatchObject({ status: 'succeeded' })
    expect(await refund(700)).toMatchObject({ status: 'succeeded' })
    expect(await refusalOf(refund(800))).toBe('refundExceedsPaid')
    expect(await refund(null)).toMatchObject({ amount: { value: 799 } })
    expect(await refusalOf(refund(null, 'one-more'))).toBe('refundExceedsPaid')
    expect(refundedAtProvider()).toBe(1999)
  })

  test('two hundred at once never give back more than was paid', async () => {
    const wishes = Array.from({ length: 200 }, (_, index) => refund(37, `parallel-${index}`))
    const results = await Promise.allSettled(wishes)
    await world.work()
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(54)
    expect(refundedAtProvider()).toBe(54 * 37)
  })

  test('with the same key is one refund', async () => {
    const [one, two] = [await refund(500), await refund(500)]
    expect(two.refundId).toBe(one.refundId)
    expect(refundedAtProvider()).toBe(500)
  })

  test('in another currency is refused', async () => {
    const wish = { paymentId: payment.paymentId, reason: null, idempotencyKey: 'refund-usd' }
    const refusal = requestRefund(world, { ...wish, amount: { value: 5, currency: 'USD' } })
    expect(await refusalOf(refusal)).toBe('invalidAmount')
  })

  test('of money that was never paid is refused', async () => {
    await world.anOrder('tea-2')
    payment = await createPayment(
      world,
      world.wish({ orderRef: 'tea-2', idempotencyKey: 'key-00000009' }),
    )
    expect(await refusalOf(refund(1))).toBe('paymentNotPaid')
  })

  test('that the provider refuses frees its amount again', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' })
    expect(await refund(1999, 'refused')).toMatchObject({ status: 'failed', advice: /./ })
    expect(await refund(1999, 'again')).toMatchObject({ status: 'succeeded' })
  })
})

describe('a refund that may have been made', () => {
  beforeEach(async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
    const created = await createPayment(world, world.wish())
    world.provider.pay(created.outTradeNo)
    await world.later(3 * 60 * 60_000)
    payment = (await world.store.payment(created.paymentId)) ?? created
  })

  test('is not called failed because the question about it was refused', async () => {
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    world.provider.fail({ on: 'queryRefund', when: 'before', outcome: 'rejected' })
    const asked = await refund(1999, 'all-of-it')
    await world.later(3_000)
    expect(await world.store.refund(asked.refundId)).toMatchObject({ status: 'requested' })
    expect(await refusalOf(refund(1, 'one-more'))).toBe('refundExceedsPaid')
    await world.later(60_000)
    expect(await world.store.refund(asked.refundId)).toMatchObject({ status: 'succeeded' })
    expect(refundedAtProvider()).toBe(1999)
  })

  // "There is none" said while the first request was still on its way led to a second refund.
  test('is not sent again while it may still be on its way, however often it is not found', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'unknown' })
    await refund(500)
    const sent = () => world.provider.calls.filter((call) => call === 'refund').length
    await world.later(100_000)
    expect(world.provider.calls).toContain('queryRefund')
    expect(sent()).toBe(1)
    await world.later(60_000)
    expect(sent()).toBe(2)
    expect(refundedAtProvider()).toBe(500)
  })

  test('needs no question where it surely never left', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'notSent' })
    const asked = await refund(500)
    await world.later(60_000)
    expect(await world.store.refund(asked.refundId)).toMatchObject({ status: 'succeeded' })
    expect(world.provider.calls).not.toContain('queryRefund')
  })
})

describe.each([
  ['repeats with its key', KEYED],
  ['looks before it repeats', LOOKED_UP],
])('a refund whose answer is lost, at a provider that %s', (_, capabilities) => {
  beforeEach(async () => {
    world = await createWorld({ capabilities })
    await world.anOrder()
    const created = await createPayment(world, world.wish())
    world.provider.pay(created.outTradeNo)
    await world.later(3 * 60 * 60_000)
    payment = (await world.store.payment(created.paymentId)) ?? created
    expect(payment.status).toBe('paid')
  })

  test.each(['before', 'after'] as const)(
    '%s the effect, is one refund in the end',
    async (when) => {
      world.provider.fail({ on: 'refund', when, outcome: 'unknown' })
      const asked = await refund(500)
      expect(asked.status).toBe('requested')
      await world.later(3 * 60_000)
      expect(await world.store.refund(asked.refundId)).toMatchObject({ status: 'succeeded' })
      expect(refundedAtProvider()).toBe(500)
      expect(world.provider.refunds.size).toBe(1)
    },
  )

  test('holds its amount all the while', async () => {
    for (let fault = 0; fault < 3; fault += 1) {
      world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
      world.provider.fail({ on: 'queryRefund', when: 'before', outcome: 'unknown' })
    }
    await refund(1999, 'all-of-it')
    expect(await refusalOf(refund(1, 'one-more'))).toBe('refundExceedsPaid')
  })
})
