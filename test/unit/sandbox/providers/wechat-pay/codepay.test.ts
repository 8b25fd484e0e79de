import { describe, expect, test } from 'vitest'
import { APP, DIRECT, type PayWorld, payWorld, suffix } from './world.ts'

const PATH = '/v3/pay/transactions/codepay'

function byCode(world: PayWorld, changes: Record<string, unknown> = {}) {
  const { notify_url: _, ...order } = world.order()
  const payer = { auth_code: '130061098828009406' }
  const scene_info = { store_info: { id: '0001' } }
  return world.call('POST', PATH, { body: { ...order, payer, scene_info, ...changes } })
}

const reverse = (world: PayWorld, body: unknown = { appid: APP, mchid: DIRECT }) =>
  world.call('POST', '/v3/pay/transactions/out-trade-no/tea-1001/reverse', { body })

describe('a payment code', () => {
  test('is not offered unless the switch says so', async () => {
    const world = await payWorld()
    expect(await byCode(world)).toMatchObject({ status: 403, json: { code: 'NO_AUTH' } })
    expect((await reverse(world)).status).toBe(403)
  })

  test('is paid at once, and nobody is notified', async () => {
    const world = await payWorld({ codepay: true })
    const before = world.people.balanceFen('li-wei')
    expect((await byCode(world)).json).toMatchObject({
      trade_state: 'SUCCESS',
      trade_type: 'MICROPAY',
      amount: { total: 1999 },
    })
    expect(world.people.balanceFen('li-wei')).toBe(before - 1999)
    expect(world.simulator.notifications.log()).toEqual([])
  })

  test('may wait for a password, is paid then, or reversed', async () => {
    const world = await payWorld({ codepay: true, codepayEndsAs: 'USERPAYING' })
    expect((await byCode(world)).json).toMatchObject({ trade_state: 'USERPAYING' })
    await world.simulator.pay('tea-1001')
    expect((await world.query()).json).toMatchObject({ trade_state: 'SUCCESS' })
    const before = world.people.balanceFen('li-wei')
    expect((await reverse(world)).status).toBe(200)
    expect((await reverse(world)).status).toBe(200)
    expect(world.people.balanceFen('li-wei')).toBe(before + 1999)
    expect((await world.query()).json).toMatchObject({ trade_state: 'REVOKED' })
  })

  test('may fail for good; an empty wallet fails it, too', async () => {
    const world = await payWorld({ codepay: true, codepayEndsAs: 'PAYERROR' })
    expect((await byCode(world)).json).toMatchObject({ trade_state: 'PAYERROR' })
    world.simulator.configure({ codepayEndsAs: 'SUCCESS' })
    const dear = { out_trade_no: 'tea-1002', amount: { total: 99_999_999 } }
    expect((await byCode(world, dear)).json).toMatchObject({ trade_state: 'PAYERROR' })
  })

  test('cannot be closed, and no other order reversed', async () => {
    const world = await payWorld({ codepay: true })
    await byCode(world)
    expect(suffix(await world.close())).toBe('268449641')
    await world.jsapi({ out_trade_no: 'tea-1002' })
    const target = '/v3/pay/transactions/out-trade-no/tea-1002/reverse'
    const body = { appid: APP, mchid: DIRECT }
    expect((await world.call('POST', target, { body })).json).toMatchObject({
      code: 'INVALID_REQUEST',
    })
  })

  test.each([{ mchid: DIRECT }, { appid: APP }, { appid: APP, mchid: DIRECT, reason: 'x' }])(
    'is not reversed by %j',
    async (body) => {
      const world = await payWorld({ codepay: true, codepayEndsAs: 'USERPAYING' })
      await byCode(world)
      expect((await reverse(world, body)).status).toBe(400)
      expect((await world.query()).json).toMatchObject({ trade_state: 'USERPAYING' })
    },
  )

  test.each([
    { payer: { auth_code: '990061098828009406' } },
    { payer: { auth_code: '13006109882800940' } },
    { notify_url: 'https://shop.example/n' },
    { scene_info: {} },
  ])('with %j is refused', async (changes) => {
    const world = await payWorld({ codepay: true })
    expect((await byCode(world, changes)).json).toMatchObject({ code: 'PARAM_ERROR' })
  })
})
