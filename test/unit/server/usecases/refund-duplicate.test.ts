import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Refund } from '../../../../server/domain/refund.ts'
import { continueRefund } from '../../../../server/usecases/continue-refund.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

/** An order that was paid twice: the second sum is the payer's, whatever the provider says of it. */

let world: World
let paymentId = ''
beforeEach(async () => {
  world = await createWorld()
  await world.anOrder()
})
afterEach(() => world.close())

async function pay(outTradeNo: string): Promise<void> {
  world.provider.pay(outTradeNo)
  await receiveNotification(world, 'scripted', {
    method: 'POST',
    headers: {},
    query: '',
    body: new TextEncoder().encode(
      `genuine ${JSON.stringify({ eventId: outTradeNo, outTradeNo })}`,
    ),
    receivedAtMs: world.clock.nowMs(),
  })
  await world.later(60_000)
}

/** Both payments of one order are paid; the later one is the second success. */
async function paidTwice(): Promise<void> {
  const first = await createPayment(world, world.wish())
  const again = world.wish({ scene: 'desktopQr', idempotencyKey: 'key-00000002' })
  const second = await createPayment(world, again)
  for (const { outTradeNo } of [second, first]) await pay(outTradeNo)
  paymentId = first.paymentId
  expect(await world.store.payment(paymentId)).toMatchObject({ status: 'paid', duplicate: true })
}

const refunds = () => world.store.refundsOfPayment(paymentId)
const sendOn = ({ refundId }: Refund) =>
  continueRefund(world, { refundId, to: null, sendAgain: false })
async function theOneThatWaits(): Promise<Refund> {
  const waiting = (await refunds()).filter(({ status }) => status === 'needsAction')
  const [refund] = waiting
  if (!refund || waiting.length > 1) throw new Error(`${waiting.length} refunds wait`)
  return refund
}
const backAtProvider = () =>
  [...world.provider.refunds.values()].filter(({ status }) => status === 'succeeded').length

describe.each([
  {
    way: 'refused outright',
    refuse: () => world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' }, 1),
    why: 'refund went wrong',
  },
  {
    way: 'accepted and then failed',
    refuse: () => {
      world.provider.refundEndsAs = 'failed'
    },
    why: 'FAILED',
  },
])('whose refund is $way', ({ refuse, why }) => {
  beforeEach(async () => {
    refuse()
    await paidTwice()
    world.provider.refundEndsAs = 'succeeded'
  })

  test('keeps the whole sum for the payer, and waits for the merchant, who is told why', async () => {
    const waiting = await theOneThatWaits()
    expect((await refunds()).map(({ status }) => status).toSorted()).toEqual([
      'failed',
      'needsAction',
    ])
    expect(waiting.amount).toEqual({ value: 1999, currency: 'CNY' })
    expect(waiting.advice).toContain('paid twice')
    expect(waiting.advice).toContain(why)
    const events = await world.store.events({ afterSeq: 0, limit: 100 })
    const told = events.filter(({ refundId }) => refundId === waiting.refundId)
    expect(told.map(({ type }) => type)).toEqual(['refund.requested', 'refund.needsAction'])
  })

  test('goes back under a new number when the merchant continues it, once', async () => {
    const waiting = await theOneThatWaits()
    await world.later(24 * 3_600_000)
    expect(backAtProvider()).toBe(0)
    expect(await sendOn(waiting)).toMatchObject({ status: 'succeeded' })
    expect(await refusalOf(sendOn(waiting))).toBe('refundNotWaiting')
    expect(backAtProvider()).toBe(1)
  })

  test('goes back once where the merchant continues it twice at the same moment', async () => {
    const waiting = await theOneThatWaits()
    const both = await Promise.allSettled([sendOn(waiting), sendOn(waiting)])
    expect(both.map(({ status }) => status)).toContain('fulfilled')
    expect(backAtProvider()).toBe(1)
  })

  test('waits on, with one number more, where it is refused again', async () => {
    const waiting = await theOneThatWaits()
    world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' }, 1)
    expect(await sendOn(waiting)).toMatchObject({ status: 'failed' })
    const next = await theOneThatWaits()
    expect(next.outRefundNo).not.toBe(waiting.outRefundNo)
    expect(await sendOn(next)).toMatchObject({ status: 'succeeded' })
    expect(backAtProvider()).toBe(1)
  })

  test('is asked about where the answer to the second try is lost', async () => {
    const waiting = await theOneThatWaits()
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' }, 1)
    expect(await refusalOf(sendOn(waiting))).toBe('providerOutcomeUnknown')
    await world.later(24 * 3_600_000)
    const [found] = (await refunds()).filter(({ refundId }) => refundId === waiting.refundId)
    if (found?.status === 'needsAction') await sendOn(waiting)
    expect(await world.store.refund(waiting.refundId)).toMatchObject({ status: 'succeeded' })
    expect(backAtProvider()).toBe(1)
  })

  test('leaves nothing for a second refund beside the one that waits', async () => {
    const amount = { value: 1, currency: 'CNY' }
    const wish = { paymentId, amount, reason: null, idempotencyKey: 'by-hand' }
    expect(await refusalOf(requestRefund(world, wish))).toBe('refundExceedsPaid')
  })
})

test('a refund that the merchant asked for and that failed frees its money', async () => {
  const { paymentId: id, outTradeNo } = await createPayment(world, world.wish())
  await pay(outTradeNo)
  world.provider.fail({ on: 'refund', when: 'before', outcome: 'rejected' }, 1)
  const amount = { value: 1999, currency: 'CNY' }
  await requestRefund(world, { paymentId: id, amount, reason: null, idempotencyKey: 'first' })
  expect((await world.store.refundsOfPayment(id)).map(({ status }) => status)).toEqual(['failed'])
})
