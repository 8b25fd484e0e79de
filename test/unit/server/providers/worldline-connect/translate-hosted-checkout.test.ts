import { describe, expect, test } from 'vitest'
import {
  hostedCheckoutFact,
  hostedCheckoutRequest,
  hostedPageUrl,
  startedVisit,
  waitingFact,
} from '../../../../../server/providers/worldline-connect/translate-hosted-checkout.ts'
import { aConfig, aPayment, aReference, aWish, PAYMENT_ID } from './fixture.ts'

const accountId = 'worldline'
const sandbox = { accountId, config: aConfig() }
const live = { accountId, config: aConfig({ endpoint: 'https://api.worldline.example' }) }

describe('a visit to Worldline’s own pages', () => {
  test('is asked for with WeChat Pay alone, and comes back without a page of theirs', () => {
    expect(hostedCheckoutRequest(aWish({ scene: 'desktopQr' }), live)).toEqual({
      order: {
        amountOfMoney: { amount: 1999, currencyCode: 'USD' },
        customer: { locale: 'zh_CN', billingAddress: { countryCode: 'CN' } },
        references: { merchantReference: 'p1001', descriptor: 'Tea' },
      },
      hostedCheckoutSpecificInput: {
        locale: 'zh_CN',
        showResultPage: false,
        returnUrl: 'https://shop.example/return',
        paymentProductFilters: { restrictTo: { products: [863] } },
      },
    })
  })

  test('returns only to addresses that Worldline takes; its sandbox takes this machine’s', () => {
    const wish = aWish({ returnUrl: 'http://127.0.0.1:3000/return' })
    const returnUrlOf = (account: typeof live) =>
      hostedCheckoutRequest(wish, account).hostedCheckoutSpecificInput.returnUrl
    expect(returnUrlOf(sandbox)).toBe('http://127.0.0.1:3000/return')
    expect(returnUrlOf(live)).toBeUndefined()
  })
})

describe('the page that the payer goes to', () => {
  const pageOf = (partialRedirectUrl: string, account = live) =>
    hostedPageUrl({ hostedCheckoutId: 'h1', RETURNMAC: 'm', partialRedirectUrl }, account)

  test('is theirs under https, and the sandbox’s under http', () => {
    expect(pageOf('pay1.worldline.example/checkout/20000-a?b=1')).toBe(
      'https://payment.pay1.worldline.example/checkout/20000-a?b=1',
    )
    expect(pageOf('127.0.0.1:4101/checkout/1', sandbox)).toBe('http://127.0.0.1:4101/checkout/1')
  })

  test.each([
    '',
    'pay1.worldline.example',
    '@evil.example/checkout',
    'user@evil.example/checkout',
    'pay1.worldline.example/check out',
    'pay1.worldline.example:x/checkout',
    '127.0.0.1:99999/checkout',
  ])('is not made of %j: the visit exists, and cannot be shown', (partialRedirectUrl) => {
    expect(() => pageOf(partialRedirectUrl, sandbox)).toThrow(
      expect.objectContaining({
        outcome: 'unknown',
        accountId,
        message: "Worldline's answer has no address of a hosted checkout",
      }),
    )
  })
})

describe('what a visit says about its payment', () => {
  const fact = (told: Parameters<typeof hostedCheckoutFact>[0]) =>
    hostedCheckoutFact(told, { accountId, ref: aReference() })

  test.each([
    ['IN_PROGRESS', 'pending', false],
    ['WAITING', 'pending', false],
    ['PAYMENT_CREATED', 'pending', false],
    ['CANCELLED_BY_CONSUMER', 'cancelled', false],
    ['CLIENT_NOT_ELIGIBLE_FOR_SELECTED_PAYMENT_PRODUCT', 'failed', false],
    ['SOMETHING_NEW', 'pending', true],
    ['constructor', 'pending', true],
  ])('%s is %s, while there is none', (word, status, unknownStatus) => {
    expect(fact({ status: word })).toEqual({
      kind: 'payment',
      source: 'query',
      accountId,
      outTradeNo: 'p1001',
      providerPaymentId: null,
      status,
      amount: null,
      appId: null,
      occurredAtMs: null,
      settlement: null,
      providerStatus: word,
      unknownStatus,
    })
  })

  test('is what its payment says, once there is one', () => {
    const payment = aPayment('CAPTURED', { references: undefined })
    expect(fact({ status: 'PAYMENT_CREATED', createdPaymentOutput: { payment } })).toMatchObject({
      source: 'query',
      accountId,
      outTradeNo: 'p1001',
      providerPaymentId: PAYMENT_ID,
      status: 'paid',
      amount: { value: 1999, currency: 'USD' },
    })
    const none = { status: 'PAYMENT_CREATED', createdPaymentOutput: { payment: null } }
    expect(fact(none).status).toBe('pending')
  })

  test('is pending when it has just begun', () => {
    expect(startedVisit('p1001', accountId)).toMatchObject({
      source: 'create',
      accountId,
      outTradeNo: 'p1001',
      status: 'pending',
      providerStatus: 'IN_PROGRESS',
      unknownStatus: false,
    })
  })

  test('is pending while the payer is still in the wallet, under the number we know', () => {
    expect(waitingFact(aReference(), accountId)).toMatchObject({
      source: 'query',
      outTradeNo: 'p1001',
      providerPaymentId: PAYMENT_ID,
      status: 'pending',
      providerStatus: 'WAITING',
      unknownStatus: false,
    })
  })
})
