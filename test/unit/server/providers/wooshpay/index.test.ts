import { describe, expect, test } from 'vitest'
import {
  anIntent,
  aReference,
  aRefund,
  aRefundWish,
  aWish,
  connect,
  PAYMENT_ID,
  QR_ACTION,
  REFUND_ID,
  SECRET_KEY,
} from './fixture.ts'
import { scriptedWooshpay } from './scripted.ts'

/** The whole adapter over HTTP, against answers as the documents show them. */

const world = scriptedWooshpay()
const { on } = world
const INTENT = `/payment_intents/${PAYMENT_ID}`
const lost = aReference({ providerPaymentId: null })

describe('the capabilities', () => {
  test('are those of WooshPay', () => {
    expect(world.provider()).toMatchObject({ accountId: 'wooshpay', name: 'wooshpay' })
    expect(world.provider().capabilities).toEqual({
      scenes: ['officialAccount', 'desktopQr', 'mobileWeb'],
      currencies: ['CNY', 'GBP', 'USD', 'EUR', 'HKD'],
      amount: { minMinor: 1, maxMinor: 50_000_000 },
      query: { rule: 'poll', intervalMs: 3_000 },
      idempotency: 'key',
      refunds: { partial: true, repeated: true, windowMs: 31_536_000_000, keyMemoryMs: 72_000_000 },
      settlement: [],
      paymentLifetimeMs: 7_200_000,
      needsOpenid: ['miniProgram', 'officialAccount'],
    })
  })

  test('have a Mini Program only where the account says how', async () => {
    const fields = { scenes: ['paymentCode'], miniProgramTerminalType: 'MINI_PROGRAM' }
    const wide = connect(world.peer().url, fields)
    expect(wide.provider.capabilities.scenes).toEqual(['miniProgram', 'paymentCode'])
    await wide.close()
  })
})

describe('a payment is created', () => {
  test('and shown, with a key that is the same on every repeat', async () => {
    on('POST /payment_intents', 200, anIntent('requires_action', { next_action: QR_ACTION }))
    const created = await world.provider().createPayment(aWish())
    await world.provider().createPayment(aWish())
    expect(created).toMatchObject({
      fact: { source: 'create', status: 'pending', providerPaymentId: PAYMENT_ID },
      clientAction: { kind: 'qrCode', expiresAtMs: aWish().expiresAtMs },
    })
    const [first, second] = world.peer().heard
    expect(first?.body).toBe(second?.body)
    expect(first?.headers['idempotency-key']).toBe('payment-p1001')
    expect(second?.headers['idempotency-key']).toBe('payment-p1001')
    expect(first?.headers['content-type']).toBe('application/json')
    const basic = `Basic ${Buffer.from(`${SECRET_KEY}:`).toString('base64')}`
    expect(first?.headers['authorization']).toBe(basic)
  })

  test('and can be paid for two hours where the order lives longer', async () => {
    on('POST /payment_intents', 200, anIntent('requires_action', { next_action: QR_ACTION }))
    const wish = aWish({ expiresAtMs: Number.MAX_SAFE_INTEGER })
    const created = await world.provider().createPayment(wish)
    expect(created.clientAction?.expiresAtMs).toBe(world.clock().nowMs() + 7_200_000)
  })

  test('under our number also where the answer does not repeat it', async () => {
    const intent = anIntent('requires_action', { next_action: QR_ACTION, merchant_order_id: null })
    on('POST /payment_intents', 200, intent)
    expect((await world.provider().createPayment(aWish())).fact.outTradeNo).toBe('p1001')
  })

  test('and paid at once by a scanned code that needs no password', async () => {
    on('POST /payment_intents', 200, anIntent('succeeded'))
    const wish = aWish({ scene: 'paymentCode', paymentCode: '134567890123456789' })
    const till = connect(world.peer().url, { scenes: ['paymentCode'] })
    expect(await till.provider.createPayment(wish)).toMatchObject({
      fact: { status: 'paid', amount: { value: 20, currency: 'CNY' } },
      clientAction: null,
    })
    await till.close()
    expect(JSON.parse(world.peer().last().body)).toMatchObject({
      payment_method_data: { wechat_pay: { payment_code: '134567890123456789' } },
    })
  })

  test('but by no code where the account does not scan any', async () => {
    const wish = aWish({ scene: 'paymentCode', paymentCode: '134567890123456789' })
    await expect(world.provider().createPayment(wish)).rejects.toMatchObject({
      outcome: 'rejected',
    })
  })

  test('but one without anything to show cannot be presented', async () => {
    on('POST /payment_intents', 200, anIntent('requires_action'))
    const answer = world.provider().createPayment(aWish())
    await expect(answer).rejects.toMatchObject({ outcome: 'unknown' })
  })
})

describe('the truth about a payment', () => {
  test('is asked by their number', async () => {
    on(`GET ${INTENT}`, 200, anIntent('succeeded'))
    const fact = await world.provider().queryPayment(aReference())
    expect(fact).toMatchObject({ source: 'query', status: 'paid', outTradeNo: 'p1001' })
    expect(world.peer().last()).toMatchObject({ path: `/v1${INTENT}`, body: '' })
    expect(world.peer().last().headers).not.toHaveProperty('idempotency-key')
  })

  test('is read from the published answer, with lists and settings as text', async () => {
    on(`GET ${INTENT}`, 200, {
      ...anIntent('succeeded'),
      currency: 'USD',
      amount: 10,
      amount_received: null,
      payment_method_types: '["wechat_pay","alipay","card"]',
      payment_method_options: '{"card":{"capture_method":"automatic"}}',
      last_payment_error: null,
      cancel_at: '',
    })
    const fact = await world.provider().queryPayment(aReference())
    expect(fact).toMatchObject({ status: 'paid', amount: { value: 10, currency: 'USD' } })
  })

  test('is searched by our number while theirs is not known', async () => {
    const others = [{ merchant_order_id: 'p10011' }, { merchant_order_id: null }]
    const data = others.map((fields) => anIntent('succeeded', { ...fields, id: 'pi_9' }))
    on('GET /payment_intents/search', 200, {
      object: 'list',
      data: [...data, anIntent('processing')],
    })
    const fact = await world.provider().queryPayment(lost)
    expect(fact).toMatchObject({ status: 'pending', providerPaymentId: PAYMENT_ID })
    const { searchParams } = new URL(world.peer().last().path, 'http://wooshpay.test')
    expect(Object.fromEntries(searchParams)).toEqual({
      query: "merchant_order_id:'p1001'",
      limit: '100',
    })
  })

  test.each([
    [['canceled', 'requires_action', 'succeeded'], 'succeeded'],
    [['canceled', 'requires_action'], 'requires_action'],
    [['canceled', 'failed'], 'canceled'],
  ])('is the money, then what is open, where our number stands for %j', async (words, best) => {
    on('GET /payment_intents/search', 200, { data: words.map((word) => anIntent(word)) })
    expect((await world.provider().queryPayment(lost))?.providerStatus).toBe(best)
  })

  test('is null where they never heard of our number', async () => {
    on('GET /payment_intents/search', 200, { object: 'list', has_more: false, data: [] })
    expect(await world.provider().queryPayment(lost)).toBeNull()
  })

  test('is not denied by a 404 for a number that they have given us', async () => {
    await expect(world.provider().queryPayment(aReference())).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'resource_missing',
    })
  })

  test('is not told by an answer about another payment', async () => {
    on(`GET ${INTENT}`, 200, anIntent('succeeded', { id: 'pi_2' }))
    await expect(world.provider().queryPayment(aReference())).rejects.toMatchObject({
      outcome: 'unverifiable',
    })
  })
})

describe('a payment is closed', () => {
  test('by cancelling it', async () => {
    on(`POST ${INTENT}/cancel`, 200, anIntent('canceled'))
    const fact = await world.provider().closePayment?.(aReference())
    expect(fact).toMatchObject({ source: 'close', status: 'cancelled' })
    expect(world.peer().last().body).toBe('{}')
  })

  test('also while their number is not known', async () => {
    on('GET /payment_intents/search', 200, { data: [anIntent('requires_action')] })
    on(`POST ${INTENT}/cancel`, 200, anIntent('canceled'))
    expect(await world.provider().closePayment?.(lost)).toMatchObject({ status: 'cancelled' })
  })

  test('and is what it has become where that came too late', async () => {
    on(`POST ${INTENT}/cancel`, 400, { error: { type: 'invalid_request_error' } })
    on(`GET ${INTENT}`, 200, anIntent('succeeded'))
    const fact = await world.provider().closePayment?.(aReference())
    expect(fact).toMatchObject({ source: 'close', status: 'paid' })
  })

  test('but an unknown outcome stays unknown', async () => {
    on(`POST ${INTENT}/cancel`, 500, {})
    const answer = world.provider().closePayment?.(aReference())
    await expect(answer).rejects.toMatchObject({ outcome: 'unknown' })
    expect(world.peer().heard).toHaveLength(1)
  })

  test('not where WooshPay never heard of it', async () => {
    on('GET /payment_intents/search', 200, { data: [] })
    const answer = world.provider().closePayment?.(lost)
    await expect(answer).rejects.toMatchObject({ outcome: 'rejected' })
  })
})

describe('a refund', () => {
  test('is sent with a key that is the same on every repeat', async () => {
    on('POST /refunds', 200, aRefund('pending'))
    const fact = await world.provider().refund?.(aRefundWish())
    await world.provider().refund?.(aRefundWish())
    expect(fact).toMatchObject({
      source: 'create',
      status: 'processing',
      outRefundNo: 'rf-1',
      providerRefundId: REFUND_ID,
      providerPaymentId: PAYMENT_ID,
      amount: { value: 10, currency: 'CNY' },
    })
    const [first, second] = world.peer().heard
    expect(first?.body).toBe(second?.body)
    expect(first?.headers['idempotency-key']).toBe('refund-rf-1')
    expect(second?.headers['idempotency-key']).toBe('refund-rf-1')
  })

  test('finds its payment where the number was lost', async () => {
    on('GET /payment_intents/search', 200, { data: [anIntent('succeeded')] })
    on('POST /refunds', 200, aRefund('succeeded'))
    expect(await world.provider().refund?.(aRefundWish({ payment: lost }))).toMatchObject({
      status: 'succeeded',
    })
    expect(JSON.parse(world.peer().last().body)).toMatchObject({ payment_intent: PAYMENT_ID })
  })

  test('is asked about by their number', async () => {
    on(`GET /refunds/${REFUND_ID}`, 200, aRefund('succeeded'))
    const ref = { payment: aReference(), outRefundNo: 'rf-1', providerRefundId: REFUND_ID }
    expect(await world.provider().queryRefund?.(ref)).toMatchObject({
      source: 'query',
      status: 'succeeded',
      outRefundNo: 'rf-1',
    })
  })

  test('cannot be found by ours, and says so without a call', async () => {
    const ref = { payment: aReference(), outRefundNo: 'rf-1', providerRefundId: null }
    await expect(world.provider().queryRefund?.(ref)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(world.peer().heard).toEqual([])
  })
})

test('a notification is acknowledged with a plain 200', () => {
  expect(world.provider().acknowledge()).toEqual({ status: 200, headers: {}, body: '' })
})
