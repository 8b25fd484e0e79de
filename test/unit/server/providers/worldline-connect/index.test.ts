import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import { aPayment, aReference, aWish, connect, PAYMENT_ID } from './fixture.ts'
import { scriptedWorldline } from './scripted.ts'

/** The whole adapter over HTTP, against answers as the documents show them. */

const world = scriptedWorldline()
const { on } = world

const thirdParty = (signType?: string) => ({
  actionType: 'CALL_THIRD_PARTY',
  thirdPartyData: {
    paymentProduct863: {
      appId: 'wx-mini',
      nonceStr: 'n0nce',
      packageSign: 'prepay_id=wx1',
      paySign: 'S1GN',
      prepayId: 'wx1',
      timeStamp: '1414561699',
      ...(signType ? { signType } : {}),
    },
  },
})
const showForm = (fields: Record<string, string>) => ({
  actionType: 'SHOW_FORM',
  showData: Object.entries(fields).map(([key, value]) => ({ key, value })),
})

describe('the capabilities', () => {
  test('are those of Worldline Connect', () => {
    expect(world.provider()).toMatchObject({ accountId: 'worldline', name: 'worldline-connect' })
    expect(world.provider().capabilities).toMatchObject({
      scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'],
      currencies: 'any',
      query: { rule: 'poll', intervalMs: 3_000 },
      idempotency: 'key',
      paymentLifetimeMs: 7_200_000,
      needsOpenid: ['miniProgram', 'officialAccount'],
    })
  })

  test('are narrowed by the account', async () => {
    const narrow = connect(world.peer().url, { scenes: ['desktopQr'], currencies: ['USD'] })
    expect(narrow.provider.capabilities).toMatchObject({
      scenes: ['desktopQr'],
      currencies: ['USD'],
    })
    await narrow.close()
  })
})

describe('a payment is created', () => {
  test('in a Mini Program, with a key that is the same on every repeat', async () => {
    on('POST /…/payments', 201, {
      merchantAction: thirdParty('MD5'),
      payment: aPayment('REDIRECTED'),
    })
    const created = await world.provider().createPayment(aWish())
    await world.provider().createPayment(aWish())
    expect(created.fact).toMatchObject({
      source: 'create',
      status: 'pending',
      outTradeNo: 'p1001',
      providerPaymentId: PAYMENT_ID,
      appId: 'wx-mini',
      amount: { value: 1999, currency: 'USD' },
    })
    expect(created.clientAction).toMatchObject({
      kind: 'wechatPay',
      expiresAtMs: aWish().expiresAtMs,
    })
    const [first, second] = world.peer().heard
    expect(first?.body).toBe(second?.body)
    expect(first?.headers['x-gcs-idempotence-key']).toBe('payment-p1001')
    expect(second?.headers['x-gcs-idempotence-key']).toBe('payment-p1001')
    expect(first?.headers['content-type']).toBe('application/json')
    expect(first?.headers['date']).toBe('Wed, 24 Jun 2026 10:15:00 GMT')
  })

  test.each([
    ['miniProgram', showForm({ ...thirdParty().thirdPartyData.paymentProduct863 }), 'wechatPay'],
    ['officialAccount', thirdParty(), 'wechatPay'],
    ['desktopQr', showForm({ QRCODE: 'iVBORw0K', WECHAT_PAYMENTID: 'wx1' }), 'qrCode'],
    ['mobileWeb', showForm({ URLINTENT: 'weixin://wap/pay?x=1' }), 'redirect'],
    [
      'app',
      showForm({ WECHAT_SIGNATURE: 's', SIGNATURE_NONCE: 'n', WECHAT_PAYMENTID: 'wx1' }),
      'appPay',
    ],
  ] as const)('for %s, and shown as the product page says', async (scene, action, kind) => {
    on('POST /…/payments', 201, { merchantAction: action, payment: aPayment('REDIRECTED') })
    const { clientAction } = await world.provider().createPayment(aWish({ scene }))
    expect(clientAction?.kind).toBe(kind)
  })

  test('and can be paid for two hours where the order lives longer', async () => {
    on('POST /…/payments', 201, { merchantAction: thirdParty(), payment: aPayment('REDIRECTED') })
    const created = await world
      .provider()
      .createPayment(aWish({ expiresAtMs: Number.MAX_SAFE_INTEGER }))
    expect(created.clientAction?.expiresAtMs).toBe(world.clock().nowMs() + 7_200_000)
  })

  test('and decided as failed where it is refused with the payment in the answer', async () => {
    on('POST /…/payments', 402, {
      errorId: '1',
      errors: [{ code: '430330', id: 'REFUSED' }],
      paymentResult: { payment: aPayment('REJECTED') },
    })
    const created = await world.provider().createPayment(aWish())
    expect(created).toMatchObject({
      fact: { status: 'failed', providerStatus: 'REJECTED', providerPaymentId: PAYMENT_ID },
      clientAction: null,
    })
  })

  test('but a payment without an action cannot be presented', async () => {
    on('POST /…/payments', 201, { payment: aPayment('REDIRECTED') })
    await expect(world.provider().createPayment(aWish())).rejects.toMatchObject({
      outcome: 'unknown',
    })
  })

  test('under our number also where the answer does not repeat it', async () => {
    const payment = aPayment('REDIRECTED', { references: undefined })
    on('POST /…/payments', 201, { merchantAction: thirdParty(), payment })
    expect((await world.provider().createPayment(aWish())).fact.outTradeNo).toBe('p1001')
  })
})

describe('the truth about a payment', () => {
  test('is asked by their number', async () => {
    on(`GET /…/payments/${PAYMENT_ID}`, 200, aPayment('CAPTURED'))
    const fact = await world.provider().queryPayment(aReference())
    expect(fact).toMatchObject({ source: 'query', status: 'paid' })
    expect(world.peer().last().headers).not.toHaveProperty('content-type')
  })

  test('is asked by our number while theirs is not known', async () => {
    on('GET /…/payments', 200, {
      payments: [
        aPayment('CAPTURED', { references: { merchantReference: 'p10011' } }),
        aPayment('REDIRECTED'),
      ],
    })
    const fact = await world.provider().queryPayment(aReference({ providerPaymentId: null }))
    expect(fact).toMatchObject({ status: 'pending', providerPaymentId: PAYMENT_ID })
    expect(world.peer().last().path).toBe('/v1/20000/payments?merchantReference=p1001')
  })

  test('is the money, where our number stands for several payments', async () => {
    const states = ['REJECTED', 'REDIRECTED', 'PAID', 'CANCELLED']
    on('GET /…/payments', 200, { payments: states.map((state) => aPayment(state)) })
    const fact = await world.provider().queryPayment(aReference({ providerPaymentId: null }))
    expect(fact?.providerStatus).toBe('PAID')
  })

  test('is null where they never heard of our number', async () => {
    on('GET /…/payments', 200, { payments: [], totalCount: 0 })
    expect(await world.provider().queryPayment(aReference({ providerPaymentId: null }))).toBeNull()
  })

  test('is not denied by a 404 for a number that they have given us', async () => {
    await expect(world.provider().queryPayment(aReference())).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: '1002',
    })
  })
})

describe('a payment is closed', () => {
  const cancellable = {
    ...aPayment('REDIRECTED'),
    statusOutput: { isCancellable: true },
  }

  test('by cancelling it where it can be', async () => {
    on(`GET /…/payments/${PAYMENT_ID}`, 200, cancellable)
    on(`POST /…/payments/${PAYMENT_ID}/cancel`, 200, { payment: aPayment('CANCELLED') })
    const fact = await world.provider().closePayment?.(aReference())
    expect(fact).toMatchObject({ source: 'close', status: 'cancelled' })
  })

  test('not at Worldline where it cannot be, and the fact says what it is', async () => {
    on(`GET /…/payments/${PAYMENT_ID}`, 200, aPayment('CAPTURED'))
    expect(await world.provider().closePayment?.(aReference())).toMatchObject({
      source: 'close',
      status: 'paid',
    })
    expect(world.peer().heard.map(({ method }) => method)).toEqual(['GET'])
  })

  test('and is what it has become where the cancel came too late', async () => {
    let asked = 0
    world.answer(`GET /…/payments/${PAYMENT_ID}`, () => {
      asked += 1
      return { body: JSON.stringify(asked === 1 ? cancellable : aPayment('CAPTURED')) }
    })
    on(`POST /…/payments/${PAYMENT_ID}/cancel`, 402, { errors: [{ code: '430330' }] })
    expect(await world.provider().closePayment?.(aReference())).toMatchObject({ status: 'paid' })
  })

  test('not where Worldline never heard of it', async () => {
    on('GET /…/payments', 200, { payments: [] })
    const answer = world.provider().closePayment?.(aReference({ providerPaymentId: null }))
    await expect(answer).rejects.toMatchObject({ outcome: 'rejected' })
  })
})

test('a notification is acknowledged with a plain 200', () => {
  expect(world.provider().acknowledge()).toEqual({ status: 200, headers: {}, body: '' })
})

describe('a visit that Worldline does not know any more', () => {
  const visit = aReference({
    providerPaymentId: null,
    providerState: { hostedCheckoutId: 'h1', returnMac: 'm' },
    scene: 'desktopQr',
  })

  test('does not hide the payment that was made on it', async () => {
    on('GET /…/payments', 200, { payments: [aPayment('CAPTURED')] })
    expect(await world.provider().queryPayment(visit)).toMatchObject({
      status: 'paid',
      providerPaymentId: PAYMENT_ID,
      outTradeNo: 'p1001',
    })
  })

  test('proves nothing where no payment is found: the refusal stays one', async () => {
    on('GET /…/payments', 200, { payments: [] })
    const failure = await failureOf(() => world.provider().queryPayment(visit))
    expect(failure).toMatchObject({ outcome: 'rejected', providerCode: '1002' })
  })
})
