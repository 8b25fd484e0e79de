import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  anOrder,
  aReference,
  aRefund,
  MCH_ID,
  openssl,
  PUB_KEY_ID,
  refusal,
  signedReply,
  wechat,
} from './fixture.ts'
import { scriptedWechat } from './scripted.ts'

/** What happens to an order after it was placed, over HTTP. */

const world = scriptedWechat()
const { on, answer } = world
const BY_NUMBER = 'GET /v3/pay/transactions/out-trade-no/p1001abc'
const sent = (): unknown => JSON.parse(world.peer().last().body)

describe('the truth about a payment', () => {
  test('is asked by our number while theirs is not known', async () => {
    on(BY_NUMBER, 200, anOrder('NOTPAY'))
    expect(await world.provider().queryPayment(aReference())).toMatchObject({
      source: 'query',
      status: 'pending',
    })
    expect(world.peer().last().path).toBe(
      `/v3/pay/transactions/out-trade-no/p1001abc?mchid=${MCH_ID}`,
    )
  })

  test('is asked by theirs once it is', async () => {
    on('GET /v3/pay/transactions/id/4200001234202606240000000001', 200, anOrder('REFUND'))
    const ref = aReference({ providerPaymentId: '4200001234202606240000000001' })
    expect(await world.provider().queryPayment(ref)).toMatchObject({
      status: 'paid',
      providerStatus: 'REFUND',
    })
  })

  test('is null where they never heard of our number, and not for a number that they have given us', async () => {
    expect(await world.provider().queryPayment(aReference())).toBeNull()
    const ref = aReference({ providerPaymentId: '42' })
    await expect(world.provider().queryPayment(ref)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test.each([
    ['order', { out_trade_no: 'p9999' }],
    ['merchant', { mchid: '1900000109' }],
  ])('is not what is said of another %s, though it is signed', async (_, fields) => {
    on(BY_NUMBER, 200, anOrder('SUCCESS', fields))
    await expect(world.provider().queryPayment(aReference())).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })
})

describe('a payment is closed', () => {
  const CLOSE = 'POST /v3/pay/transactions/out-trade-no/p1001abc/close'

  test('by our number', async () => {
    answer(CLOSE, () => signedReply(204, null))
    expect(await world.provider().closePayment?.(aReference())).toMatchObject({
      source: 'close',
      status: 'cancelled',
    })
    expect(sent()).toEqual({ mchid: MCH_ID })
  })

  test('and is what it has become where the money was quicker', async () => {
    answer(CLOSE, () => refusal(400, 'ORDERPAID'))
    on(BY_NUMBER, 200, anOrder('SUCCESS'))
    expect(await world.provider().closePayment?.(aReference())).toMatchObject({ status: 'paid' })
  })

  test('not where WeChat Pay never heard of it, nor where the yes is not theirs', async () => {
    await expect(world.provider().closePayment?.(aReference())).rejects.toMatchObject({
      outcome: 'rejected',
    })
    answer(CLOSE, () => ({ status: 204 }))
    await expect(world.provider().closePayment?.(aReference())).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })
})

describe('money goes back', () => {
  const REFUNDS = 'POST /v3/refund/domestic/refunds'
  const wish = {
    payment: aReference(),
    outRefundNo: 'rf1001',
    amount: { value: 500, currency: 'CNY' },
    reason: '不要了 🙂',
  }

  test('by our numbers only, so that a repeat is the same', async () => {
    on(REFUNDS, 200, aRefund('PROCESSING'))
    expect(await world.provider().refund?.(wish)).toMatchObject({
      status: 'processing',
      outRefundNo: 'rf1001',
      providerRefundId: '50000000382019052709732678859',
      amount: { value: 500, currency: 'CNY' },
    })
    await world.provider().refund?.({
      ...wish,
      payment: aReference({ providerPaymentId: '4200001234202606240000000001' }),
    })
    const [first, second] = world.peer().heard
    expect(second?.body).toBe(first?.body)
    expect(sent()).toEqual({
      out_trade_no: 'p1001abc',
      out_refund_no: 'rf1001',
      reason: '不要了',
      notify_url: 'https://shop.example/n',
      amount: { refund: 500, total: 1999, currency: 'CNY' },
    })
  })

  test.each([
    ['NOT_ENOUGH', '0'],
    ['NOTENOUGH', '0'],
    // The number that also goes with wrong parameters.
    ['NOT_ENOUGH', '268435461'],
  ])(
    'where the balance does not cover it (%s, %s): top up, and the same number is sent again',
    async (code, supportCode) => {
      answer(REFUNDS, () => refusal(403, code, supportCode))
      const fact = await world.provider().refund?.(wish)
      expect(fact).toMatchObject({
        status: 'needsAction',
        outRefundNo: 'rf1001',
        providerRefundId: null,
        providerPaymentId: null,
        unknownStatus: false,
        providerStatus: 'NOT_ENOUGH',
        advice: expect.stringContaining('Top up the account') as unknown,
      })
      const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
      answer('GET /v3/refund/domestic/refunds/rf1001', () => refusal(404, 'RESOURCE_NOT_EXISTS'))
      expect(await world.provider().queryRefund?.(ref)).toBeNull()
      on(REFUNDS, 200, aRefund('PROCESSING'))
      expect(await world.provider().refund?.(wish)).toMatchObject({ status: 'processing' })
      const bodies = world
        .peer()
        .heard.flatMap(({ method, body }) => (method === 'POST' ? body : []))
      expect(new Set(bodies).size).toBe(1)
    },
  )

  test.each([
    [403, 'USER_ACCOUNT_ABNORMAL', 'rejected', "payer's account"],
    [403, 'NO_AUTH', 'rejected', 'permission'],
    [403, 'RULE_LIMIT', 'rejected', 'merchant console'],
    [404, 'RESOURCE_NOT_EXISTS', 'rejected', 'RESOURCE_NOT_EXISTS'],
    [404, 'MCH_NOT_EXISTS', 'rejected', 'merchant number'],
    [400, 'INVALID_REQUEST', 'rejected', 'INVALID_REQUEST'],
    [429, 'FREQUENCY_LIMITED', 'notSent', 'too many calls'],
    [403, 'FREQUENCY_LIMITED', 'notSent', 'too many calls'],
    [429, 'RATELIMIT_EXCEEDED', 'notSent', 'too many calls'],
    [500, 'SYSTEM_ERROR', 'unknown', 'SYSTEM_ERROR'],
  ])('and is refused with %i %s: %s', async (status, code, outcome, words) => {
    answer(REFUNDS, () => refusal(status, code))
    await expect(world.provider().refund?.(wish)).rejects.toMatchObject({
      outcome,
      providerCode: code,
      message: expect.stringContaining(words) as unknown,
    })
  })

  test('and is followed by our number', async () => {
    const ref = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: null }
    answer('GET /v3/refund/domestic/refunds/rf1001', () => refusal(404, 'RESOURCE_NOT_EXISTS'))
    expect(await world.provider().queryRefund?.(ref)).toBeNull()
    on('GET /v3/refund/domestic/refunds/rf1001', 200, aRefund('ABNORMAL'))
    const fact = await world.provider().queryRefund?.(ref)
    expect(fact).toMatchObject({ source: 'query', status: 'needsAction' })
    expect(fact?.advice).toContain('continuing the refund')
    on('GET /v3/refund/domestic/refunds/rf1001', 200, aRefund('SUCCESS', { out_trade_no: 'p9' }))
    await expect(world.provider().queryRefund?.(ref)).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })

  test('to another card, whose number only WeChat Pay can read', async () => {
    const path = 'POST /v3/refund/domestic/refunds/5000/apply-abnormal-refund'
    on(path, 200, aRefund('PROCESSING', { refund_id: '5000' }))
    const refund = { payment: aReference(), outRefundNo: 'rf1001', providerRefundId: '5000' }
    const card = {
      kind: 'payerBankCard',
      bankType: 'CMB_DEBIT',
      accountNumber: '6225880137',
      holderName: '张三',
    } as const
    expect(await world.provider().continueRefund?.(refund, card)).toMatchObject({
      status: 'processing',
    })
    const { body, headers } = world.peer().last()
    const wire = z.record(z.string(), z.string()).parse(JSON.parse(body))
    expect(wire).toMatchObject({
      out_refund_no: 'rf1001',
      type: 'USER_BANK_CARD',
      bank_type: 'CMB_DEBIT',
    })
    expect(headers['wechatpay-serial']).toBe(PUB_KEY_ID)
    const opened = openssl(
      ['pkeyutl', '-decrypt', '-inkey', 'k', '-pkeyopt', 'rsa_padding_mode:oaep', '-in', 'in'],
      {
        files: { k: wechat.privateKey, in: Buffer.from(wire['bank_account'] ?? '', 'base64') },
      },
    )
    expect(opened.toString()).toBe('6225880137')
    await world.provider().continueRefund?.(refund, { kind: 'merchantAccount' })
    expect(sent()).toEqual({ out_refund_no: 'rf1001', type: 'MERCHANT_BANK_CARD' })
  })
})
