import { describe, expect, test } from 'vitest'
import {
  createFields,
  type Evidence,
  paymentFact,
  refundFact,
  refundFields,
  type Told,
} from '../../../../../server/providers/payabl/translate.ts'
import { failureOf } from '../support/failure.ts'
import { aCapture, aConfig, aReference, aWish } from './fixture.ts'

const accountId = 'payabl'
const create = (wish = {}, config = {}) =>
  createFields(aWish(wish), { accountId, config: aConfig(config) })

describe('the fields of a payment', () => {
  test('are those of the published desktop request', () => {
    // On the page the e-mail address is redacted, and with it the signature cannot be made again.
    expect(create()).toEqual({
      orderid: 'Payabl-Test',
      amount: '19.99',
      currency: 'EUR',
      payment_method: '5',
      custom2: 'wechatpay',
      accountname: 'John Doe',
      email: 'payments@shop.example',
      firstname: 'John',
      lastname: 'Doe',
      bankcountry: 'CN',
      language: 'en',
      customerip: '2.22.75.244',
      url_return: 'https://yourshop.example/thank_you',
      url_success: 'https://yourshop.example/thank_you',
      url_failed: 'https://yourshop.example/thank_you',
      notification_url: 'https://yourshop.example/notification?payment=Payabl-Test',
    })
  })

  test('are those of the published H5 request, with url_failed (same seed)', () => {
    const amount = { value: 123, currency: 'USD' }
    expect(create({ scene: 'mobileWeb', amount, payerIp: '127.0.0.1' })).toMatchObject({
      amount: '1.23',
      currency: 'USD',
      custom2: 'wechatpayh5',
      customerip: '127.0.0.1',
      url_failed: 'https://yourshop.example/thank_you',
    })
  })

  test('have sums in major units, exactly', () => {
    const amountOf = (value: number) => create({ amount: { value, currency: 'GBP' } })['amount']
    expect([1, 800, 850, 1_000_001].map(amountOf)).toEqual(['0.01', '8.00', '8.50', '10000.01'])
  })

  test('ask for Chinese pages only where the account says so', () => {
    expect(create({}, { chinesePages: true })['language']).toBe('zh')
    expect(create({ locale: 'en' }, { chinesePages: true })['language']).toBe('en')
    expect(create({ locale: 'zh-TW' }, { chinesePages: true })['language']).toBe('zh')
    expect(create({ locale: 'zh-TW' })['language']).toBe('en')
  })

  test('keep what the notification address says already', () => {
    const notifyUrl = 'https://yourshop.example/n?a=1'
    expect(create({ notifyUrl })['notification_url']).toBe(`${notifyUrl}&payment=Payabl-Test`)
  })

  test('can do without an address of the payer at a desktop only', async () => {
    expect(create({ payerIp: 'unknown' })).not.toHaveProperty('customerip')
    expect(create({ scene: 'mobileWeb', payerIp: '2001:db8::1' })['customerip']).toBe('2001:db8::1')
    const failure = await failureOf(() => create({ scene: 'mobileWeb', payerIp: '' }))
    expect(failure).toMatchObject({ outcome: 'rejected', message: expect.stringContaining('IP') })
  })

  const long = (length: number) => 'https://x.example/'.padEnd(length, 'x')
  test.each([
    ['another scene', { scene: 'officialAccount' }, 'cannot serve officialAccount'],
    ['another currency', { amount: { value: 1, currency: 'CNY' } }, 'takes no CNY'],
    ['a number that is too long', { outTradeNo: 'x'.repeat(31) }, 'numbers of 1 to 30'],
    ['a number with a space', { outTradeNo: 'p 1' }, 'numbers of 1 to 30'],
    ['a number beyond Latin-1', { outTradeNo: '李' }, 'numbers of 1 to 30'],
    ['a return address that is too long', { returnUrl: long(256) }, 'addresses of 255'],
    ['a notification address that is', { notifyUrl: long(240) }, 'addresses of 255'],
  ] as const)('are refused with %s, and say why', async (_, wish, why) => {
    const failure = await failureOf(() => create(wish))
    expect(failure.outcome).toBe('rejected')
    expect(failure.message).toContain(why)
  })

  test('have addresses of up to 255 characters', () => {
    expect(create({ returnUrl: long(255) })['url_return']).toBe(long(255))
  })

  test('have a return address without letters that cannot travel', () => {
    expect(create({ returnUrl: 'https://x.example/茶' })['url_return']).toBe(
      'https://x.example/%E8%8C%B6',
    )
  })
})

describe('the fields of a refund', () => {
  const refund = (amount: { value: number; currency: string }, outRefundNo = 'rf1') =>
    refundFields({ payment: aReference(), outRefundNo, amount, reason: null }, accountId)

  test('name our number and the sum', () => {
    expect(refund({ value: 820, currency: 'EUR' })).toEqual({
      amount: '8.20',
      currency: 'EUR',
      language: 'en',
      external_id: 'rf1',
    })
  })

  test('are refused in another currency, and with another kind of number', async () => {
    const failures = [
      await failureOf(() => refund({ value: 820, currency: 'USD' })),
      await failureOf(() => refund({ value: 820, currency: 'EUR' }, 'rf 1')),
    ]
    expect(failures.map(({ outcome }) => outcome)).toEqual(['rejected', 'rejected'])
    expect(failures[0]?.message).toContain('only in the currency of the payment')
  })
})

describe('what is said of a payment', () => {
  const captured = aCapture()
  const told = (code: string, fields: Partial<Told> = {}): Told => ({
    code,
    transaction_id: '105175176',
    order_id: 'Payabl-Test',
    amount: '19.99',
    currency: 'EUR',
    ...fields,
  })
  const fact = (said: Told, also: Partial<Evidence> = {}, ref = aReference()) =>
    paymentFact(
      said,
      { accountId, source: 'query', payment: ref },
      { captured: null, isOver: false, ...also },
    )

  test('is paid only by code 0 and a capture', () => {
    expect(fact(told('0'), { captured })).toEqual({
      kind: 'payment',
      source: 'query',
      accountId,
      outTradeNo: 'Payabl-Test',
      providerPaymentId: '105175176',
      status: 'paid',
      amount: { value: 1999, currency: 'EUR' },
      appId: null,
      occurredAtMs: null,
      settlement: null,
      providerStatus: '0 captured',
      unknownStatus: false,
    })
    expect(fact(told('0'))).toMatchObject({ status: 'pending', unknownStatus: false })
    expect(fact(told('0'), { captured: 'trusted' })).toMatchObject({
      status: 'paid',
      providerStatus: '0',
    })
    for (const code of ['2000', '-5002']) {
      expect(fact(told(code), { captured }).status).not.toBe('paid')
    }
  })

  test.each([
    ['2000', 'pending', false],
    ['-5003', 'cancelled', false],
    ['-1315', 'cancelled', false],
    ['-5002', 'failed', false],
    ['-5004', 'failed', false],
    ['-77', 'failed', false],
    ['1', 'pending', true],
    ['', 'pending', true],
    ['PAID', 'pending', true],
    ['-0', 'pending', true],
    ['constructor', 'pending', true],
  ])('with code "%s" is %s', (code, status, unknownStatus) => {
    expect(fact(told(code))).toMatchObject({ status, unknownStatus, providerStatus: code })
  })

  test('with the code for both is expired once its time is over', () => {
    expect(fact(told('-1315'), { isOver: true }).status).toBe('expired')
    expect(fact(told('-5003'), { isOver: true }).status).toBe('cancelled')
  })

  test.each([
    ['another sum', { amount: '19.98' }, { value: 1998, currency: 'EUR' }],
    ['another currency', { currency: 'USD' }, { value: 1999, currency: 'USD' }],
    ['no sum', { amount: undefined }, null],
    ['no currency', { currency: undefined }, null],
    ['the sum in other digits', { amount: '19.990' }, { value: 1999, currency: 'EUR' }],
  ])('with %s says so', (_, fields, amount) => {
    expect(fact(told('0', fields), { captured: 'trusted' }).amount).toEqual(amount)
  })

  test('has the sum of the capture where the two differ', () => {
    expect(fact(told('0'), { captured: aCapture({ amount: '19.00' }) }).amount).toEqual({
      value: 1900,
      currency: 'EUR',
    })
    expect(fact(told('0', { amount: '1' }), { captured }).amount?.value).toBe(100)
  })

  test.each([
    ['another transaction', { transaction_id: '1' }, {}],
    ['another order', { order_id: 'other' }, {}],
    ['a capture of another order', {}, { captured: aCapture({ order_id: 'other' }) }],
    ['a sum that is none', { amount: '1e3' }, {}],
  ])('about %s proves nothing', async (_, fields, also) => {
    expect((await failureOf(() => fact(told('0', fields), also))).outcome).toBe('unverifiable')
  })

  test('teaches the number where it was lost', () => {
    const ref = aReference({ providerPaymentId: null })
    expect(fact(told('2000'), {}, ref).providerPaymentId).toBe('105175176')
    const silent = told('2000', { transaction_id: undefined })
    expect(fact(silent, {}, ref).providerPaymentId).toBeNull()
  })
})

describe('what is said of a refund', () => {
  const fact = (code: string, fields: Partial<Told> = {}, providerRefundId: string | null = null) =>
    refundFact(
      {
        code,
        transaction_id: '77',
        order_id: undefined,
        amount: '8.2',
        currency: 'EUR',
        ...fields,
      },
      { accountId, source: 'query', payment: aReference(), outRefundNo: 'rf1', providerRefundId },
    )

  test.each([
    ['0', 'succeeded', false],
    ['2000', 'processing', false],
    ['-5007', 'failed', false],
    ['-77', 'failed', false],
    ['3', 'processing', true],
    ['', 'processing', true],
  ])('with code "%s" is %s', (code, status, unknownStatus) => {
    expect(fact(code)).toMatchObject({
      kind: 'refund',
      outRefundNo: 'rf1',
      providerRefundId: '77',
      providerPaymentId: '105175176',
      status,
      unknownStatus,
      amount: { value: 820, currency: 'EUR' },
    })
  })

  test('that failed comes with advice', () => {
    expect(fact('-6102').advice).toContain('wrong amount')
    expect(fact('0').advice).toBeNull()
  })

  test('may be booked as a negative sum, or without one', () => {
    expect(fact('0', { amount: '-8.20' }).amount).toEqual({ value: 820, currency: 'EUR' })
    expect(fact('0', { amount: undefined }).amount).toBeNull()
    expect(() => fact('0', { amount: '8-20' })).toThrow('names a sum that is none')
  })

  test('about another refund or another order proves nothing', async () => {
    const failures = [
      await failureOf(() => fact('0', {}, '78')),
      await failureOf(() => fact('0', { order_id: 'other' })),
    ]
    expect(failures.map(({ outcome }) => outcome)).toEqual(['unverifiable', 'unverifiable'])
    for (const { message } of failures) expect(message).toContain('about something else')
  })
})
