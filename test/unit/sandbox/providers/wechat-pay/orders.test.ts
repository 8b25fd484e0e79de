import { createSign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { paySignFits } from '../../../../../sandbox/wechat/pay/pay-sign.ts'
import {
  APP,
  DIRECT,
  direct,
  GLOBAL,
  globalMerchant,
  INSTITUTION,
  institution,
  OTHER_APP,
  PARTNER,
  type PayWorld,
  partner,
  payWorld,
  SUB,
  suffix,
} from './world.ts'

const H5_SCENE = { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } }
const TRANSACTIONS = '/v3/pay/transactions'

describe('an order', () => {
  test('by JSAPI answers a prepay_id that only its payer can pay', async () => {
    const world = await payWorld()
    const { status, json } = await world.jsapi()
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['prepay_id'])
    await expect(world.simulator.pay('tea-1001', { person: 'anna' })).rejects.toThrow(/OPENID/)
    await world.simulator.pay('tea-1001')
    expect(world.simulator.books().payments).toMatchObject([
      { account: DIRECT, reference: 'tea-1001', state: 'paid', amount: { value: 1999 } },
    ])
  })

  test('is verified by the cashier with the merchant’s own public key', async () => {
    const world = await payWorld()
    const prepayId = String((await world.jsapi()).json['prepay_id'])
    const signing = world.wechat.prepay(prepayId)?.order.signing
    const privateKey = world.simulator.credentials(DIRECT).apiCertificate?.privateKeyPem ?? ''
    const params = {
      appId: APP,
      timeStamp: '1782288900',
      nonceStr: 'n1',
      package: `prepay_id=${prepayId}`,
      signType: 'RSA',
    } as const
    const text = `${APP}\n1782288900\nn1\nprepay_id=${prepayId}\n`
    const paySign = createSign('sha256').update(text).sign(privateKey, 'base64')
    expect(signing?.signType).toBe('RSA')
    expect(paySignFits(params, paySign, signing?.key ?? '')).toBe(true)
    expect(paySignFits({ ...params, nonceStr: 'n2' }, paySign, signing?.key ?? '')).toBe(false)
    expect(signing?.key).not.toContain('PRIVATE')
  })

  test.each([
    { path: 'app', change: {}, field: 'prepay_id', like: /^wx\w+$/ },
    { path: 'native', change: {}, field: 'code_url', like: /^weixin:\/\/wxpay\/bizpayurl\?pr=/ },
    {
      path: 'h5',
      change: { scene_info: H5_SCENE },
      field: 'h5_url',
      like: /checkmweb\?prepay_id=/,
    },
  ])('by $path answers $field', async ({ path, change, field, like }) => {
    const world = await payWorld()
    const { payer: _, ...body } = world.order(change)
    const { status, json } = await world.call('POST', `${TRANSACTIONS}/${path}`, { body })
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual([field])
    expect(json[field]).toMatch(like)
  })

  test('is the same at the secondary host: one ledger', async () => {
    const world = await payWorld()
    await world.jsapi()
    const target = `${TRANSACTIONS}/out-trade-no/tea-1001?mchid=${DIRECT}`
    const { json } = await world.call('GET', target, { host: 'secondary' })
    expect(json).toMatchObject({ trade_state: 'NOTPAY' })
  })
})

describe('an order of a service provider', () => {
  const PATH = '/v3/pay/partner/transactions/jsapi'
  const world = () => payWorld({}, [partner, direct])
  const bodyOf = (changes: Record<string, unknown>) => ({
    sp_appid: APP,
    sp_mchid: PARTNER,
    sub_mchid: SUB,
    description: 'Longjing',
    out_trade_no: 'tea-1001',
    notify_url: 'https://shop.example/n',
    amount: { total: 1999 },
    ...changes,
  })

  test('names the payer by sp_openid, and answers repeat both merchants', async () => {
    const { call, openid, simulator } = await world()
    const body = bodyOf({ payer: { sp_openid: openid() } })
    expect((await call('POST', PATH, { body })).status).toBe(200)
    await simulator.pay('tea-1001')
    const query = `/v3/pay/partner/transactions/out-trade-no/tea-1001?sp_mchid=${PARTNER}&sub_mchid=${SUB}`
    expect((await call('GET', query)).json).toMatchObject({
      sp_appid: APP,
      sp_mchid: PARTNER,
      sub_mchid: SUB,
      trade_state: 'SUCCESS',
      payer: { sp_openid: openid() },
    })
    expect(simulator.books().payments[0]?.account).toBe(`${PARTNER}/${SUB}`)
  })

  test('may name it by sub_openid, which belongs to sub_appid', async () => {
    const { call, openid, wechat } = await world()
    const payer = { sub_openid: openid('li-wei', OTHER_APP) }
    const body = bodyOf({ sub_appid: OTHER_APP, payer })
    const { json } = await call('POST', PATH, { body })
    expect(wechat.prepay(String(json['prepay_id']))?.order.appId).toBe(OTHER_APP)
  })

  test.each([
    ['sub_openid without sub_appid', { payer: { sub_openid: 'o1' } }, 'PARAM_ERROR'],
    ['both openids', { payer: { sp_openid: 'o1', sub_openid: 'o2' } }, 'PARAM_ERROR'],
    ['neither openid', { payer: {} }, 'PARAM_ERROR'],
    ['a sub-merchant of others', { sub_mchid: '1', payer: { sp_openid: 'o1' } }, 'NO_AUTH'],
    [
      'a foreign sub_appid',
      { sub_appid: 'wx1', payer: { sub_openid: 'o1' } },
      'APPID_MCHID_NOT_MATCH',
    ],
  ])('with %s is refused', async (_, changes, code) => {
    const { call } = await world()
    expect((await call('POST', PATH, { body: bodyOf(changes) })).json).toMatchObject({ code })
  })
})

describe('a cross-border order', () => {
  const bodyOf = (changes: Record<string, unknown> = {}) => ({
    appid: APP,
    mchid: GLOBAL,
    description: 'Longjing',
    out_trade_no: 'tea-1001',
    notify_url: 'https://shop.example/n',
    trade_type: 'NATIVE',
    merchant_category_code: '5499',
    amount: { total: 1999, currency: 'HKD' },
    ...changes,
  })
  const at = { host: 'global', mchId: GLOBAL } as const
  const PATH = '/v3/global/transactions'

  test('is paid in yuan at a rate that the query tells, its number called id', async () => {
    const world = await payWorld({}, [globalMerchant])
    const { json } = await world.call('POST', `${PATH}/native`, { ...at, body: bodyOf() })
    expect(json['code_url']).toMatch(/^weixin:/)
    await world.simulator.pay('tea-1001')
    const query = `${PATH}/out-trade-no/tea-1001?mchid=${GLOBAL}`
    const answer = await world.call('GET', query, at)
    expect(answer.json).toMatchObject({
      id: expect.stringMatching(/^4200\d{24}$/),
      trade_type: 'NATIVE',
      amount: {
        total: 1999,
        currency: 'HKD',
        payer_total: 1839,
        payer_currency: 'CNY',
        exchange_rate: { type: 'SETTLEMENT_RATE', rate: 91_995_997 },
      },
    })
    expect(answer.json).not.toHaveProperty('transaction_id')
  })

  test('for a browser answers mweb_url and needs the payer’s address', async () => {
    const world = await payWorld({}, [globalMerchant])
    const body = bodyOf({ trade_type: 'MWEB', scene_info: { payer_client_ip: '203.0.113.7' } })
    const { json } = await world.call('POST', `${PATH}/mweb`, { ...at, body })
    expect(json['mweb_url']).toMatch(/^http/)
    const bare = bodyOf({ trade_type: 'MWEB', out_trade_no: 'tea-1002', scene_info: {} })
    expect((await world.call('POST', `${PATH}/mweb`, { ...at, body: bare })).status).toBe(400)
  })

  test.each([
    { trade_type: 'JSAPI' },
    { trade_type: undefined },
    { merchant_category_code: undefined },
    { merchant_category_code: '54' },
    { amount: { total: 1999, currency: 'XXX' } },
    { support_fapiao: true },
  ])('with %j is refused', async (change) => {
    const world = await payWorld({}, [globalMerchant])
    const answer = await world.call('POST', `${PATH}/native`, { ...at, body: bodyOf(change) })
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
  })

  test('of an institution names its sub-merchant', async () => {
    const world = await payWorld({}, [institution])
    const { appid: _a, mchid: _m, ...rest } = bodyOf()
    const body = { ...rest, sp_appid: APP, sp_mchid: INSTITUTION, sub_mchid: SUB }
    const answer = await world.call('POST', `${PATH}/native`, { host: 'global', body })
    expect(answer.status).toBe(200)
  })
})

describe('an openid', () => {
  test.each([
    { whose: 'nobody', openid: () => 'oNobody' },
    { whose: 'another app', openid: (world: PayWorld) => world.openid('li-wei', OTHER_APP) },
  ])('of $whose is refused, and nothing is booked', async ({ openid }) => {
    const world = await payWorld()
    const answer = await world.jsapi({ payer: { openid: openid(world) } })
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    expect(answer.json['message']).toContain('openid')
    expect(suffix(answer)).toBe('268435461')
    expect(world.simulator.books().payments).toEqual([])
  })
})
