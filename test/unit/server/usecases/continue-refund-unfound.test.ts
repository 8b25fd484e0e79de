import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Refund } from '../../../../server/domain/refund.ts'
import { type ContinueWish, continueRefund } from '../../../../server/usecases/continue-refund.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { aRefundFact } from '../../../support/domain.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, refusalOf, type World } from '../../../support/world.ts'

/**
 * A provider whose search is late: it answers that a refund needs people, and names no number of it.
 * The call was lost on its way there, so nobody but the merchant can tell that nothing was made.
 */

const HOUR_MS = 3_600_000
const NOT_FOUND = {
  accountId: 'scripted',
  status: 'needsAction',
  providerRefundId: null,
  amount: null,
  advice: 'compare the dashboard',
  providerStatus: 'NOT_FOUND',
} as const

let world: World
let refund: Refund
/** Whether each request said that it may be a repeat. */
let marks: boolean[]

beforeEach(async () => {
  world = await createWorld({ capabilities: { ...KEYED, idempotency: 'lookup' } })
  const { provider } = world
  const { paymentId } = await aPaidPayment(world)
  const [ask, book] = [provider.queryRefund.bind(provider), provider.refund.bind(provider)]
  provider.queryRefund = async (ref) => {
    const { outRefundNo } = ref
    return (await ask(ref)) ?? { ...aRefundFact(), ...NOT_FOUND, outRefundNo }
  }
  marks = []
  provider.refund = (input) => {
    marks.push(input.isRepeat === true)
    return book(input)
  }
  provider.fail({ on: 'refund', when: 'before', outcome: 'unknown' })
  const amount = { value: 500, currency: 'CNY' }
  const wish = { paymentId, amount, reason: null, idempotencyKey: 'refund-500' }
  refund = await requestRefund(world, wish)
  await world.later(HOUR_MS)
})
afterEach(() => world.close())

const proceed = (wish: Partial<ContinueWish> = {}) =>
  continueRefund(world, { refundId: refund.refundId, to: null, sendAgain: false, ...wish })
const now = () => world.store.refund(refund.refundId)
const booked = () => [...world.provider.refunds.keys()]

describe('a refund that its provider cannot find', () => {
  test('waits for people, and is sent once only', async () => {
    const advice = 'compare the dashboard'
    expect(await now()).toMatchObject({ status: 'needsAction', providerRefundId: null, advice })
    expect(marks).toEqual([false])
  })

  test('is not sent again unless the merchant has compared, and the advice says how', async () => {
    await expect(proceed()).rejects.toMatchObject({
      code: 'refundUncertain',
      message: 'compare the dashboard',
    })
    expect(booked()).toEqual([])
    expect(await now()).toMatchObject({ status: 'needsAction' })
  })

  test('is sent under the same number on the merchant’s word, and as a repeat', async () => {
    expect(await proceed({ sendAgain: true })).toMatchObject({ status: 'succeeded', advice: null })
    expect(booked()).toEqual([refund.outRefundNo])
    expect(marks).toEqual([false, true])
  })

  test('goes no other way', async () => {
    const to = { kind: 'merchantAccount' } as const
    expect(await refusalOf(proceed({ to, sendAgain: true }))).toBe('refundUnsupported')
    expect(booked()).toEqual([])
  })

  test('has failed where it is refused then, and its money is free', async () => {
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' })
    expect(await proceed({ sendAgain: true })).toMatchObject({ status: 'failed' })
  })

  test('waits on where that answer is lost too, and is found by itself', async () => {
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    expect(await refusalOf(proceed({ sendAgain: true }))).toBe('providerOutcomeUnknown')
    await world.later(HOUR_MS)
    expect(await now()).toMatchObject({ status: 'succeeded' })
    expect(booked()).toEqual([refund.outRefundNo])
  })
})

test('a refund that has shown up meanwhile is recorded, and sent no second time', async () => {
  const payment = await world.store.payment(refund.paymentId)
  const { outRefundNo, amount } = refund
  world.provider.refunds.set(outRefundNo, {
    outRefundNo,
    providerPaymentId: payment?.providerPaymentId ?? '',
    amount,
    bookedAtMs: 0,
    status: 'succeeded',
  })
  expect(await proceed({ sendAgain: true })).toMatchObject({ status: 'succeeded' })
  expect(marks).toEqual([false])
  expect(await refusalOf(proceed({ sendAgain: true }))).toBe('refundNotWaiting')
})
