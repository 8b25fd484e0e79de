import { expect } from 'vitest'
import type { CreatePaymentInput } from '../../server/providers/provider.ts'
import { failureOf } from '../unit/server/providers/support/failure.ts'
import { aReference, aWish, formOf, golden, rowsOf, unwrapped } from './golden.ts'
import { DESKTOP_WISH, MOBILE_WISH, payablAnswering, tableOf } from './payabl.ts'
import { payabl } from './register/payabl.ts'

const DESKTOP_ANSWER = unwrapped('payabl/desktop-response.txt')
const MOBILE_ANSWER = unwrapped('payabl/mobile-response.txt')

async function requestFor(wish: CreatePaymentInput, answer: string, fields = {}) {
  const { provider, sent } = payablAnswering([answer], fields)
  const created = await provider.createPayment(wish)
  const [call] = sent
  if (!call) throw new Error('nothing was sent')
  return { url: call.url, method: call.method, fields: formOf(call.text), created }
}

/** What the tables say of each parameter's format. */
const COMMON = {
  merchantid: /^.{1,40}$/,
  orderid: /^.{1,40}$/,
  amount: /^\d+(\.\d\d)?$/,
  currency: /^[A-Z]{3}$/,
  payment_method: /^5$/,
  signature: /^[0-9a-f]{40}$/,
  accountname: /^.{3,100}$/,
  email: /^\S{1,48}@\S+$/,
  firstname: /^.{1,50}$/,
  lastname: /^.{1,50}$/,
  bankcountry: /^CN$/,
  url_success: /^https?:.{1,250}$/,
}

golden(payabl, 'payabl-requests', {
  'Payment type, markets, processing currencies, refunds': async () => {
    expect(rowsOf('payabl/facts.txt')).toEqual([
      'Payment typeWallet',
      'MarketsChina',
      'Processing currenciesEUR, USD, GBP',
      'RefundsYes',
    ])
    const { provider } = payablAnswering([])
    expect(provider.capabilities.currencies).toEqual(['EUR', 'USD', 'GBP'])
    expect(provider.capabilities.refunds).not.toBeNull()
    const { fields } = await requestFor(DESKTOP_WISH, DESKTOP_ANSWER)
    expect(fields['bankcountry']).toBe('CN')
    const yuan = aWish({ amount: { value: 1999, currency: 'CNY' } })
    expect((await failureOf(() => provider.createPayment(yuan))).outcome).toBe('rejected')
  },

  'General flow': async () => {
    const [post, answer, redirect] = rowsOf('payabl/general-flow.txt')
    expect(post).toContain('/payment_preauthorize')
    expect(answer).toContain('status=0&errormessage=pending and redirect_url')
    expect(redirect).toContain('redirected to redirect_url')
    const { url, method, created } = await requestFor(DESKTOP_WISH, DESKTOP_ANSWER)
    expect([method, new URL(url).pathname]).toEqual([
      'POST',
      '/pay/backoffice/payment_preauthorize',
    ])
    expect(created).toMatchObject({
      fact: { status: 'pending' },
      clientAction: { kind: 'redirect' },
    })
  },

  'Desktop: endpoint': async () => {
    const { url, method } = await requestFor(DESKTOP_WISH, DESKTOP_ANSWER)
    expect(`${method} ${url}`).toBe(unwrapped('payabl/desktop-endpoint.txt'))
  },

  'Desktop: request fields': async () => {
    const formats = { ...COMMON, custom2: /^wechatpay$/, url_failed: /^https?:.{1,250}$/ }
    const names = [
      'merchantid orderid amount currency payment_method signature custom2',
      'accountname email firstname lastname bankcountry url_success url_failed',
    ].flatMap((line) => line.split(' '))
    expect([...tableOf('payabl/desktop-request-fields.txt', names).keys()].toSorted()).toEqual(
      Object.keys(formats).toSorted(),
    )
    const { fields } = await requestFor(DESKTOP_WISH, DESKTOP_ANSWER)
    for (const [name, format] of Object.entries(formats)) expect(fields[name]).toMatch(format)
  },

  'Desktop: request example': async () => {
    const printed = unwrapped('payabl/desktop-request.txt')
    // The address has no name on the page: it is blacked out.
    const blackedOut = /&\[email\sprotected\]&/
    expect(printed).toMatch(blackedOut)
    const { signature, zip, street, house, city, ...theirs } = formOf(
      printed.replace(blackedOut, '&email=payments@shop.example&'),
    )
    expect([zip, street, house, city]).toEqual(['853012', 'Baoshan Road', '227', 'Shanghai'])
    const { fields } = await requestFor(DESKTOP_WISH, DESKTOP_ANSWER)
    expect(fields['signature']).not.toBe(signature)
    expect({ ...fields, signature: undefined }).toEqual({
      ...theirs,
      notification_url: `${theirs['notification_url']}?payment=Payabl-Test`,
      url_success: theirs['url_return'],
      url_failed: theirs['url_return'],
      signature: undefined,
    })
  },

  'Mobile: endpoint': async () => {
    const { url, method } = await requestFor(MOBILE_WISH, MOBILE_ANSWER)
    expect(`${method} ${url}`).toBe(unwrapped('payabl/mobile-endpoint.txt'))
  },

  'Mobile: request fields': async () => {
    const names = [
      'merchantid orderid currency payment_method amount signature custom2',
      'accountname email firstname lastname url_success url_fail customerip bankcountry',
    ].flatMap((line) => line.split(' '))
    const table = tableOf('payabl/mobile-request-fields.txt', names)
    const { url_fail: _, ...named } = Object.fromEntries(table)
    const formats = { ...COMMON, custom2: /^wechatpayh5$/, customerip: /^[0-9a-f.:]{2,39}$/ }
    expect(Object.keys(named).toSorted()).toEqual(Object.keys(formats).toSorted())
    const { fields } = await requestFor(MOBILE_WISH, MOBILE_ANSWER)
    for (const [name, format] of Object.entries(formats)) expect(fields[name]).toMatch(format)
    expect(fields['url_failed']).toMatch(COMMON.url_success)
    const { provider } = payablAnswering([])
    const nowhere = { ...MOBILE_WISH, payerIp: '' }
    expect((await failureOf(() => provider.createPayment(nowhere))).outcome).toBe('rejected')
  },

  'Mobile: request example': async () => {
    const printed = unwrapped('payabl/mobile-request.txt').replace('../payment_preauthorize&', '')
    const { signature: _, ...theirs } = formOf(printed)
    const named = Object.fromEntries(Object.entries(theirs).filter(([, value]) => value !== ''))
    const payer = { firstName: 'Gateway', lastName: 'Test', email: 'payments@shop.example' }
    const account = { payer: { accountName: 'Gateway Test', ...payer } }
    const { fields } = await requestFor(MOBILE_WISH, MOBILE_ANSWER, account)
    expect({ ...fields, signature: undefined }).toEqual({
      ...named,
      firstname: 'Gateway',
      lastname: 'Test',
      email: 'payments@shop.example',
      notification_url: `${theirs['notification_url']}?payment=Payabl-Test`,
      url_success: theirs['url_return'],
      url_failed: theirs['url_return'],
      signature: undefined,
    })
  },

  'url_return and notification_url should be passed in the Pre-authorization request': async () => {
    for (const [wish, answer] of [
      [DESKTOP_WISH, DESKTOP_ANSWER],
      [MOBILE_WISH, MOBILE_ANSWER],
    ] as const) {
      const { fields } = await requestFor(wish, answer)
      expect(fields['url_return']).toBe(wish.returnUrl)
      expect(fields['notification_url']).toBe(`${wish.notifyUrl}?payment=Payabl-Test`)
    }
  },

  'Refunds: through API integration': async () => {
    const answer = 'transactionid=4711&status=0&errormessage=&amount=5.00&currency=EUR'
    const { provider, sent } = payablAnswering([answer])
    const { outTradeNo, amount } = DESKTOP_WISH
    const payment = aReference({ outTradeNo, amount, providerPaymentId: '105175176' })
    const wish = { payment, outRefundNo: 'rf1', amount: { ...amount, value: 500 }, reason: null }
    expect(await provider.refund?.(wish)).toMatchObject({
      status: 'succeeded',
      providerRefundId: '4711',
      amount: { value: 500, currency: 'EUR' },
    })
    expect(sent[0]?.url).toBe('https://sandbox.payabl.com/pay/backoffice/payment_refund')
    const told = { transactionid: '105175176', amount: '5.00', currency: 'EUR' }
    expect(formOf(sent[0]?.text ?? '')).toMatchObject(told)
  },
})
