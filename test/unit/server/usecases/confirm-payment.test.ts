import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import { createAttention } from '../../../../server/usecases/attention.ts'
import { confirmPayment } from '../../../../server/usecases/confirm-payment.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { nudgeQuery } from '../../../../server/usecases/nudge-query.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

/** The clock of these tests stands still unless moved: what resolves was woken, not polled. */

let world: World
let payment: Payment
afterEach(() => world.close())

async function begin(capabilities?: typeof LOOKED_UP): Promise<void> {
  world = await createWorld(capabilities ? { capabilities } : {})
  await world.anOrder()
  payment = await createPayment(world, world.wish())
}

function confirm(options: { waitMs?: number; signal?: AbortSignal; openid?: string } = {}) {
  const attention = createAttention(world.clock, (id) => nudgeQuery(world, id))
  const { session } = world
  const payer = { appId: 'wx-mini', openid: options.openid ?? 'o-liwei' }
  return confirmPayment(
    { ...world, attention },
    {
      paymentId: payment.paymentId,
      sessions: [{ ...session, payer }],
      waitMs: options.waitMs ?? 20_000,
      signal: options.signal ?? new AbortController().signal,
    },
  )
}

describe('a payer who waits for the verdict', () => {
  beforeEach(() => begin(LOOKED_UP))

  test('hears of it with the change itself, without a tick of the clock', async () => {
    const waiting = confirm()
    world.provider.pay(payment.outTradeNo)
    const said = { eventId: 'e1', outTradeNo: payment.outTradeNo }
    await receiveNotification(world, 'scripted', {
      method: 'POST',
      headers: {},
      query: '',
      body: new TextEncoder().encode(`genuine ${JSON.stringify(said)}`),
      receivedAtMs: world.clock.nowMs(),
    })
    expect(await waiting).toMatchObject({ status: 'paid' })
  })

  test('is told "pending" when the time is over', async () => {
    const waiting = confirm({ waitMs: 5_000 })
    await world.clock.advance(5_000)
    expect(await waiting).toMatchObject({ status: 'pending' })
  })

  test('is answered at once when the server stops', async () => {
    const controller = new AbortController()
    const waiting = confirm({ signal: controller.signal })
    controller.abort()
    expect(await waiting).toMatchObject({ status: 'pending' })
  })

  test('does not wait where nothing was asked to wait', async () => {
    expect(await confirm({ waitMs: 0 })).toMatchObject({ status: 'pending' })
  })

  test('never makes a provider that forbids it answer questions', async () => {
    const waiting = confirm()
    await world.clock.advance(20_000)
    await waiting
    expect(world.provider.calls).toEqual(['create'])
  })

  test("is told that there is no such payment, when it is somebody else's", async () => {
    expect(await refusalOf(confirm({ openid: 'o-anna' }))).toBe('paymentNotFound')
  })
})

describe('a thousand payers who watch one payment', () => {
  beforeEach(() => begin())

  test('make one question per interval, and all hear the answer', async () => {
    const attention = createAttention(world.clock, (id) => nudgeQuery(world, id))
    const watch = () =>
      confirmPayment(
        { ...world, attention },
        {
          paymentId: payment.paymentId,
          sessions: [world.session],
          waitMs: 20_000,
          signal: new AbortController().signal,
        },
      )
    const waiting = Promise.all(Array.from({ length: 1_000 }, watch))
    await world.later(9_000)
    const questions = world.provider.calls.filter((call) => call === 'query').length
    expect(questions).toBeLessThanOrEqual(4)
    world.provider.pay(payment.outTradeNo)
    await world.later(3_000)
    const verdicts = await waiting
    expect(new Set(verdicts.map(({ status }) => status))).toEqual(new Set(['paid']))
  })
})
