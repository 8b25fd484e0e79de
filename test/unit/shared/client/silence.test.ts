import { describe, expect, test } from 'vitest'
import { SILENCE_MS } from '../../../../shared/client/follow.ts'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

/** On some platforms a lost callback looks like this: no answer, and no event either. */
describe('a cashier that stays silent while the page stays in view', () => {
  test('is not asked about in its first ten seconds, and then by one held question at a time', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(SILENCE_MS - 1)
    expect(world.server.gets).toHaveLength(0)
    await world.clock.advance(1)
    expect(world.server.gets).toHaveLength(1)
    await world.clock.advance(250_000)
    expect(world.server.gets).toHaveLength(11)
    // Nobody has come back: the payer may still be typing a password.
    expect(world.server.gets.filter(({ path }) => path.includes('returned'))).toEqual([])
  })

  test.each(['paid', 'failed', 'closed'] as const)(
    'is %s as soon as the server says so, without any event',
    async (verdict) => {
      const world = createCheckoutWorld()
      const run = follow(world.page().pay())
      await world.clock.advance(60_000)
      expect(run.settled).toBe(false)
      world.server.decide(verdict)
      await world.clock.advance(0)
      expect(run.value).toMatchObject({ verdict, surface: 'lost' })
      expect(world.closed()).toBe(1)
      expect(world.held()).toEqual({ timers: 0, listeners: 0 })
    },
  )

  test('is never pending as long as the payer may still be typing a password', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(SILENCE_MS + 899_999)
    expect(run.settled).toBe(false)
    await world.answer({ surface: 'finished' })
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value).toMatchObject({ verdict: 'paid', surface: 'finished' })
  })

  test('is pending and lost once its time is over, and the state is kept', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page({ limits: { surfaceMs: 60_000 } }).pay())
    await world.clock.advance(SILENCE_MS + 60_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'lost' })
    expect(world.storage.entries.size).toBe(1)
  })

  test('is watched through a bad network, without flooding it', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.online = false
    await world.clock.advance(SILENCE_MS + 120_000)
    expect(run.settled).toBe(false)
    expect(world.server.gets.length).toBeLessThanOrEqual(20)
    world.server.online = true
    world.server.decide('paid')
    await world.clock.advance(8_000)
    expect(run.value?.verdict).toBe('paid')
  })

  test('is not asked about out of view, however long it has been silent', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(5_000)
    await world.show(false)
    await world.clock.advance(600_000)
    expect(world.server.gets).toHaveLength(0)
  })
})
