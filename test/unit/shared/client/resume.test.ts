import { describe, expect, test } from 'vitest'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

const STORED = 'wechat-pay:order1'

describe('a page that was killed', () => {
  test('without an earlier attempt there is nothing to resume, and nothing is asked', async () => {
    const world = createCheckoutWorld()
    expect(await world.page().resume()).toBeNull()
    expect(world.server.requests).toHaveLength(0)
  })

  test('after the key was stored: the same key creates the payment, and no cashier opens', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('hangs')
    void world.page().pay()
    await world.clock.advance(0)

    const result = await world.page().resume()
    expect(result).toMatchObject({ verdict: 'pending', surface: 'none' })
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-1'])
    expect(world.opened).toHaveLength(0)
  })

  test('after the create call had arrived: the same key finds the same payment', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('lost')
    void world.page().pay()
    await world.clock.advance(0)

    const result = await world.page().resume()
    expect(result?.payment?.paymentId).toBe('pay1')
    expect(world.server.payments).toHaveLength(1)
  })

  test('after the answer, before the cashier: a short question settles it', async () => {
    const world = createCheckoutWorld()
    const stored = { key: 'key-number-0', request: { scene: 'miniProgram' }, paymentId: 'pay1' }
    void world.page().pay()
    await world.clock.advance(0)
    world.storage.set(STORED, JSON.stringify(stored))

    const run = follow(world.page().resume())
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'none' })
  })

  test.each(['paid', 'failed', 'closed'] as const)(
    'in the cashier: the next page learns %s, with the hint that the payer is back',
    async (verdict) => {
      const world = createCheckoutWorld()
      void world.page().pay()
      await world.clock.advance(0)

      const run = follow(world.page().resume())
      await world.clock.advance(4_000)
      expect(run.settled).toBe(false)
      world.server.decide(verdict)
      await world.clock.advance(0)

      expect(run.value).toMatchObject({ verdict, surface: 'none' })
      expect(world.server.gets[0]?.path).toContain('returned=1')
      expect(world.storage.entries.size).toBe(0)
      expect(world.opened).toHaveLength(1)
    },
  )

  test('in the cashier and decided meanwhile: the next page learns it at once', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    world.server.decide('paid')
    expect(await world.page().resume()).toMatchObject({ verdict: 'paid', surface: 'none' })
  })

  test('in the cashier and still undecided: pending after the short bound, and kept for the next time', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    const run = follow(world.page().resume())
    await world.clock.advance(4_999)
    expect(run.settled).toBe(false)
    await world.clock.advance(1)
    expect(run.value?.verdict).toBe('pending')
    expect(run.value).not.toHaveProperty('problem')
    expect(world.storage.entries.size).toBe(1)
  })

  test('resuming again asks one held question each time, and the limit is the page’s to set', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    const page = world.page({ limits: { unfinishedMs: 2_000 } })
    for (const times of [1, 2, 3]) {
      const run = follow(page.resume())
      await world.clock.advance(2_000)
      expect(run.value?.verdict).toBe('pending')
      expect(world.server.gets).toHaveLength(times)
    }
    expect(world.server.gets[2]?.path).toContain('waitMs=2000')
  })

  test('before the answer and now offline: pending after the short bound, and why', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('hangs')
    void world.page().pay()
    await world.clock.advance(0)
    world.server.online = false
    const run = follow(world.page().resume())
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({
      verdict: 'pending',
      payment: null,
      problem: { code: 'offline', retryable: true },
    })
    expect(world.storage.entries.size).toBe(1)
  })

  test('after dismissing: the next page takes the short question', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    const run = follow(world.page().resume())
    await world.clock.advance(5_000)
    expect(run.value?.verdict).toBe('pending')
  })

  test('a tap on the next page repeats the first request word for word', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('hangs')
    const first = { scene: 'miniProgram', checkoutToken: 't0k', locale: 'en' } as const
    void world.page({ request: first }).pay()
    await world.clock.advance(0)
    const today = { scene: 'miniProgram', locale: 'zh-CN' } as const
    void world.page({ request: today }).pay()
    await world.clock.advance(0)
    expect(world.server.posts.map(({ body }) => body)).toEqual([first, first])
    expect(new Set(world.server.keys).size).toBe(1)
  })

  test('a tap for another account is another attempt', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    const request = { scene: 'miniProgram', accountId: 'ppro' } as const
    void world.page({ request }).pay()
    await world.clock.advance(0)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-2'])
  })

  test('an offline page cannot say more than pending, and why', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    world.server.online = false
    const run = follow(world.page().resume())
    await world.clock.advance(30_000)
    expect(run.value).toMatchObject({
      verdict: 'pending',
      payment: null,
      problem: { code: 'offline', retryable: true },
    })
    expect(world.storage.entries.size).toBe(1)
  })

  test('a payment that is not this payer’s is refused and forgotten', async () => {
    const world = createCheckoutWorld()
    const stored = { key: 'key-number-0', request: { scene: 'miniProgram' }, paymentId: 'alien' }
    world.storage.set(STORED, JSON.stringify(stored))
    const page = world.page()
    await expect(page.resume()).rejects.toMatchObject({ code: 'paymentNotFound' })
    expect(await page.resume()).toBeNull()
  })
})

describe('resuming and paying at once', () => {
  test('while paying, resuming joins the run', async () => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    const paying = checkout.pay()
    expect(checkout.resume()).toBe(paying)
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    world.server.decide('paid')
    await paying
  })

  test('two resumptions are one', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    const page = world.page()
    expect(page.resume()).toBe(page.resume())
  })

  test('a tap during resuming has the last word for both', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)

    const page = world.page()
    const resumed = follow(page.resume())
    const paid = follow(page.pay())
    await world.clock.advance(31_000)
    expect(world.opened).toHaveLength(2)
    await world.answer({ surface: 'finished' })
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(paid.value?.verdict).toBe('paid')
    expect(resumed.value).toBe(paid.value)
  })
})

describe('two tabs', () => {
  test('orders do not share their state', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    void world.page({ orderRef: 'order2' }).pay()
    await world.clock.advance(0)
    expect([...world.storage.entries.keys()]).toEqual(['wechat-pay:order1', 'wechat-pay:order2'])
  })

  test('the second tab of one order continues the attempt of the first', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    void world.page().pay()
    await world.clock.advance(0)
    expect(world.server.payments).toHaveLength(1)
    expect(new Set(world.server.keys).size).toBe(1)
  })

  test('a verdict in one tab leaves the newer attempt of the other alone', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    const newer = JSON.stringify({ key: 'key-of-other-tab', request: { scene: 'miniProgram' } })
    world.storage.set(STORED, newer)
    world.server.decide('failed')
    await world.answer({ surface: 'finished' })
    expect(world.storage.get(STORED)).toBe(newer)
  })

  test('progress in one tab does not overwrite the newer attempt of the other', async () => {
    const world = createCheckoutWorld()
    const newer = JSON.stringify({ key: 'key-of-other-tab', request: { scene: 'miniProgram' } })
    const api = {
      request: (request: Parameters<typeof world.server.request>[0]) => {
        world.storage.set(STORED, newer)
        return world.server.request(request)
      },
    }
    void world.page({ api }).pay()
    await world.clock.advance(0)
    expect(world.opened).toHaveLength(1)
    expect(world.storage.get(STORED)).toBe(newer)
  })
})
