import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { anOrder, aReference, aRefund, aWish, MCH_ID, refusal, signedReply } from './fixture.ts'
import { scriptedWechat } from './scripted.ts'

/** The same account as a service provider's, and as a global merchant's. */

describe('a service provider', () => {
  const world = scriptedWechat({ partner: { subMchId: '1900000109', subAppIds: ['wx-sub'] } })
  const sent = (): unknown => JSON.parse(world.peer().last().body)
  const both = { sp_mchid: MCH_ID, sub_mchid: '1900000109' }

  test.each([
    ['wx-mini', { sp_appid: 'wx-mini', payer: { sp_openid: 'o1' } }, undefined],
    [
      'wx-sub',
      { sp_appid: 'wxd678efh567hg6787', sub_appid: 'wx-sub', payer: { sub_openid: 'o1' } },
      'wx-sub',
    ],
  ])('orders for a payer of %s', async (appId, party, subAppId) => {
    world.on('POST /v3/pay/partner/transactions/jsapi', 200, { prepay_id: 'wx1' })
    const created = await world.provider().createPayment(aWish({ payer: { appId, openid: 'o1' } }))
    expect(sent()).toMatchObject({ ...party, ...both })
    expect(sent()).not.toHaveProperty('mchid')
    const told = z.object({ sub_appid: z.string().optional() }).parse(sent())
    expect(told.sub_appid).toBe(subAppId)
    expect(created.clientAction).toMatchObject({ payParams: { appId } })
  })

  test('asks, closes and refunds for its sub-merchant', async () => {
    const {
      mchid: _,
      appid: __,
      ...order
    } = anOrder('SUCCESS', { ...both, sp_appid: 'wxd678efh567hg6787', sub_appid: 'wx-sub' })
    world.on('GET /v3/pay/partner/transactions/out-trade-no/p1001abc', 200, order)
    expect(await world.provider().queryPayment(aReference())).toMatchObject({
      status: 'paid',
      appId: 'wx-sub',
    })
    expect(world.peer().last().path).toContain('?sp_mchid=1900007291&sub_mchid=1900000109')
    world.answer('POST /v3/pay/partner/transactions/out-trade-no/p1001abc/close', () =>
      signedReply(204, null),
    )
    await world.provider().closePayment?.(aReference())
    expect(sent()).toEqual(both)
    world.on('POST /v3/refund/domestic/refunds', 200, aRefund('PROCESSING'))
    const amount = { value: 500, currency: 'CNY' }
    await world
      .provider()
      .refund?.({ payment: aReference(), outRefundNo: 'rf1001', amount, reason: null })
    expect(sent()).toMatchObject({ sub_mchid: '1900000109', out_trade_no: 'p1001abc' })
    world.on('GET /v3/refund/domestic/refunds/rf1001', 200, aRefund('SUCCESS'))
    await world
      .provider()
      .queryRefund?.({ payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null })
    expect(world.peer().last().path).toBe('/v3/refund/domestic/refunds/rf1001?sub_mchid=1900000109')
  })

  test('reverses a payment by code in both names', async () => {
    const { mchid: _, appid: __, ...order } = anOrder('USERPAYING', both)
    const path = '/v3/pay/partner/transactions/out-trade-no/p1001abc'
    world.on(`GET ${path}`, 200, order)
    world.on(`POST ${path}/reverse`, 200, { ...both, out_trade_no: 'p1001abc' })
    await world.provider().closePayment?.(aReference({ scene: 'paymentCode' }))
    const body = world.peer().heard.at(-2)?.body ?? ''
    expect(JSON.parse(body)).toEqual({ sp_appid: 'wxd678efh567hg6787', ...both })
  })

  test('does not believe what is said of another sub-merchant', async () => {
    const order = anOrder('SUCCESS', {
      mchid: undefined,
      sp_mchid: MCH_ID,
      sub_mchid: '1900000110',
    })
    world.on('GET /v3/pay/partner/transactions/out-trade-no/p1001abc', 200, order)
    await expect(world.provider().queryPayment(aReference())).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })
})

describe('a global merchant', () => {
  const world = scriptedWechat({
    region: 'global',
    currencies: ['HKD', 'USD'],
    merchantCategoryCode: '5812',
    store: { id: '1', name: 'Tea', address: 'Queen’s Road 1' },
    paymentCode: true,
  })
  const sent = (): unknown => JSON.parse(world.peer().last().body)
  const HKD = { value: 1999, currency: 'HKD' }

  test.each([
    ['miniProgram', 'jsapi', { prepay_id: 'wx1' }, 'JSAPI'],
    ['desktopQr', 'native', { code_url: 'weixin://wxpay/x' }, 'NATIVE'],
    ['mobileWeb', 'mweb', { mweb_url: 'https://wx.tenpay.com/c' }, 'MWEB'],
  ] as const)('orders for %s', async (scene, way, placed, tradeType) => {
    world.on(`POST /v3/global/transactions/${way}`, 200, placed)
    await world.provider().createPayment(aWish({ scene, amount: HKD }))
    expect(sent()).toMatchObject({
      mchid: MCH_ID,
      trade_type: tradeType,
      merchant_category_code: '5812',
      amount: { total: 1999, currency: 'HKD' },
    })
  })

  test('reads their words for numbers, rates and closed refunds', async () => {
    const order = anOrder('SUCCESS', {
      id: '42',
      transaction_id: undefined,
      amount: {
        total: 1999,
        currency: 'HKD',
        payer_total: 1830,
        payer_currency: 'CNY',
        exchange_rate: { type: 'SETTLEMENT_RATE', rate: 91_550_000 },
      },
    })
    world.on('GET /v3/global/transactions/out-trade-no/p1001abc', 200, order)
    expect(await world.provider().queryPayment(aReference({ amount: HKD }))).toMatchObject({
      providerPaymentId: '42',
      amount: HKD,
      settlement: { source: { value: 1830, currency: 'CNY' }, rate: '0.91550000' },
    })
    const path = 'GET /v3/global/refunds/out-refund-no/rf1001'
    world.on(path, 200, aRefund('REFUNDCLOSE', { id: '7', refund_id: undefined }))
    const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
    expect(await world.provider().queryRefund?.(ref)).toMatchObject({
      status: 'failed',
      providerRefundId: '7',
    })
    expect(world.peer().last().path).toContain(`?mchid=${MCH_ID}`)
  })

  test('never takes an amount without a currency for one of its own', async () => {
    world.on(
      'GET /v3/global/transactions/out-trade-no/p1001abc',
      200,
      anOrder('SUCCESS', { amount: { total: 1999 } }),
    )
    expect(await world.provider().queryPayment(aReference())).toMatchObject({
      status: 'paid',
      amount: null,
    })
  })

  test('refunds in the name of merchant and app, and is told no status', async () => {
    const { status: _, ...made } = aRefund('x', { id: '7', refund_id: undefined })
    world.on('POST /v3/global/refunds', 200, made)
    const amount = { value: 500, currency: 'HKD' }
    const payment = aReference({ amount: HKD })
    const fact = await world
      .provider()
      .refund?.({ payment, outRefundNo: 'rf1001', amount, reason: null })
    expect(fact).toMatchObject({ status: 'processing', unknownStatus: false })
    expect(sent()).toMatchObject({ mchid: MCH_ID, appid: 'wx-mini' })
    expect(world.provider()).not.toHaveProperty('continueRefund')
  })

  test('takes codes at its own address, and reverses there', async () => {
    world.on('POST /v3/global/micropay/transactions/pay', 200, anOrder('PAYERROR'))
    const wish = {
      ...aWish({ scene: 'paymentCode', amount: HKD }),
      paymentCode: '130061098828009406',
    }
    expect(await world.provider().createPayment(wish)).toMatchObject({ fact: { status: 'failed' } })
    world.on('GET /v3/global/transactions/out-trade-no/p1001abc', 200, anOrder('USERPAYING'))
    world.answer('POST /v3/global/micropay/transactions/out-trade-no/p1001abc/reverse', () =>
      signedReply(204, null),
    )
    await world.provider().closePayment?.(aReference({ scene: 'paymentCode' }))
    expect(JSON.parse(world.peer().heard.at(-2)?.body ?? '')).toEqual({ mchid: MCH_ID })
  })

  test('is answered with a refusal like anybody', async () => {
    world.answer('POST /v3/global/transactions/jsapi', () => refusal(429, 'RATE_LIMITED'))
    await expect(world.provider().createPayment(aWish({ amount: HKD }))).rejects.toMatchObject({
      outcome: 'notSent',
    })
  })
})
