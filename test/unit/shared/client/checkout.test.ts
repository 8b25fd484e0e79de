import { describe, expect, test } from 'vitest'
import { VERDICTS } from '../../../../shared/payment-status.ts'
import { WECHAT_ACTION } from '../../../support/checkout-server.ts'
import { createCheckoutWorld, follow } from '../../../support/checkout-world.ts'

describe('paying an order', () => {
  test('a payer who finishes is told paid once the server says so, and nothing stays stored', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    expect(world.opened).toEqual([WECHAT_ACTION])

    await world.answer({ surface: 'finished' })
    expect(run.settled).toBe(false)
    world.server.decide('paid')
    await world.clock.advance(0)

    expect(run.value).toMatchObject({
      verdict: 'paid',
      surface: 'finished',
      payment: { paymentId: 'pay1', verdict: 'paid' },
    })
    expect(world.storage.entries.size).toBe(0)
  })

  test('the key is stored before the first request, and the payment before the cashier opens', async () => {
    const world = createCheckoutWorld()
    const seen: string[] = []
    const api = {
      request: (request: Parameters<typeof world.server.request>[0]) => {
        seen.push(`sent ${[...world.storage.entries.values()].join()}`)
        return world.server.request(request)
      },
    }
    const bridge = {
      async invoke() {
        seen.push(`opened ${[...world.storage.entries.values()].join()}`)
        return { surface: 'dismissed' } as const
      },
    }
    void world.page({ api, bridge }).pay()
    await world.clock.advance(0)

    expect(seen[0]).toMatch(/^sent .*"key-number-1"/)
    expect(seen[1]).toMatch(/^opened .*"key-number-1".*"pay1"/)
    expect([...world.storage.entries.keys()]).toEqual(['wechat-pay:order1'])
  })

  test('the request names scene, token and account, and never an amount', async () => {
    const world = createCheckoutWorld()
    const request = { scene: 'desktopQr', checkoutToken: 't0k', accountId: 'ppro' } as const
    void world.page({ request }).pay()
    await world.clock.advance(0)
    expect(world.server.posts[0]).toMatchObject({
      path: '/v1/checkout/order1/payments',
      headers: { 'idempotency-key': 'key-number-1' },
      body: request,
    })
  })

  test('a double tap is one run', async () => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    const first = checkout.pay()
    await world.clock.advance(0)
    const second = checkout.pay()
    expect(second).toBe(first)
    await world.answer({ surface: 'finished' })
    expect(checkout.pay()).toBe(first)
    world.server.decide('paid')
    await first
    expect(world.server.posts).toHaveLength(1)
    expect(world.opened).toHaveLength(1)
  })

  test('a bridge that says finished while the server says failed means failed', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.decide('failed', 'declined')
    await world.answer({ surface: 'finished' })
    expect(run.value).toMatchObject({ verdict: 'failed', payment: { reason: 'declined' } })
    expect(world.storage.entries.size).toBe(0)
  })

  test.each(VERDICTS.filter((verdict) => verdict !== 'pending'))(
    'a bridge that broke while the server says %s means %s',
    async (verdict) => {
      const world = createCheckoutWorld()
      const run = follow(world.page().pay())
      await world.clock.advance(0)
      world.server.decide(verdict)
      await world.answer({ surface: 'failed', reason: 'unknown', detail: 'system busy' })
      expect(run.value).toMatchObject({ verdict, surface: 'failed', detail: 'system busy' })
    },
  )

  test('a bridge that throws is a failed surface, and the server is still asked', async () => {
    const world = createCheckoutWorld()
    const bridge = { invoke: () => Promise.reject(new Error('torn down')) }
    const run = follow(world.page({ bridge }).pay())
    await world.clock.advance(10_000)
    expect(run.value).toMatchObject({
      verdict: 'pending',
      surface: 'failed',
      detail: 'Error: torn down',
    })
    expect(world.server.gets.length).toBeGreaterThan(0)
  })

  test('finished but undecided is pending after exactly the bound, and the state is kept', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(29_999)
    expect(run.settled).toBe(false)
    await world.clock.advance(1)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'finished' })
    expect(run.value).not.toHaveProperty('problem')
    expect(world.storage.entries.size).toBe(1)
  })

  test('the questions wait at the server and together never beyond the bound', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(60_000)
    expect(world.server.gets.map(({ path }) => path)).toEqual([
      '/v1/checkout/payments/pay1?waitMs=25000&returned=1',
      '/v1/checkout/payments/pay1?waitMs=5000',
    ])
  })

  test('limits are the page’s to set', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page({ limits: { confirmMs: 2_000 } }).pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(2_000)
    expect(run.value?.verdict).toBe('pending')
  })
})

describe('leaving the cashier', () => {
  test('dismissed is told apart from failed, and asks for a short while only', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'dismissed' })
  })

  test('unavailable is told with its reason', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'unavailable', reason: 'noPermission' })
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({
      verdict: 'pending',
      surface: 'unavailable',
      reason: 'noPermission',
    })
  })

  test('paying again after dismissing opens the same payment with the same key', async () => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    void checkout.pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)

    const again = follow(checkout.pay())
    await world.clock.advance(0)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-1'])
    expect(world.server.payments).toHaveLength(1)
    expect(world.opened).toHaveLength(2)
    await world.answer({ surface: 'finished' })
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(again.value?.verdict).toBe('paid')
  })

  test('a payment that was paid meanwhile never opens the cashier again', async () => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    void checkout.pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    world.server.decide('paid')

    const again = follow(checkout.pay())
    await world.clock.advance(0)
    expect(again.value).toMatchObject({ verdict: 'paid', surface: 'none' })
    expect(world.opened).toHaveLength(1)
    expect(world.server.posts).toHaveLength(1)
  })

  test.each(['failed', 'closed'] as const)('after %s the next tap makes a new key', async (end) => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    void checkout.pay()
    await world.clock.advance(0)
    world.server.decide(end)
    await world.answer({ surface: 'finished' })

    void checkout.pay()
    await world.clock.advance(0)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-2'])
    expect(world.server.payments).toHaveLength(2)
  })

  test('a payment that was closed while the page did not look gets a new key at the next tap', async () => {
    const world = createCheckoutWorld()
    const checkout = world.page()
    void checkout.pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    world.server.decide('closed', 'expired')
    void checkout.pay()
    await world.clock.advance(0)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-2'])
  })
})

describe('actions without a cashier', () => {
  test('nothing is opened where the payer’s phone asks by itself', async () => {
    const world = createCheckoutWorld()
    world.server.action = { kind: 'wait' }
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value).toMatchObject({ verdict: 'paid', surface: 'none' })
    expect(world.opened).toHaveLength(0)
  })

  test('a payment decided at once opens nothing and asks nothing', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push({
      status: 201,
      body: { paymentId: 'pay9', verdict: 'paid', clientAction: null },
    })
    const result = await world.page().pay()
    expect(result).toMatchObject({ verdict: 'paid', surface: 'none' })
    expect(world.server.gets).toHaveLength(0)
    expect(world.storage.entries.size).toBe(0)
  })

  test('a QR code is watched from the start and taken down when the verdict comes', async () => {
    const world = createCheckoutWorld()
    const expiresAt = new Date(world.clock.nowMs() + 7_200_000).toISOString()
    world.server.action = { kind: 'qrCode', content: 'weixin://x', image: null, expiresAt }
    const run = follow(world.page().pay())
    await world.clock.advance(3_600_000)
    expect(run.settled).toBe(false)
    world.server.decide('paid')
    await world.clock.advance(0)
    expect(run.value).toMatchObject({ verdict: 'paid', surface: 'none' })
    expect(world.closed()).toBe(1)
    // One held question after the other: the server is not flooded while the code is on show.
    expect(world.server.gets.length).toBeLessThanOrEqual(3_600_000 / 25_000 + 2)
    expect(world.server.gets.filter(({ path }) => path.includes('returned'))).toEqual([])
  })

  test('a QR code that the payer closes is dismissed', async () => {
    const world = createCheckoutWorld()
    const expiresAt = new Date(world.clock.nowMs() + 7_200_000).toISOString()
    world.server.action = { kind: 'qrCode', content: 'weixin://x', image: null, expiresAt }
    const run = follow(world.page().pay())
    await world.clock.advance(60_000)
    await world.answer({ surface: 'dismissed' })
    await world.clock.advance(5_000)
    expect(run.value).toMatchObject({ verdict: 'pending', surface: 'dismissed' })
    expect(world.closed()).toBe(0)
  })

  test('a redirect that leaves the page does not claim that the payer came back', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'none' })
    expect(world.server.gets[0]?.path).not.toContain('returned')
  })
})
