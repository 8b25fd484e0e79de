import { describe, expect, test } from 'vitest'
import {
  createRequest,
  exactWireAmount,
  merchantReference,
  PAYMENT_STATUSES,
  paymentFact,
  REFUND_STATUSES,
  refundFact,
  refusalMeaning,
} from '../../../../../server/providers/worldline-connect/translate.ts'
import { failureOf } from '../support/failure.ts'
import { aPayment, aRefund, aWish, PAYMENT_ID } from './fixture.ts'

const account = { accountId: 'worldline', countryCode: 'CN' }
const told = { accountId: 'worldline', source: 'query' } as const

function words(...lines: string[]): string[] {
  return lines.join(' ').split(' ')
}

describe('a create request', () => {
  test('is the documented one for a Mini Program', () => {
    expect(createRequest(aWish(), account)).toEqual({
      order: {
        amountOfMoney: { amount: 1999, currencyCode: 'USD' },
        customer: { locale: 'zh_CN', billingAddress: { countryCode: 'CN' } },
        references: { merchantReference: 'p1001', descriptor: 'Tea' },
      },
      fraudFields: { customerIpAddress: '203.0.113.7' },
      redirectPaymentMethodSpecificInput: {
        paymentProductId: 863,
        paymentProduct863SpecificInput: {
          integrationType: 'miniProgram',
          openId: 'oUpF8uMuAJO',
        },
        redirectionData: { returnUrl: 'https://shop.example/return' },
      },
    })
  })

  test.each([
    ['miniProgram', 'miniProgram', true],
    ['officialAccount', 'javaScriptAPI', true],
    ['desktopQr', 'desktopQRCode', false],
    ['mobileWeb', 'urlIntent', false],
    ['app', 'nativeInApp', false],
  ] as const)('for %s asks for %s, with an openid only where WeChat wants one', (...row) => {
    const [scene, integrationType, withOpenid] = row
    const { redirectPaymentMethodSpecificInput: input } = createRequest(aWish({ scene }), account)
    expect(input.paymentProduct863SpecificInput).toEqual({
      integrationType,
      ...(withOpenid ? { openId: 'oUpF8uMuAJO' } : {}),
    })
  })

  test('is refused for a scene that Worldline does not have', async () => {
    const failure = await failureOf(() => createRequest(aWish({ scene: 'paymentCode' }), account))
    expect(failure).toMatchObject({ outcome: 'rejected', accountId: 'worldline' })
    expect(failure.message).toContain('cannot serve paymentCode')
  })

  test.each([
    ['zh-CN', 'zh_CN'],
    ['zh-TW', 'zh_TW'],
    ['en', 'en_US'],
  ] as const)('shows %s to the payer as %s', (locale, theirs) => {
    expect(createRequest(aWish({ locale }), account).order.customer.locale).toBe(theirs)
  })

  test.each(['miniProgram', 'officialAccount'] as const)(
    'is refused for %s without a payer',
    async (scene) => {
      const failure = await failureOf(() => createRequest(aWish({ scene, payer: null }), account))
      expect(failure.outcome).toBe('rejected')
      expect(failure.message).toContain('openid')
    },
  )

  test.each([
    'http://shop.example/return',
    'https://localhost/return',
    'https://127.0.0.1/return',
    'https://[2001:db8::1]/return',
    'not a url',
  ])('leaves out the return address %s, which Worldline would refuse', (returnUrl) => {
    const { redirectPaymentMethodSpecificInput: input } = createRequest(
      aWish({ returnUrl }),
      account,
    )
    expect(input).not.toHaveProperty('redirectionData')
  })

  test.each(['https://1688.example/return', 'https://shop.example./return'])(
    'keeps the return address %s, which has a name',
    (returnUrl) => {
      const { redirectPaymentMethodSpecificInput: input } = createRequest(
        aWish({ returnUrl }),
        account,
      )
      expect(input.redirectionData).toEqual({ returnUrl })
    },
  )

  test('cuts the descriptor to 32 characters, never through one of them', () => {
    const descriptorOf = (description: string) =>
      createRequest(aWish({ description }), account).order.references.descriptor
    expect(descriptorOf('x'.repeat(33))).toBe('x'.repeat(32))
    expect(descriptorOf(`${'x'.repeat(31)}🍵`)).toBe('x'.repeat(31))
    expect(descriptorOf(`${'x'.repeat(30)}🍵`)).toBe(`${'x'.repeat(30)}🍵`)
  })

  test('takes references of 1 to 30 plain characters and no others', async () => {
    expect(merchantReference('p'.repeat(30), 'worldline')).toHaveLength(30)
    for (const reference of ['p'.repeat(31), '', 'a b', 'ü']) {
      const failure = await failureOf(() => merchantReference(reference, 'worldline'))
      expect(failure.outcome).toBe('rejected')
      expect(failure.message).toContain('1 to 30 plain characters')
    }
  })

  test('is refused where two decimals cannot say the amount', async () => {
    expect(exactWireAmount({ value: 1230, currency: 'KWD' }, 'worldline').amount).toBe(123)
    const failure = await failureOf(() =>
      exactWireAmount({ value: 1234, currency: 'KWD' }, 'worldline'),
    )
    expect(failure).toMatchObject({ outcome: 'rejected' })
    expect(failure.message).toContain('two decimals; this KWD amount has more')
  })
})

describe('a payment object', () => {
  const MEANINGS = {
    pending: words(
      'CREATED REDIRECTED PENDING_PAYMENT ACCOUNT_VERIFIED PENDING_APPROVAL PENDING_COMPLETION',
      'PENDING_CAPTURE PENDING_FRAUD_APPROVAL AUTHORIZATION_REQUESTED CAPTURE_REQUESTED',
    ),
    paid: words('CAPTURED PAID ACCOUNT_CREDITED REFUND_REQUESTED REFUNDED CHARGEBACK_NOTIFICATION'),
    cancelled: ['CANCELLED'],
    failed: ['REJECTED', 'REJECTED_CAPTURE', 'REJECTED_CREDIT', 'CHARGEBACKED', 'REVERSED'],
  }
  const rows = Object.entries(MEANINGS).flatMap(([status, listed]) =>
    listed.map((word) => [word, status] as const),
  )

  test.each(rows)('%s is %s', (word, status) => {
    expect(paymentFact(aPayment(word), told)).toMatchObject({
      status,
      providerStatus: word,
      amount: { value: 1999, currency: 'USD' },
      providerPaymentId: PAYMENT_ID,
      outTradeNo: 'p1001',
    })
  })

  test('has no status in the table that is not looked at here', () => {
    expect(Object.keys(PAYMENT_STATUSES).toSorted()).toEqual(rows.map(([word]) => word).toSorted())
  })

  test.each(['SOMETHING_NEW', 'captured', '', 'constructor', '__proto__'])(
    'with the unknown status %j stays pending and is marked',
    (word) => {
      const fact = paymentFact(aPayment(word), told)
      expect(fact).toMatchObject({ status: 'pending', unknownStatus: true })
    },
  )

  test('under dispute is marked for people, and a known status is not', () => {
    expect(paymentFact(aPayment('CHARGEBACK_NOTIFICATION'), told).unknownStatus).toBe(true)
    expect(paymentFact(aPayment('CAPTURED'), told).unknownStatus).toBe(false)
    expect(paymentFact(aPayment('REVERSED'), told).unknownStatus).toBe(false)
  })

  test('says what came in, once something has', () => {
    const amountOf = (fields: Record<string, unknown>) =>
      paymentFact(aPayment('CAPTURED', fields), told).amount?.value
    expect(amountOf({ amountPaid: 0 })).toBe(1999)
    expect(amountOf({ amountPaid: 1999 })).toBe(1999)
    expect(amountOf({ amountPaid: 1 })).toBe(1)
    expect(amountOf({ amountOfMoney: undefined })).toBeUndefined()
  })

  test('may say nothing but its number and status; the number we asked by stands in', () => {
    const { id, status } = aPayment('CREATED')
    expect(paymentFact({ id, status }, told)).toMatchObject({ outTradeNo: null, amount: null })
    const bare = { id, status, paymentOutput: {} }
    for (const payment of [{ id, status }, bare]) {
      expect(paymentFact(payment, { ...told, outTradeNo: 'p1001' })).toMatchObject({
        outTradeNo: 'p1001',
        providerPaymentId: PAYMENT_ID,
        status: 'pending',
        amount: null,
      })
    }
  })

  test('in yen counts whole yen, and half a yen is no amount', () => {
    const yen = (amount: number) =>
      paymentFact(aPayment('PAID', { amountOfMoney: { amount, currencyCode: 'JPY' } }), told).amount
    expect(yen(199_900)).toEqual({ value: 1999, currency: 'JPY' })
    expect(yen(150)).toBeNull()
  })
})

describe('a refund object', () => {
  const MEANINGS = {
    processing: ['CREATED', 'REFUND_REQUESTED', 'CAPTURE_REQUESTED'],
    needsAction: ['PENDING_APPROVAL'],
    succeeded: ['REFUNDED', 'CAPTURED', 'PAID', 'ACCOUNT_CREDITED'],
    failed: ['REJECTED', 'REJECTED_CAPTURE', 'REJECTED_CREDIT', 'CANCELLED'],
  }
  const rows = Object.entries(MEANINGS).flatMap(([status, listed]) =>
    listed.map((word) => [word, status] as const),
  )

  test.each(rows)('%s is %s', (word, status) => {
    const fact = refundFact(aRefund(word), told)
    expect(fact).toMatchObject({ status, outRefundNo: 'rf1001', unknownStatus: false })
    expect(fact.amount).toEqual({ value: 500, currency: 'USD' })
    const needsAdvice = status === 'failed' || status === 'needsAction'
    expect(fact.advice !== null).toBe(needsAdvice)
  })

  test('has no status in the table that is not looked at here', () => {
    expect(Object.keys(REFUND_STATUSES).toSorted()).toEqual(rows.map(([word]) => word).toSorted())
  })

  test.each([
    ['PENDING_APPROVAL', 'Approve this refund'],
    ['REJECTED', 'Worldline refused this refund'],
    ['REJECTED_CAPTURE', 'Worldline refused this refund'],
    ['REJECTED_CREDIT', 'Worldline refused this refund'],
    ['CANCELLED', 'was cancelled'],
  ])('%s comes with the advice of a person who knows: %s', (word, advice) => {
    expect(refundFact(aRefund(word), told).advice).toContain(advice)
    expect(refundFact(aRefund(word), told).advice).toMatch(/\.$/)
  })

  test('may say nothing but its number and status', () => {
    const { id, status } = aRefund('REFUNDED')
    const nothing = { outRefundNo: null, amount: null, status: 'succeeded' }
    expect(refundFact({ id, status }, told)).toMatchObject(nothing)
    expect(refundFact({ id, status, refundOutput: {} }, told)).toMatchObject(nothing)
  })

  test('with an unknown status is still processing and is marked', () => {
    const fact = refundFact(aRefund('SOMETHING_NEW'), told)
    expect(fact).toMatchObject({ status: 'processing', unknownStatus: true })
  })
})

describe('an answer that is no success', () => {
  test.each([
    [400, [], 'rejected'],
    [401, [], 'rejected'],
    [402, ['430330'], 'rejected'],
    [403, ['9002'], 'rejected'],
    [404, ['1002'], 'rejected'],
    [405, [], 'rejected'],
    [410, [], 'rejected'],
    [422, [], 'rejected'],
    [408, [], 'unknown'],
    [409, [], 'unknown'],
    [400, ['1409'], 'unknown'],
    [425, [], 'notSent'],
    [429, [], 'notSent'],
    [301, [], 'unknown'],
    [500, ['9999'], 'unknown'],
    [502, [], 'unknown'],
    [503, [], 'unknown'],
    [504, [], 'unknown'],
  ] as const)('HTTP %i with %j means %s', (status, codes, outcome) => {
    expect(refusalMeaning(status, codes).outcome).toBe(outcome)
  })

  test('asks for patience only while the first request is still running', () => {
    expect(refusalMeaning(409, ['1409']).retryAfterMs).toBe(1_000)
    expect(refusalMeaning(409, []).retryAfterMs).toBe(1_000)
    expect(refusalMeaning(500, []).retryAfterMs).toBeNull()
  })
})
