import { afterEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { nudgeQuery } from '../../../../server/usecases/nudge-query.ts'
import { KEYED, LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, type World } from '../../../support/world.ts'

let world: World
afterEach(() => world.close())

const questions = () => world.provider.calls.filter((call) => call === 'query').length

async function nudge(paymentId: string, times = 1): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await nudgeQuery(world, paymentId)
    await world.work()
  }
}

describe('a payment that is looked at again and again', () => {
  test('is asked about once in an interval, however often it is looked at', async () => {
    world = await createWorld({ capabilities: KEYED })
    await world.anOrder()
    const { paymentId } = await createPayment(world, world.wish())
    await nudge(paymentId)
    const once = questions()
    await nudge(paymentId, 100)
    expect([once, questions()]).toEqual([1, 1])
    await world.later(KEYED.query.rule === 'poll' ? KEYED.query.intervalMs : 0)
    const before = questions()
    await nudge(paymentId, 100)
    expect(questions() - before).toBeLessThanOrEqual(1)
  })

  test('is never asked about where the provider forbids it', async () => {
    world = await createWorld({ capabilities: LOOKED_UP })
    await world.anOrder()
    const { paymentId } = await createPayment(world, world.wish())
    await nudge(paymentId, 100)
    expect(questions()).toBe(0)
  })

  test('is not asked about once it is paid', async () => {
    world = await createWorld({ capabilities: KEYED })
    await world.anOrder()
    const { paymentId, outTradeNo } = await createPayment(world, world.wish())
    world.provider.pay(outTradeNo)
    await nudge(paymentId)
    const before = questions()
    await world.later(60_000)
    await nudge(paymentId, 10)
    expect(questions()).toBe(before)
  })
})
