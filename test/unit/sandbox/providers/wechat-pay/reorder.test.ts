import { describe, expect, test } from 'vitest'
import { paid, payWorld, suffix } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('the same number', () => {
  test('with the same content gets a fresh prepay_id; one payment, whichever is used', async () => {
    const world = await payWorld()
    const first = String((await world.jsapi()).json['prepay_id'])
    const second = String((await world.jsapi()).json['prepay_id'])
    expect(second).not.toBe(first)
    world.walletPay(first)
    expect(world.wechat.prepay(second)?.state).toBe('closed')
    expect(() => world.walletPay(second)).toThrow()
    expect(world.simulator.books().payments).toHaveLength(1)
    expect(world.simulator.books().payments[0]?.state).toBe('paid')
  })

  test('with the same content in another order of fields is the same', async () => {
    const world = await payWorld()
    await world.jsapi()
    const entries = Object.entries(world.order()).toReversed()
    const body = Object.fromEntries(entries)
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', { body })
    expect(answer.status).toBe(200)
  })

  test('for a QR code voids the older one', async () => {
    const world = await payWorld()
    const { payer: _, ...body } = world.order()
    const native = () => world.call('POST', '/v3/pay/transactions/native', { body })
    await native()
    const [older] = world.simulator.books().payments
    await native()
    expect(world.wechat.prepay(older?.id ?? '')?.state).toBe('closed')
    await world.simulator.pay('tea-1001')
    expect(world.simulator.books().payments[0]?.state).toBe('paid')
  })

  test.each([
    { description: 'Biluochun' },
    { amount: { total: 2000, currency: 'CNY' } },
    { amount: { total: 1999 } },
    { notify_url: 'https://shop.example/other' },
    { time_expire: '2026-06-24T17:15:00+08:00' },
    { attach: 'a' },
  ])('with %j changed is refused', async (change) => {
    const world = await payWorld()
    await world.jsapi()
    const answer = await world.jsapi(change)
    expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect(suffix(answer)).toBe('268498688')
  })

  test('at another endpoint is another order', async () => {
    const world = await payWorld()
    const { payer: _, ...body } = world.order()
    await world.call('POST', '/v3/pay/transactions/native', { body })
    expect(suffix(await world.call('POST', '/v3/pay/transactions/app', { body }))).toBe('268498688')
  })

  test('after the payment is used up', async () => {
    const world = await payWorld()
    await paid(world)
    const answer = await world.jsapi()
    expect(answer).toMatchObject({ status: 403, json: { code: 'OUT_TRADE_NO_USED' } })
    expect(suffix(answer)).toBe('268498689')
  })

  test.each(['ORDER_CLOSED', 'INVALID_REQUEST'] as const)(
    'after closing is refused as %s',
    async (closedReorderCode) => {
      const world = await payWorld({ closedReorderCode })
      await world.jsapi()
      await world.close()
      expect(await world.jsapi()).toMatchObject({ status: 400, json: { code: closedReorderCode } })
    },
  )
})

describe('time_expire', () => {
  const at = (minutes: number) =>
    new Date(Date.UTC(2026, 5, 24, 16, 15 + minutes)).toISOString().replace('.000Z', '+08:00')

  test('ends paying, not the order; after it a new number is needed', async () => {
    const world = await payWorld()
    const prepayId = String((await world.jsapi({ time_expire: at(30) })).json['prepay_id'])
    await world.clock.advance(30 * MINUTE_MS)
    expect(() => world.walletPay(prepayId)).toThrow()
    await expect(world.simulator.pay('tea-1001')).rejects.toThrow(/over/)
    expect((await world.query()).json).toMatchObject({ trade_state: 'NOTPAY' })
    const answer = await world.jsapi({ time_expire: at(30) })
    expect(answer.json).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(suffix(answer)).toBe('268447914')
  })

  test('earlier than a minute is raised to a minute', async () => {
    const world = await payWorld()
    const prepayId = String((await world.jsapi({ time_expire: at(-5) })).json['prepay_id'])
    await world.clock.advance(MINUTE_MS - 1)
    world.walletPay(prepayId)
    expect((await world.query()).json).toMatchObject({ trade_state: 'SUCCESS' })
  })
})

describe('an unpaid order', () => {
  test('outlives its prepay_id: two hours later the same order gets another', async () => {
    const world = await payWorld()
    const prepayId = String((await world.jsapi()).json['prepay_id'])
    await world.clock.advance(2 * HOUR_MS)
    expect(() => world.walletPay(prepayId)).toThrow(/失效/)
    expect((await world.jsapi()).status).toBe(200)
    await world.simulator.pay('tea-1001')
    expect((await world.query()).json).toMatchObject({ trade_state: 'SUCCESS' })
  })

  test('is closed by WeChat after a week, a paid one stays paid', async () => {
    const world = await payWorld()
    await world.jsapi()
    await paid(world, { out_trade_no: 'tea-1002' })
    await world.clock.advance(7 * 24 * HOUR_MS - 1)
    expect((await world.query()).json).toMatchObject({ trade_state: 'NOTPAY' })
    await world.clock.advance(1)
    expect((await world.query()).json).toMatchObject({ trade_state: 'CLOSED' })
    expect((await world.query('tea-1002')).json).toMatchObject({ trade_state: 'SUCCESS' })
  })
})
