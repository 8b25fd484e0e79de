import { createPublicKey, createVerify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signApp, signJsapi } from '../../../../../sandbox/providers/wechat-pay-sign.ts'
import { START_MS } from '../wechat-world.ts'
import {
  createBody,
  createdSchema,
  errorsSchema,
  type WorldlineWorld,
  worldlineWorld,
} from './world.ts'

async function create(world: WorldlineWorld, type: string, openId?: string) {
  const answer = await world.call('/payments', { body: createBody(type, openId) })
  expect(answer.status).toBe(201)
  return createdSchema.parse(answer.json)
}

function shown(action: { showData?: { key: string; value: string }[] | undefined }) {
  return Object.fromEntries((action.showData ?? []).map(({ key, value }) => [key, value]))
}

describe('a payment', () => {
  test('is created as redirected, with location, references and amount', async () => {
    const world = await worldlineWorld()
    const answer = await world.call('/payments', { body: createBody('miniProgram', world.openId) })
    const { payment, creationOutput } = createdSchema.parse(answer.json)
    expect(payment.id).toMatch(/^\d{30}$/)
    expect(answer.headers.get('location')).toBe(`/v1/20000/payments/${payment.id}`)
    expect(creationOutput.externalReference).toBe('order-1001')
    expect(payment).toMatchObject({
      status: 'REDIRECTED',
      paymentOutput: {
        amountOfMoney: { amount: 1999, currencyCode: 'USD' },
        references: { merchantReference: 'order-1001' },
        redirectPaymentMethodSpecificOutput: { paymentProductId: 863 },
      },
      statusOutput: {
        statusCategory: 'PENDING_PAYMENT',
        statusCode: 50,
        isCancellable: false,
        isRefundable: false,
        statusCodeChangeDateTime: '20260624081500',
      },
    })
  })

  test.each(['miniProgram', 'javaScriptAPI'] as const)(
    'by %s hands out parameters that WeChat’s cashier accepts',
    async (type) => {
      const world = await worldlineWorld()
      const appId = world.merchant.wechat.appIds[type] ?? ''
      const { merchantAction } = await create(world, type, world.people.openid('anna', appId))
      const data = merchantAction.thirdPartyData?.paymentProduct863 ?? {}
      const { nonceStr = '', prepayId = '', timeStamp = '' } = data
      const signing = { signType: 'MD5', key: world.merchant.wechat.apiKey } as const
      expect(merchantAction.actionType).toBe('CALL_THIRD_PARTY')
      expect(data).toEqual({
        appId,
        nonceStr,
        packageSign: `prepay_id=${prepayId}`,
        paySign: signJsapi({ appId, nonceStr, prepayId, timeStamp, signing }),
        prepayId,
        signType: 'MD5',
        timeStamp: String(START_MS / 1000),
      })
      expect(world.wechat.prepay(prepayId)).toMatchObject({
        state: 'open',
        order: { tradeType: 'JSAPI', appId, amount: { value: 1999, currency: 'USD' } },
      })
    },
  )

  test('can be answered by SHOW_FORM and without a sign type', async () => {
    const world = await worldlineWorld({ jsapiAction: 'SHOW_FORM', signTypeGiven: false })
    const { merchantAction } = await create(world, 'miniProgram', world.openId)
    expect(merchantAction.actionType).toBe('SHOW_FORM')
    expect(merchantAction.thirdPartyData).toBeUndefined()
    expect(Object.keys(shown(merchantAction)).toSorted()).toEqual(
      ['appId', 'nonceStr', 'packageSign', 'paySign', 'prepayId', 'timeStamp'].toSorted(),
    )
  })

  test('can be signed with RSA, by the key that WeChat was told', async () => {
    const world = await worldlineWorld({ signType: 'RSA' })
    const { merchantAction } = await create(world, 'miniProgram', world.openId)
    const data = merchantAction.thirdPartyData?.paymentProduct863 ?? {}
    const signing = world.wechat.prepay(data['prepayId'] ?? '')?.order.signing
    const text = [data['appId'], data['timeStamp'], data['nonceStr'], data['packageSign'], '']
    const verified = createVerify('sha256')
      .update(text.join('\n'))
      .verify(createPublicKey(signing?.key ?? ''), data['paySign'] ?? '', 'base64')
    expect(verified).toBe(true)
    expect(data['signType']).toBe('RSA')
  })

  test('on a desktop shows a QR code as a PNG', async () => {
    const { merchantAction } = await create(await worldlineWorld(), 'desktopQRCode')
    const { QRCODE = '', WECHAT_PAYMENTID } = shown(merchantAction)
    expect(Buffer.from(QRCODE, 'base64').toString('latin1', 1, 4)).toBe('PNG')
    expect(WECHAT_PAYMENTID).toMatch(/^wx/)
  })

  test('in a phone’s browser shows the link into WeChat', async () => {
    const { merchantAction } = await create(await worldlineWorld(), 'urlIntent')
    expect(shown(merchantAction)['URLINTENT']).toContain('http://wechat.test/')
  })

  test('in an app shows what WeChat’s SDK needs', async () => {
    const world = await worldlineWorld()
    const { merchantAction } = await create(world, 'nativeInApp')
    const data = shown(merchantAction)
    const signature = signApp({
      appId: world.merchant.wechat.appIds.nativeInApp ?? '',
      mchId: world.merchant.wechat.mchId,
      timeStamp: String(START_MS / 1000),
      nonceStr: data['SIGNATURE_NONCE'] ?? '',
      prepayId: data['WECHAT_PAYMENTID'] ?? '',
      signing: { signType: 'MD5', key: world.merchant.wechat.apiKey },
    })
    expect(data['WECHAT_SIGNATURE']).toBe(signature)
  })
})

test.each([null, '', ' '])(
  'with the descriptor %j WeChat shows the reference',
  async (descriptor) => {
    const world = await worldlineWorld()
    const wanted = createBody('desktopQRCode')
    const references = { merchantReference: 'order-1001', descriptor }
    const answer = await world.call('/payments', {
      body: { ...wanted, order: { ...wanted.order, references } },
    })
    const { merchantAction } = createdSchema.parse(answer.json)
    const record = world.wechat.prepay(shown(merchantAction)['WECHAT_PAYMENTID'] ?? '')
    expect(record?.order.description).toBe('order-1001')
  },
)

describe('a payment is refused', () => {
  const body = createBody('miniProgram', 'o-somebody')
  const { redirectPaymentMethodSpecificInput: input, order } = body
  const product = (changes: object) => ({
    ...body,
    redirectPaymentMethodSpecificInput: { ...input, ...changes },
  })
  const specific = (value: object) => product({ paymentProduct863SpecificInput: value })
  const amount = (value: unknown, currencyCode: unknown = 'USD') => ({
    ...body,
    order: { ...order, amountOfMoney: { amount: value, currencyCode } },
  })
  const prefix = 'redirectPaymentMethodSpecificInput'

  test.each([
    [
      'no integration type',
      specific({}),
      `${prefix}.paymentProduct863SpecificInput.integrationType`,
    ],
    [
      'no specific input',
      product({ paymentProduct863SpecificInput: undefined }),
      `${prefix}.paymentProduct863SpecificInput.integrationType`,
    ],
    [
      'an unknown integration type',
      specific({ integrationType: 'jsapi' }),
      `${prefix}.paymentProduct863SpecificInput.integrationType`,
    ],
    [
      'no openId',
      specific({ integrationType: 'javaScriptAPI' }),
      `${prefix}.paymentProduct863SpecificInput.openId`,
    ],
    ['another product', product({ paymentProductId: 840 }), `${prefix}.paymentProductId`],
    ['no IP address', { ...body, fraudFields: {} }, 'fraudFields.customerIpAddress'],
    ['no fraud fields', { ...body, fraudFields: undefined }, 'fraudFields.customerIpAddress'],
    [
      'an IP address that is none',
      { ...body, fraudFields: { customerIpAddress: 'home' } },
      'fraudFields.customerIpAddress',
    ],
    ['a fraction of a cent', amount(19.5), 'order.amountOfMoney.amount'],
    ['an amount as text', amount('1999'), 'order.amountOfMoney.amount'],
    ['nothing to pay', amount(0), 'order.amountOfMoney.amount'],
    ['an unknown currency', amount(1999, 'ZZZ'), 'order.amountOfMoney.currencyCode'],
    ['hundredths of a yen', amount(1999, 'JPY'), 'order.amountOfMoney.amount'],
    [
      'a long reference',
      { ...body, order: { ...order, references: { merchantReference: 'r'.repeat(31) } } },
      'order.references.merchantReference',
    ],
    [
      'a long descriptor',
      { ...body, order: { ...order, references: { descriptor: 'd'.repeat(33) } } },
      'order.references.descriptor',
    ],
    ['nothing at all', null, 'order.amountOfMoney.amount'],
  ])('for %s, with 400 and the name of the field', async (_, wrong, propertyName) => {
    const world = await worldlineWorld()
    const answer = await world.call('/payments', { body: wrong })
    expect(answer.status).toBe(400)
    const { errors } = errorsSchema.parse(answer.json)
    expect(errors.map((error) => error.propertyName)).toContain(propertyName)
    expect(errors[0]).toMatchObject({ category: 'CONNECT_PLATFORM_ERROR', httpStatusCode: 400 })
    expect(world.simulator.books().payments).toEqual([])
  })

  test('missing and invalid are told apart by their codes', async () => {
    const world = await worldlineWorld()
    const code = async (wrong: unknown) =>
      errorsSchema.parse((await world.call('/payments', { body: wrong })).json).errors[0]?.code
    expect(await code(amount(19.5))).toBe('21000020')
    expect(await code({ ...body, fraudFields: {} })).toBe('21000120')
  })

  test('a body that is no JSON answers 400 as well', async () => {
    const world = await worldlineWorld()
    const answer = await world.call('/payments', { method: 'POST' })
    expect(answer.status).toBe(400)
  })

  test('whole yen are taken as hundredths', async () => {
    const world = await worldlineWorld()
    const yen = { ...createBody('desktopQRCode'), order: amount(120_000, 'JPY').order }
    expect((await world.call('/payments', { body: yen })).status).toBe(201)
    expect(world.simulator.books().payments[0]?.amount).toEqual({ value: 1200, currency: 'JPY' })
  })

  test('a strict platform refuses a return to loopback', async () => {
    const world = await worldlineWorld({ strictReturnUrl: true })
    const answer = await world.call('/payments', { body: createBody('desktopQRCode') })
    expect(errorsSchema.parse(answer.json).errors[0]?.propertyName).toContain('returnUrl')
  })

  test.each([
    ['the acquirer declines', 'declined'],
    ['WeChat does not know the openid', 'o-nobody'],
  ])('when %s, with 402 and the rejected payment', async (_, openId) => {
    const world = await worldlineWorld()
    if (openId === 'declined') world.simulator.declineNext(1)
    const known = openId === 'declined' ? world.openId : openId
    const answer = await world.call('/payments', { body: createBody('miniProgram', known) })
    expect(answer.status).toBe(402)
    expect(answer.json).toMatchObject({
      errors: [{ code: '430330', httpStatusCode: 402 }],
      paymentResult: {
        payment: { status: 'REJECTED', statusOutput: { statusCategory: 'UNSUCCESSFUL' } },
      },
    })
    expect(world.simulator.books().payments).toMatchObject([{ state: 'failed' }])
    const next = await world.call('/payments', { body: createBody('miniProgram', world.openId) })
    expect(next.status).toBe(201)
  })

  test('for an amount that is set to be declined, and no other', async () => {
    const world = await worldlineWorld({ declinedAmounts: [666] })
    const status = async (cents: number) =>
      (
        await world.call('/payments', {
          body: { ...createBody('desktopQRCode'), order: amount(cents).order },
        })
      ).status
    expect(await status(666)).toBe(402)
    expect(await status(6661)).toBe(201)
  })
})
