import { describe, expect, test } from 'vitest'
import { APP, DIRECT, paid, payWorld, suffix } from './world.ts'

const byId = (id: string) => `/v3/pay/transactions/id/${id}?mchid=${DIRECT}`

describe('a query', () => {
  test('of an unpaid order answers as published logs show it', async () => {
    const world = await payWorld()
    await world.jsapi()
    expect((await world.query()).json).toEqual({
      amount: { payer_currency: 'CNY', total: 1999 },
      appid: APP,
      mchid: DIRECT,
      out_trade_no: 'tea-1001',
      promotion_detail: [],
      scene_info: { device_id: '' },
      trade_state: 'NOTPAY',
      trade_state_desc: '订单未支付',
    })
  })

  test('of an unpaid order may be complete, too', async () => {
    const world = await payWorld({ unpaidAnswers: 'complete' })
    await world.jsapi({ attach: 'a' })
    expect((await world.query()).json).toMatchObject({
      amount: { total: 1999, currency: 'CNY' },
      trade_type: 'JSAPI',
      attach: 'a',
    })
  })

  test('of a paid one answers the same by either number', async () => {
    const world = await payWorld()
    const id = await paid(world, { attach: 'shelf 4' })
    const byOurs = await world.query()
    const byTheirs = await world.call('GET', byId(id))
    expect(byTheirs.json).toEqual(byOurs.json)
    expect(byOurs.json).toMatchObject({
      transaction_id: expect.stringMatching(/^4200\d{6}20260624\d{10}$/),
      trade_type: 'JSAPI',
      trade_state: 'SUCCESS',
      success_time: '2026-06-24T16:15:00+08:00',
      attach: 'shelf 4',
      payer: { openid: world.openid() },
      amount: { total: 1999, payer_total: 1999, currency: 'CNY', payer_currency: 'CNY' },
    })
  })

  test.each(['tea-9999', 'tea%2F1'])('for %s, which nobody ordered, is 404', async (no) => {
    const world = await payWorld()
    await world.jsapi()
    const answer = await world.query(no)
    expect(answer).toMatchObject({ status: 404, json: { code: 'ORDER_NOT_EXIST' } })
    expect(suffix(answer)).toBe('268512771')
    expect((await world.call('GET', byId('4200'))).status).toBe(404)
  })

  test('without mchid, or with another’s, is refused', async () => {
    const world = await payWorld()
    const target = '/v3/pay/transactions/out-trade-no/tea-1001'
    const bare = await world.call('GET', target)
    expect(bare.json).toMatchObject({
      code: 'PARAM_ERROR',
      detail: { field: 'mchid', location: 'query' },
    })
    const foreign = await world.call('GET', `${target}?mchid=1900000009`)
    expect(foreign.json).toMatchObject({ code: 'INVALID_REQUEST' })
    const twice = await world.call('GET', `${target}?mchid=${DIRECT}&mchid=${DIRECT}`)
    expect(twice.json).toMatchObject({ code: 'PARAM_ERROR' })
  })

  test('can answer a word that nobody knows, and a sum that is not the order’s', async () => {
    const world = await payWorld({ tradeStateWord: 'ON_HOLD', totalOffBy: 1 })
    await paid(world)
    expect((await world.query()).json).toMatchObject({
      trade_state: 'ON_HOLD',
      amount: { total: 2000 },
    })
  })

  test('can spell its codes as the table of 2020', async () => {
    const world = await payWorld({ codeSpelling: 'legacy' })
    expect((await world.query()).json).toMatchObject({ code: 'ORDERNOTEXIST' })
  })
})

describe('closing', () => {
  test('answers 204, again and again, and the prepay_id is dead', async () => {
    const world = await payWorld()
    const prepayId = String((await world.jsapi()).json['prepay_id'])
    expect((await world.close()).status).toBe(204)
    expect((await world.close()).status).toBe(204)
    expect(() => world.walletPay(prepayId)).toThrow()
    expect((await world.query()).json).toMatchObject({ trade_state: 'CLOSED' })
  })

  test('a paid order is refused, and it stays paid', async () => {
    const world = await payWorld()
    await paid(world)
    const answer = await world.close()
    expect(answer).toMatchObject({ status: 403, json: { code: 'TRADE_ERROR' } })
    expect(suffix(answer)).toBe('268449538')
    expect(world.simulator.books().payments[0]?.state).toBe('paid')
  })

  test('an unknown order is 404, extra fields and another’s mchid are refused', async () => {
    const world = await payWorld()
    expect((await world.close('never-1')).status).toBe(404)
    await world.jsapi()
    const target = '/v3/pay/transactions/out-trade-no/tea-1001/close'
    const extra = await world.call('POST', target, { body: { mchid: DIRECT, reason: 'x' } })
    expect(suffix(extra)).toBe('270924358')
    const foreign = await world.call('POST', target, { body: { mchid: '1900000009' } })
    expect(foreign.status).toBe(400)
    expect((await world.query()).json).toMatchObject({ trade_state: 'NOTPAY' })
  })
})
