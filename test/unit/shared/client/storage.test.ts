import { describe, expect, test } from 'vitest'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

const STORED = 'wechat-pay:order1'

describe('storage that cannot be trusted', () => {
  test.each([
    'not json',
    '',
    'null',
    '7',
    '{}',
    '{"key":5,"request":{}}',
    '{"key":"k","request":null}',
    '{"key":"k","request":{},"paymentId":5}',
  ])('%j counts as empty', async (stored) => {
    const world = createCheckoutWorld()
    world.storage.set(STORED, stored)
    expect(await world.page().resume()).toBeNull()
    void world.page().pay()
    await world.clock.advance(0)
    expect(world.server.keys).toEqual(['key-number-1'])
  })

  test('a full or forbidden storage costs only resuming after a kill', async () => {
    const world = createCheckoutWorld()
    const refuse = () => {
      throw new Error('QuotaExceededError')
    }
    const checkout = world.page({ storage: { get: refuse, set: refuse, remove: refuse } })
    const run = follow(checkout.pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    expect(run.value?.verdict).toBe('pending')

    const again = follow(checkout.pay())
    await world.clock.advance(0)
    expect(new Set(world.server.keys).size).toBe(1)
    await world.answer({ surface: 'finished' })
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(again.value?.verdict).toBe('paid')
    expect(await checkout.resume()).toBeNull()
  })
})
