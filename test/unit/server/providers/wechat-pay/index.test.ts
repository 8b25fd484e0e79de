import { describe, expect, test } from 'vitest'
import type { Scene } from '../../../../../shared/payment-status.ts'
import {
  anOrder,
  aReference,
  aWish,
  connect,
  MCH_ID,
  MERCHANT_SERIAL,
  merchant,
  NOW_MS,
  openssl,
  PUB_KEY_ID,
  refusal,
  signedReply,
} from './fixture.ts'
import { scriptedWechat } from './scripted.ts'

/** The whole adapter over HTTP, against answers as the documents show them. */

const world = scriptedWechat({
  openAppId: 'wx-open',
  paymentCode: true,
  store: { id: '0001' },
})
const { on, answer } = world
const JSAPI = 'POST /v3/pay/transactions/jsapi'
const BY_NUMBER = 'GET /v3/pay/transactions/out-trade-no/p1001abc'
const sent = (): unknown => JSON.parse(world.peer().last().body)

describe('the capabilities', () => {
  test('are those of WeChat Pay', () => {
    expect(world.provider()).toMatchObject({ accountId: 'wechat', name: 'wechat-pay' })
    expect(world.provider().capabilities).toMatchObject({
      scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app', 'paymentCode'],
      currencies: ['CNY'],
      query: { rule: 'poll' },
      idempotency: 'key',
      refunds: { partial: true, repeated: true, windowMs: 31_536_000_000, keyMemoryMs: null },
      settlement: ['day', 'file'],
      paymentLifetimeMs: 7_200_000,
      needsOpenid: ['miniProgram', 'officialAccount'],
    })
  })

  test('leave out what the account is not configured for', () => {
    const { provider } = connect('http://127.0.0.1:1')
    expect(provider.capabilities.scenes).toEqual([
      'miniProgram',
      'officialAccount',
      'desktopQr',
      'mobileWeb',
    ])
  })
})

describe('an order is placed', () => {
  test('in a Mini Program, for the payer’s own app, and the cashier’s fields verify', async () => {
    on(JSAPI, 200, { prepay_id: 'wx201410272009395522657a690389285100' })
    const created = await world.provider().createPayment(aWish())
    expect(sent()).toEqual({
      appid: 'wx-mini',
      mchid: MCH_ID,
      description: '龙井 Tea',
      out_trade_no: 'p1001abc',
      time_expire: '2026-06-24T18:45:00+08:00',
      notify_url: 'https://shop.example/n',
      amount: { total: 1999, currency: 'CNY' },
      payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
    })
    expect(created.fact).toMatchObject({
      source: 'create',
      status: 'pending',
      outTradeNo: 'p1001abc',
      providerPaymentId: null,
      appId: 'wx-mini',
    })
    expect(created.providerState).toEqual({ appId: 'wx-mini', notifyUrl: 'https://shop.example/n' })
    expect(created.clientAction).toMatchObject({
      kind: 'wechatPay',
      expiresAtMs: aWish().expiresAtMs,
    })
    if (created.clientAction?.kind !== 'wechatPay') throw new Error('no cashier')
    const { payParams } = created.clientAction
    expect(payParams).toMatchObject({ appId: 'wx-mini', signType: 'RSA', timeStamp: '1782296100' })
    const text = `wx-mini\n1782296100\n${payParams.nonceStr}\nprepay_id=wx201410272009395522657a690389285100\n`
    const verified = openssl(['dgst', '-sha256', '-verify', 'k', '-signature', 's'], {
      files: { k: merchant.publicKey, s: Buffer.from(payParams.paySign, 'base64') },
      input: text,
    })
    expect(verified.toString()).toContain('Verified OK')
  })

  test('with a signature over the very bytes that travel', async () => {
    on(JSAPI, 200, { prepay_id: 'wx1' })
    await world.provider().createPayment(aWish())
    const { headers, body, path } = world.peer().last()
    const header = headers['authorization'] ?? ''
    const field = (name: string) => new RegExp(`${name}="([^"]+)"`).exec(header)?.[1] ?? ''
    expect(field('serial_no')).toBe(MERCHANT_SERIAL)
    const text = `POST\n${path}\n${field('timestamp')}\n${field('nonce_str')}\n${body}\n`
    const verified = openssl(['dgst', '-sha256', '-verify', 'k', '-signature', 's'], {
      files: { k: merchant.publicKey, s: Buffer.from(field('signature'), 'base64') },
      input: text,
    })
    expect(verified.toString()).toContain('Verified OK')
    expect(headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/json',
      'wechatpay-serial': PUB_KEY_ID,
    })
  })

  test('with the same bytes on every repeat, whatever the hour', async () => {
    on(JSAPI, 200, { prepay_id: 'wx1' })
    await world.provider().createPayment(aWish())
    world.clock().advance(60_000)
    answer(JSAPI, () => signedReply(200, { prepay_id: 'wx2' }, { atMs: NOW_MS + 60_000 }))
    await world.provider().createPayment(aWish())
    const [first, second] = world.peer().heard
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['authorization']).not.toBe(first?.headers['authorization'])
  })

  test.each<[Scene, string, unknown, Record<string, unknown>]>([
    [
      'officialAccount',
      'jsapi',
      { prepay_id: 'wx1' },
      { kind: 'wechatPay', payParams: { package: 'prepay_id=wx1' } },
    ],
    [
      'desktopQr',
      'native',
      { code_url: 'weixin://wxpay/bizpayurl?pr=p4lpSuKzz' },
      { kind: 'qrCode', content: 'weixin://wxpay/bizpayurl?pr=p4lpSuKzz' },
    ],
    [
      'mobileWeb',
      'h5',
      { h5_url: 'https://wx.tenpay.com/c?prepay_id=wx1&package=1' },
      {
        kind: 'redirect',
        url: 'https://wx.tenpay.com/c?prepay_id=wx1&package=1&redirect_url=https%3A%2F%2Fshop.example%2Freturn%3Fa%3D1',
        expiresAtMs: NOW_MS + 300_000,
      },
    ],
    [
      'app',
      'app',
      { prepay_id: 'wx1' },
      {
        kind: 'appPay',
        params: { appId: 'wx-open', partnerId: MCH_ID, prepayId: 'wx1', package: 'Sign=WXPay' },
      },
    ],
  ])('for %s', async (scene, way, placed, action) => {
    on(`POST /v3/pay/transactions/${way}`, 200, placed)
    const { clientAction } = await world.provider().createPayment(aWish({ scene }))
    expect(clientAction).toMatchObject(action)
  })

  test('for H5 with the payer’s address, and without an openid', async () => {
    on('POST /v3/pay/transactions/h5', 200, { h5_url: 'https://wx.tenpay.com/c' })
    await world.provider().createPayment(aWish({ scene: 'mobileWeb' }))
    expect(sent()).toMatchObject({
      appid: 'wxd678efh567hg6787',
      scene_info: { payer_client_ip: '203.0.113.7', h5_info: { type: 'Wap' } },
    })
    expect(sent()).not.toHaveProperty('payer')
  })

  test('and can be paid for two hours where the order lives longer', async () => {
    on(JSAPI, 200, { prepay_id: 'wx1' })
    const wish = aWish({ expiresAtMs: NOW_MS + 86_400_000 })
    expect((await world.provider().createPayment(wish)).clientAction?.expiresAtMs).toBe(
      NOW_MS + 7_200_000,
    )
  })

  test.each([
    ['OUT_TRADE_NO_USED', '0'],
    ['ORDERPAID', '0'],
    ['INVALID_REQUEST', '268498689'],
  ])('but was paid already (%s -%s): then the truth is asked for', async (code, supportCode) => {
    answer(JSAPI, () => refusal(403, code, supportCode))
    on(BY_NUMBER, 200, anOrder('SUCCESS'))
    const created = await world.provider().createPayment(aWish())
    expect(created).toMatchObject({
      fact: { source: 'create', status: 'paid' },
      clientAction: null,
    })
  })

  test('but is both paid and not paid: nobody knows', async () => {
    answer(JSAPI, () => refusal(403, 'ORDER_PAID'))
    for (const order of [anOrder('NOTPAY')]) {
      on(BY_NUMBER, 200, order)
      await expect(world.provider().createPayment(aWish())).rejects.toMatchObject({
        outcome: 'unknown',
      })
    }
  })

  test.each([
    ['asks for patience', 429, 'FREQUENCY_LIMITED'],
    ['refuses the question', 403, 'NO_AUTH'],
    ['has a fault', 500, 'SYSTEM_ERROR'],
  ])(
    'but was paid already, and then WeChat Pay %s: not known to be unpaid',
    async (_, status, code) => {
      answer(JSAPI, () => refusal(403, 'ORDERPAID'))
      answer(BY_NUMBER, () => refusal(status, code))
      await expect(world.provider().createPayment(aWish())).rejects.toMatchObject({
        outcome: 'unknown',
      })
    },
  )

  test.each<[Scene, unknown]>([
    ['desktopQr', { code_url: 'https://evil.example' }],
    ['mobileWeb', { h5_url: 'javascript:alert(1)' }],
    ['miniProgram', { nothing: 'x' }],
  ])('for %s, and cannot be presented with %j', async (scene, placed) => {
    const way = { desktopQr: 'native', mobileWeb: 'h5' }[scene as string] ?? 'jsapi'
    on(`POST /v3/pay/transactions/${way}`, 200, placed)
    await expect(world.provider().createPayment(aWish({ scene }))).rejects.toMatchObject({
      outcome: 'unknown',
    })
  })
})

describe('a payment by code', () => {
  const CODEPAY = 'POST /v3/pay/transactions/codepay'
  const wish = {
    ...aWish({ scene: 'paymentCode', payer: null }),
    paymentCode: '130061098828009406',
  }

  test('is decided at once', async () => {
    on(CODEPAY, 200, anOrder('SUCCESS', { trade_type: 'MICROPAY' }))
    const created = await world.provider().createPayment(wish)
    expect(created).toMatchObject({ fact: { status: 'paid' }, clientAction: null })
    expect(sent()).toEqual({
      appid: 'wxd678efh567hg6787',
      mchid: MCH_ID,
      description: '龙井 Tea',
      out_trade_no: 'p1001abc',
      amount: { total: 1999, currency: 'CNY' },
      payer: { auth_code: '130061098828009406' },
      scene_info: { store_info: { id: '0001' } },
    })
  })

  test('or waits for the payer’s password', async () => {
    on(CODEPAY, 200, anOrder('USERPAYING'))
    expect(await world.provider().createPayment(wish)).toMatchObject({
      fact: { status: 'pending' },
      clientAction: { kind: 'wait' },
    })
  })

  test('needs the code', async () => {
    const bare = world.provider().createPayment({ ...wish, paymentCode: null })
    await expect(bare).rejects.toMatchObject({ outcome: 'rejected' })
    expect(world.peer().heard).toEqual([])
  })

  test('is reversed where nobody paid, and never where somebody did', async () => {
    const states = ['USERPAYING', 'REVOKED', 'SUCCESS']
    answer(BY_NUMBER, () => signedReply(200, anOrder(states.shift() ?? 'SUCCESS')))
    on('POST /v3/pay/transactions/out-trade-no/p1001abc/reverse', 200, {
      mchid: MCH_ID,
      out_trade_no: 'p1001abc',
    })
    const ref = aReference({ scene: 'paymentCode' })
    expect(await world.provider().closePayment?.(ref)).toMatchObject({
      status: 'cancelled',
      providerStatus: 'REVOKED',
    })
    expect(await world.provider().closePayment?.(ref)).toMatchObject({ status: 'paid' })
    const { heard } = world.peer()
    expect(heard.map(({ method }) => method)).toEqual(['GET', 'POST', 'GET', 'GET'])
    expect(JSON.parse(heard[1]?.body ?? '')).toEqual({
      appid: 'wxd678efh567hg6787',
      mchid: MCH_ID,
    })
  })
})
