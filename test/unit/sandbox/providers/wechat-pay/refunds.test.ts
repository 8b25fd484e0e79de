import { constants, publicEncrypt, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  APP,
  DIRECT,
  decrypt,
  GLOBAL,
  globalMerchant,
  type PayWorld,
  paid,
  partner,
  payWorld,
  refundBody,
  SUB,
  suffix,
} from './world.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const REFUNDS = '/v3/refund/domestic/refunds'

const refund = (world: PayWorld, changes: Record<string, unknown> = {}) =>
  world.call('POST', REFUNDS, { body: refundBody(changes) })
const part = (world: PayWorld, no: string, minor: number) =>
  refund(world, { out_refund_no: no, amount: { refund: minor, total: 1999, currency: 'CNY' } })

describe('a refund', () => {
  test('is accepted as PROCESSING and reaches the wallet five minutes later', async () => {
    const world = await payWorld()
    const before = world.people.balanceFen('li-wei')
    const id = await paid(world)
    const accepted = await refund(world, { reason: '商品已售完' })
    expect(accepted).toMatchObject({
      status: 200,
      json: {
        refund_id: expect.stringMatching(/^50\d{27}$/),
        out_refund_no: 'rf-1001-1',
        transaction_id: id,
        out_trade_no: 'tea-1001',
        status: 'PROCESSING',
        create_time: '2026-06-24T16:15:00+08:00',
        amount: { refund: 1000, total: 1999, payer_refund: 1000, currency: 'CNY' },
      },
    })
    await world.clock.advance(5 * MINUTE_MS)
    const { json } = await world.call('GET', `${REFUNDS}/rf-1001-1`)
    expect(json).toMatchObject({ status: 'SUCCESS', success_time: '2026-06-24T16:20:00+08:00' })
    expect(world.people.balanceFen('li-wei')).toBe(before - 999)
    expect((await world.query()).json).toMatchObject({ trade_state: 'REFUND' })
    expect(world.simulator.books().payments[0]?.refundedMinor).toBe(1000)
  })

  test('finds its order by transaction_id as well, and both must be of one order', async () => {
    const world = await payWorld()
    const id = await paid(world)
    const mixed = await refund(world, { transaction_id: id, out_trade_no: 'tea-9999' })
    expect(mixed).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } })
    const { out_trade_no: _, ...body } = refundBody({ transaction_id: id })
    expect((await world.call('POST', REFUNDS, { body })).status).toBe(200)
  })

  test('of the same number is the same refund; with another sum it is refused', async () => {
    const world = await payWorld()
    await paid(world)
    const first = await refund(world)
    await world.clock.advance(5 * MINUTE_MS)
    const again = await refund(world)
    expect(again.json).toMatchObject({ refund_id: first.json['refund_id'], status: 'SUCCESS' })
    expect((await part(world, 'rf-1001-1', 999)).json).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(world.simulator.books().refunds).toHaveLength(1)
  })

  test('in parts stands a minute apart and never exceeds the payment', async () => {
    const world = await payWorld()
    const before = world.people.balanceFen('li-wei')
    await paid(world)
    expect((await part(world, 'rf1', 1000)).status).toBe(200)
    const hasty = await part(world, 'rf2', 998)
    expect(hasty).toMatchObject({ status: 429, json: { code: 'FREQUENCY_LIMITED' } })
    await world.clock.advance(MINUTE_MS)
    expect((await part(world, 'rf2', 1000)).json).toMatchObject({ code: 'INVALID_REQUEST' })
    expect((await part(world, 'rf2', 999)).status).toBe(200)
    await world.clock.advance(5 * MINUTE_MS)
    expect((await part(world, 'rf3', 1)).json).toMatchObject({ code: 'INVALID_REQUEST' })
    expect(world.people.balanceFen('li-wei')).toBe(before)
  })

  test('is possible fifty times per order', async () => {
    const world = await payWorld({ refundGapMs: 0 })
    await paid(world)
    for (let count = 1; count <= 50; count += 1) {
      expect((await part(world, `rf${count}`, 1)).status).toBe(200)
    }
    expect(await part(world, 'rf51', 1)).toMatchObject({
      status: 403,
      json: { code: 'RULE_LIMIT' },
    })
  })

  test('is possible for a year', async () => {
    const world = await payWorld({ refundGapMs: 0 })
    await paid(world)
    await world.clock.advance(365 * DAY_MS)
    expect((await part(world, 'rf1', 1)).status).toBe(200)
    await world.clock.advance(1)
    expect((await part(world, 'rf2', 1)).json).toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test.each([
    ['an unpaid order', { out_trade_no: 'unpaid-1' }, 404, 'RESOURCE_NOT_EXISTS'],
    ['an order that was never placed', { out_trade_no: 'never-1' }, 404, 'RESOURCE_NOT_EXISTS'],
    ['no order', { out_trade_no: undefined }, 400, 'PARAM_ERROR'],
    [
      'another total',
      { amount: { refund: 1, total: 2000, currency: 'CNY' } },
      400,
      'INVALID_REQUEST',
    ],
    ['nothing', { amount: { refund: 0, total: 1999, currency: 'CNY' } }, 400, 'PARAM_ERROR'],
    ['no currency', { amount: { refund: 1, total: 1999 } }, 400, 'PARAM_ERROR'],
    ['a number with a slash', { out_refund_no: 'rf/1' }, 400, 'PARAM_ERROR'],
    ['a reason of 81', { reason: 'x'.repeat(81) }, 400, 'PARAM_ERROR'],
    ['a sub-merchant', { sub_mchid: SUB }, 400, 'PARAM_ERROR'],
    ['a notify_url with a query', { notify_url: 'https://a.example/?x' }, 400, 'PARAM_ERROR'],
  ])('of %s is refused', async (_, changes, status, code) => {
    const world = await payWorld()
    await paid(world)
    await world.jsapi({ out_trade_no: 'unpaid-1' })
    expect(await refund(world, changes)).toMatchObject({ status, json: { code } })
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('that the merchant’s balance does not cover keeps its number free', async () => {
    const world = await payWorld({ merchantFunds: 'short' })
    await paid(world)
    expect(await refund(world)).toMatchObject({ status: 403, json: { code: 'NOT_ENOUGH' } })
    world.simulator.configure({ merchantFunds: 'enough' })
    expect((await refund(world)).status).toBe(200)
  })

  test('given up frees its sum again', async () => {
    const world = await payWorld({ refundEndsAs: 'CLOSED' })
    await paid(world)
    await part(world, 'rf1', 1999)
    await world.clock.advance(5 * MINUTE_MS)
    expect((await world.call('GET', `${REFUNDS}/rf1`)).json).toMatchObject({ status: 'CLOSED' })
    expect((await part(world, 'rf2', 1999)).status).toBe(200)
  })

  test('of an unknown number is 404 for a query', async () => {
    const world = await payWorld()
    const answer = await world.call('GET', `${REFUNDS}/rf9`)
    expect(answer).toMatchObject({ status: 404, json: { code: 'RESOURCE_NOT_EXISTS' } })
  })

  test('of a service provider names the sub-merchant, in the query too', async () => {
    const world = await payWorld({}, [partner])
    const body = {
      sp_appid: APP,
      sp_mchid: partner.mchId,
      sub_mchid: SUB,
      description: 'Longjing',
      out_trade_no: 'tea-1001',
      notify_url: world.sink.url,
      amount: { total: 1999 },
    }
    await world.call('POST', '/v3/pay/partner/transactions/native', { body })
    await world.simulator.pay('tea-1001')
    expect((await refund(world)).status).toBe(400)
    expect((await refund(world, { sub_mchid: SUB })).status).toBe(200)
    expect((await world.call('GET', `${REFUNDS}/rf-1001-1`)).status).toBe(400)
    const found = await world.call('GET', `${REFUNDS}/rf-1001-1?sub_mchid=${SUB}`)
    expect(found.json).toMatchObject({ status: 'PROCESSING' })
  })
})

describe('a cross-border refund', () => {
  test('is accepted without a status; queries tell it, REFUNDCLOSE for a closed one', async () => {
    const world = await payWorld({ refundEndsAs: 'CLOSED' }, [globalMerchant])
    const at = { host: 'global' } as const
    const order = {
      appid: APP,
      mchid: GLOBAL,
      description: 'Longjing',
      out_trade_no: 'tea-1001',
      notify_url: world.sink.url,
      trade_type: 'NATIVE',
      merchant_category_code: '5499',
      amount: { total: 1999, currency: 'HKD' },
    }
    await world.call('POST', '/v3/global/transactions/native', { ...at, body: order })
    await world.simulator.pay('tea-1001')
    const amount = { refund: 1999, total: 1999, currency: 'HKD' }
    const body = refundBody({ appid: APP, mchid: GLOBAL, amount })
    const { json } = await world.call('POST', '/v3/global/refunds', { ...at, body })
    expect(json).toMatchObject({
      amount: { refund: 1999, payer_refund: 1839, payer_currency: 'CNY' },
    })
    expect(json).not.toHaveProperty('status')
    await world.clock.advance(5 * MINUTE_MS)
    for (const path of [`out-refund-no/rf-1001-1`, `id/${String(json['id'])}`]) {
      const target = `/v3/global/refunds/${path}?mchid=${GLOBAL}`
      expect((await world.call('GET', target, at)).json).toMatchObject({ status: 'REFUNDCLOSE' })
    }
  })
})

describe('an abnormal refund', () => {
  const abnormal = async () => {
    const world = await payWorld({ refundEndsAs: 'ABNORMAL' })
    await paid(world)
    const { json } = await refund(world, { notify_url: world.sink.url })
    await world.clock.advance(5 * MINUTE_MS)
    const target = `${REFUNDS}/${String(json['refund_id'])}/apply-abnormal-refund`
    const [listed] = world.simulator.credentials(DIRECT).certificates
    const certificate = new X509Certificate(listed?.certificatePem ?? '')
    const hidden = (text: string) =>
      publicEncrypt(
        { key: certificate.publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
        Buffer.from(text),
      ).toString('base64')
    const card = {
      out_refund_no: 'rf-1001-1',
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
      bank_account: hidden('6214830000001234'),
      real_name: hidden('李伟'),
    }
    const headers = { 'Wechatpay-Serial': listed?.serialNo ?? '' }
    return { world, target, card, headers }
  }

  test('goes to a card whose number is encrypted for the named key', async () => {
    const { world, target, card, headers } = await abnormal()
    const before = world.people.balanceFen('li-wei')
    const answer = await world.call('POST', target, { body: card, headers })
    expect(answer).toMatchObject({
      status: 200,
      json: { status: 'PROCESSING', user_received_account: 'CMB_DEBIT 1234' },
    })
    await world.clock.advance(5 * MINUTE_MS)
    const { json } = await world.call('GET', `${REFUNDS}/rf-1001-1`)
    expect(json).toMatchObject({ status: 'SUCCESS' })
    expect(world.people.balanceFen('li-wei')).toBe(before + 1000)
    const events = world.sink.bodies().map((body) => JSON.parse(body).event_type)
    expect(events).toEqual(['TRANSACTION.SUCCESS', 'REFUND.ABNORMAL', 'REFUND.SUCCESS'])
    const notice: unknown = JSON.parse(world.sink.bodies()[1] ?? '')
    expect(JSON.parse(decrypt(Object(notice).resource))).toMatchObject({
      refund_status: 'ABNORMAL',
    })
  })

  test('goes to the merchant’s bank, and the wallet gets nothing', async () => {
    const { world, target } = await abnormal()
    const before = world.people.balanceFen('li-wei')
    const body = { out_refund_no: 'rf-1001-1', type: 'MERCHANT_BANK_CARD' }
    expect((await world.call('POST', target, { body })).status).toBe(200)
    await world.clock.advance(5 * MINUTE_MS)
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'succeeded' }])
    expect(world.people.balanceFen('li-wei')).toBe(before)
    const again = await world.call('POST', target, { body })
    expect(again.json).toMatchObject({ code: 'INVALID_REQUEST' })
  })

  test.each([
    ['plain text as card number', { bank_account: '6214830000001234' }, {}],
    ['no name', { real_name: undefined }, {}],
    ['an unknown bank', { bank_type: 'CMB_CREDIT' }, {}],
    ['no bank', { bank_type: undefined }, {}],
    ['no Wechatpay-Serial', {}, { 'Wechatpay-Serial': '' }],
  ])('with %s is refused', async (_, changes, header) => {
    const { world, target, card, headers } = await abnormal()
    const sent = { body: { ...card, ...changes }, headers: { ...headers, ...header } }
    const answer = await world.call('POST', target, sent)
    expect(answer).toMatchObject({ status: 400, json: { code: 'PARAM_ERROR' } })
    expect(suffix(answer)).toBe('268435461')
  })

  test('of another number, or one that is not abnormal, is refused', async () => {
    const { world, target, card, headers } = await abnormal()
    const other = { ...card, out_refund_no: 'rf-other' }
    expect((await world.call('POST', target, { body: other, headers })).status).toBe(404)
  })
})
