import { afterEach, describe, expect, test } from 'vitest'
import { closeOrder } from '../../../../server/usecases/close-order.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { receiveNotification } from '../../../../server/usecases/receive-notification.ts'
import { KEYED, LIFETIME_MS, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, type World } from '../../../support/world.ts'

/**
 * Money that comes late is found as long as somebody still means to look: neither a question that was
 * on its way already nor one that was asked early may use up the look that is still to come.
 */

let world: World
afterEach(() => world.close())

const stored = (paymentId: string) => world.store.payment(paymentId)

function notifyAbout(eventId: string, outTradeNo: string) {
  const said = { eventId, about: { outTradeNo, providerPaymentId: null } }
  return receiveNotification(world, 'scripted', {
    method: 'POST',
    headers: {},
    query: '',
    body: new TextEncoder().encode(`genuine ${JSON.stringify(said)}`),
    receivedAtMs: world.clock.nowMs(),
  })
}

/** Closed here; at its provider, which did not hear of it, it can still be paid. */
async function aPaymentClosedOnlyHere() {
  await world.anOrder()
  const payment = await createPayment(world, world.wish())
  world.provider.fail({ on: 'close', when: 'before', outcome: 'unknown' })
  return payment
}

async function paidUnheard({ paymentId, outTradeNo }: { paymentId: string; outTradeNo: string }) {
  expect(await stored(paymentId)).toMatchObject({ status: 'closed' })
  world.provider.pay(outTradeNo)
  await world.later(LIFETIME_MS + 120_000)
  return stored(paymentId)
}

describe.each([
  { rule: 'may be asked', capabilities: KEYED },
  { rule: 'is asked on an event', capabilities: LOOKED_UP },
])('where the provider $rule, a late success is found by the last look', ({ capabilities }) => {
  test('although a question was on its way while the order was closed', async () => {
    world = await createWorld({ capabilities })
    const payment = await aPaymentClosedOnlyHere()
    world.provider.during = {
      on: 'query',
      run: async () => void (await closeOrder(world, payment.orderRef, 'cancelled')),
    }
    await notifyAbout('e1', payment.outTradeNo)
    await world.work()
    expect(await paidUnheard(payment)).toMatchObject({ status: 'paid', late: true })
  })

  test('although a notification made somebody look before', async () => {
    world = await createWorld({ capabilities })
    const payment = await aPaymentClosedOnlyHere()
    await closeOrder(world, payment.orderRef, 'cancelled')
    await notifyAbout('e1', payment.outTradeNo)
    await world.work()
    expect(world.provider.calls.filter((call) => call === 'query')).toHaveLength(1)
    expect(await paidUnheard(payment)).toMatchObject({ status: 'paid', late: true })
  })

  test('and one that ended at its provider is not looked at again', async () => {
    world = await createWorld({ capabilities })
    await world.anOrder()
    const payment = await createPayment(world, world.wish())
    await closeOrder(world, payment.orderRef, 'cancelled')
    await notifyAbout('e1', payment.outTradeNo)
    await world.work()
    expect(await stored(payment.paymentId)).toMatchObject({ status: 'closed', dueAtMs: null })
  })
})

describe('a notification that arrives while its payment is being asked about', () => {
  test('is a reason to ask once more: the answer may be older than it', async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
    const { paymentId, outTradeNo } = await createPayment(world, world.wish())
    world.provider.during = {
      on: 'query',
      run: async () => {
        await notifyAbout('e2', outTradeNo)
        // The next question finds what the notification was about.
        world.provider.during = { on: 'query', run: async () => world.provider.pay(outTradeNo) }
      },
    }
    await notifyAbout('e1', outTradeNo)
    await world.work()
    expect(await stored(paymentId)).toMatchObject({ status: 'paid' })
    expect(world.provider.calls.filter((call) => call === 'query')).toHaveLength(2)
  })

  test('and where the question gets no answer, it is not put off by that', async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
    const { paymentId, outTradeNo } = await createPayment(world, world.wish())
    world.provider.during = {
      on: 'query',
      run: async () => {
        await notifyAbout('e2', outTradeNo)
        world.provider.pay(outTradeNo)
      },
    }
    world.provider.fail({ on: 'query', when: 'after', outcome: 'unknown' })
    await notifyAbout('e1', outTradeNo)
    await world.work()
    expect(await stored(paymentId)).toMatchObject({ status: 'paid' })
  })

  // Each of two answers took the other one for news, and the provider was asked without end.
  test.each(['pending', 'no answer'] as const)(
    'is one more question and not a storm, also where two are on their way: %s',
    async (said) => {
      world = await createWorld({ capabilities: LOOKED_UP })
      await world.anOrder()
      const { outTradeNo } = await createPayment(world, world.wish())
      const takeLong = async (): Promise<void> => {
        world.provider.during = { on: 'query', run: takeLong }
        for (let turn = 0; turn < 5; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve))
        }
      }
      world.provider.during = {
        on: 'query',
        run: async () => {
          await notifyAbout('e2', outTradeNo)
          await takeLong()
        },
      }
      if (said === 'no answer') {
        world.provider.fail({ on: 'query', when: 'after', outcome: 'unknown' }, 100)
      }
      await notifyAbout('e1', outTradeNo)
      await world.work()
      const asked = world.provider.calls.filter((call) => call === 'query').length
      expect(asked).toBeGreaterThanOrEqual(2)
      expect(asked).toBeLessThanOrEqual(4)
    },
  )
})
