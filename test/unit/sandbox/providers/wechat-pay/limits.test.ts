import { describe, expect, test } from 'vitest'
import { GLOBAL, globalMerchant, paid, payWorld, refundBody, suffix } from './world.ts'

describe('a rate limit', () => {
  test('turns orders away within one second and lets them in the next', async () => {
    const world = await payWorld({ ordersPerSecond: 2 })
    expect((await world.jsapi()).status).toBe(200)
    expect((await world.jsapi()).status).toBe(200)
    const limited = await world.jsapi()
    expect(limited).toMatchObject({ status: 429, json: { code: 'FREQUENCY_LIMITED' } })
    expect(suffix(limited)).toBe('268447840')
    await world.clock.advance(1000)
    expect((await world.jsapi()).status).toBe(200)
  })

  test('is six a second for refund calls that err', async () => {
    const world = await payWorld({ refundGapMs: 0 })
    await paid(world)
    const erring = () =>
      world.call('POST', '/v3/refund/domestic/refunds', {
        body: refundBody({ out_trade_no: 'never-1' }),
      })
    for (let count = 0; count < 6; count += 1) expect((await erring()).status).toBe(404)
    expect((await erring()).status).toBe(429)
    const good = () => world.call('POST', '/v3/refund/domestic/refunds', { body: refundBody() })
    expect((await good()).status).toBe(429)
    await world.clock.advance(1000)
    expect((await good()).status).toBe(200)
  })

  test('has another word across the border', async () => {
    const world = await payWorld({ ordersPerSecond: 0 }, [globalMerchant])
    const sent = { host: 'global', mchId: GLOBAL, body: {} } as const
    const { json } = await world.call('POST', '/v3/global/transactions/native', sent)
    expect(json).toMatchObject({ code: 'RATE_LIMITED' })
  })

  test('strikes on demand, for so many calls', async () => {
    const world = await payWorld()
    world.simulator.limitNext(2)
    expect(await world.query()).toMatchObject({ status: 429, json: { code: 'RATELIMIT_EXCEEDED' } })
    expect((await world.jsapi()).status).toBe(429)
    expect((await world.jsapi()).status).toBe(200)
  })
})

describe('hosts', () => {
  test('fail one by one: the secondary serves while the primary is away', async () => {
    const world = await payWorld({ primaryHost: 'unreachable' })
    await expect(world.jsapi()).rejects.toThrow()
    const sent = { host: 'secondary', body: world.order() } as const
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', sent)
    expect(answer.status).toBe(200)
    world.simulator.configure({ primaryHost: 'unavailable', secondaryHost: 'unreachable' })
    expect(await world.query()).toMatchObject({
      status: 503,
      json: { code: 'SERVICE_UNAVAILABLE' },
    })
    world.simulator.configure({ primaryHost: 'up' })
    expect((await world.query()).json).toMatchObject({ trade_state: 'NOTPAY' })
  })
})

describe('a fault plan', () => {
  test('loses the answer after the order was placed', async () => {
    const world = await payWorld()
    const fault = 'timeoutAfterSuccess'
    world.simulator.faults.set({ calls: [{ operation: 'create', fault }] })
    await expect(world.jsapi()).rejects.toThrow()
    expect((await world.query()).json).toMatchObject({ trade_state: 'NOTPAY' })
  })

  test.each([
    { status: 500, code: 'SYSTEM_ERROR' },
    { status: 502, code: 'SERVICE_UNAVAILABLE' },
    { status: 503, code: 'SERVICE_UNAVAILABLE' },
  ])('breaks a call with $status in WeChat’s form, before any effect', async ({ status, code }) => {
    const world = await payWorld()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'fail5xx', status }] })
    const answer = await world.jsapi()
    expect(answer).toMatchObject({ status, json: { code } })
    expect(answer.headers.get('Request-ID')).toMatch(/^[0-9A-F]{40}-\d+$/)
    expect((await world.query()).status).toBe(404)
  })
})

describe('a reset', () => {
  test('forgets orders, timers and switches, and keeps merchants and keys', async () => {
    const world = await payWorld()
    const before = world.simulator.credentials(GLOBAL.replace('4', '1'))
    await paid(world)
    world.simulator.configure({ codeSpelling: 'legacy', primaryHost: 'unavailable' })
    world.simulator.reset()
    expect(world.simulator.books()).toEqual({ payments: [], refunds: [] })
    expect(await world.query()).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
    expect(world.simulator.credentials(before.mchId)).toEqual(before)
  })
})
