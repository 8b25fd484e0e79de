import { describe, expect, test } from 'vitest'
import { OTHER_APP, payWorld, suffix } from './world.ts'

const PARAMETER = '268435461'
const RANGE = '268435464'
const EXTRA = '270924358'

describe('the body of an order', () => {
  test.each([
    ['an unknown field', { colour: 'green' }, '/colour', EXTRA],
    ['an unknown field deep inside', { amount: { total: 1, tip: 1 } }, '/amount/tip', EXTRA],
    ['an emoji', { description: 'Tea 🍵' }, '/description', PARAMETER],
    ['an emoji in a value nobody reads', { attach: '𠮷' }, '/attach', PARAMETER],
    ['null', { attach: null }, '/attach', PARAMETER],
    ['no description', { description: undefined }, '/description', PARAMETER],
    ['a description of 128', { description: 'x'.repeat(128) }, '/description', PARAMETER],
    ['an attach of 129', { attach: 'x'.repeat(129) }, '/attach', PARAMETER],
    ['a number of five characters', { out_trade_no: 'tea-1' }, '/out_trade_no', PARAMETER],
    ['a number of 33', { out_trade_no: 'x'.repeat(33) }, '/out_trade_no', PARAMETER],
    ['a number with a slash', { out_trade_no: 'tea/1001' }, '/out_trade_no', PARAMETER],
    ['a total of nothing', { amount: { total: 0 } }, '/amount/total', RANGE],
    ['a total with decimals', { amount: { total: 19.99 } }, '/amount/total', PARAMETER],
    ['a total as text', { amount: { total: '1999' } }, '/amount/total', PARAMETER],
    ['dollars', { amount: { total: 1, currency: 'USD' } }, '/amount/currency', PARAMETER],
    [
      'a query behind notify_url',
      { notify_url: 'https://a.example/n?x=1' },
      '/notify_url',
      PARAMETER,
    ],
    ['no address as notify_url', { notify_url: '/n' }, '/notify_url', PARAMETER],
    [
      'a long notify_url',
      { notify_url: `https://a.example/${'x'.repeat(240)}` },
      '/notify_url',
      PARAMETER,
    ],
    ['a time without an offset', { time_expire: '2026-06-24T17:15:00' }, '/time_expire', PARAMETER],
    [
      'a time that is none',
      { time_expire: '2026-13-24T17:15:00+08:00' },
      '/time_expire',
      PARAMETER,
    ],
    ['goods_tag of 33', { goods_tag: 'x'.repeat(33) }, '/goods_tag', PARAMETER],
    [
      'a name as address',
      { scene_info: { payer_client_ip: 'localhost' } },
      '/scene_info/payer_client_ip',
      PARAMETER,
    ],
    ['an empty openid', { payer: { openid: '' } }, '/payer/openid', '268501013'],
    ['no openid', { payer: {} }, '/payer/openid', '268501013'],
    ['no payer', { payer: undefined }, '/payer', '268501013'],
  ])('with %s is refused', async (_, change, field, digits) => {
    const world = await payWorld()
    const answer = await world.jsapi(change)
    expect(answer).toMatchObject({
      status: 400,
      json: { code: 'PARAM_ERROR', detail: { field, location: 'body' } },
    })
    expect(suffix(answer)).toBe(digits)
    expect(world.simulator.books().payments).toEqual([])
  })

  test.each([
    ['the longest description', { description: '茶'.repeat(127) }],
    ['every character that a number may have', { out_trade_no: 'aZ09_-|*' }],
    ['32 characters of number', { out_trade_no: 'x'.repeat(32) }],
    [
      'goods and invoice',
      {
        support_fapiao: true,
        settle_info: { profit_sharing: false },
        goods_tag: 'WXG',
        detail: {
          cost_price: 1999,
          goods_detail: [{ merchant_goods_id: '1246464644', quantity: 1, unit_price: 1999 }],
        },
        scene_info: {
          payer_client_ip: '2001:db8::1',
          device_id: '013467007045764',
          store_info: { id: '0001' },
        },
      },
    ],
    ['no currency', { amount: { total: 1 } }],
  ])('with %s is taken', async (_, change) => {
    const world = await payWorld()
    expect((await world.jsapi(change)).status).toBe(200)
  })

  test('hides an emoji in an escape in vain', async () => {
    const world = await payWorld()
    const raw = JSON.stringify(world.order({ attach: '🍵' })).replace('🍵', '\\ud83c\\udf75')
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', { raw })
    expect(answer.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/attach' } })
  })

  test('with half an emoji is refused: a lone surrogate is no character', async () => {
    const world = await payWorld()
    const raw = JSON.stringify(world.order({ attach: 'HALF' })).replace('HALF', '\\ud83c')
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', { raw })
    expect(answer.json).toMatchObject({ code: 'PARAM_ERROR', detail: { field: '/attach' } })
  })

  test.each(['[]', '"text"', '{"a":', '{}', '\u00ff'])('that reads %s is refused', async (raw) => {
    const world = await payWorld()
    const answer = await world.call('POST', '/v3/pay/transactions/jsapi', { raw })
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
  })

  test('for another app or merchant than the signer’s is refused', async () => {
    const world = await payWorld()
    const app = await world.jsapi({ appid: OTHER_APP })
    expect(app).toMatchObject({ status: 400, json: { code: 'APPID_MCHID_NOT_MATCH' } })
    expect(suffix(app)).toBe('268445527')
    const merchant = await world.jsapi({ mchid: '1900000009' })
    expect(merchant).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } })
    expect(suffix(merchant)).toBe('268447843')
  })

  test('of H5 needs the scene, and nobody but JSAPI names a payer', async () => {
    const world = await payWorld()
    const { payer, ...body } = world.order()
    const h5 = (scene: object | undefined) =>
      world.call('POST', '/v3/pay/transactions/h5', { body: { ...body, scene_info: scene } })
    const h5_info = { type: 'Wap' }
    expect((await h5(undefined)).status).toBe(400)
    expect((await h5({ payer_client_ip: '203.0.113.7' })).status).toBe(400)
    expect((await h5({ h5_info })).status).toBe(400)
    expect((await h5({ payer_client_ip: '203.0.113.7', h5_info: { type: 'Web' } })).status).toBe(
      400,
    )
    const native = await world.call('POST', '/v3/pay/transactions/native', {
      body: { ...body, payer },
    })
    expect(suffix(native)).toBe(EXTRA)
  })

  test('is held to public addresses where that is asked for', async () => {
    const world = await payWorld({ strictNotifyUrl: true, strictIpAddress: true })
    const { payer: _, ...body } = world.order({ notify_url: 'https://shop.example/n' })
    const h5 = async (payer_client_ip: string, notify_url = body.notify_url) => {
      const scene_info = { payer_client_ip, h5_info: { type: 'iOS' } }
      const sent = { body: { ...body, notify_url, scene_info } }
      return (await world.call('POST', '/v3/pay/transactions/h5', sent)).status
    }
    expect(await h5('203.0.113.7')).toBe(200)
    for (const address of [
      '127.0.0.1',
      '10.1.2.3',
      '172.20.0.1',
      '192.168.1.1',
      '::1',
      'fd00::1',
    ]) {
      expect(await h5(address), address).toBe(400)
    }
    for (const url of [
      'http://shop.example/n',
      'https://localhost/n',
      'https://127.0.0.1/n',
      'https://[::1]/n',
    ]) {
      expect(await h5('203.0.113.7', url), url).toBe(400)
    }
  })
})
