import { expect, test } from 'vitest'
import { createPayment } from '../../../../miniprogram/payment/payment.ts'
import { FakeWx } from '../fake-wx.ts'

const ORDER = { orderRef: 'TEA-1', checkoutToken: 't' }
const SESSION = { statusCode: 200, data: { sessionToken: 'token-1' } }

function aPayment(arrange: (wx: FakeWx) => void = () => undefined) {
  const wx = new FakeWx()
  arrange(wx)
  return { wx, payment: createPayment({ wx: wx.wx, toolkitUrl: 'https://pay.example/' }) }
}

test.each([
  ['2.9.5', true],
  ['2.11.1', true],
  ['2.11.2', false],
  ['3.8.0', false],
  ['dev', false],
])('with base library %s it is too old: %s', (version, old) => {
  const { payment } = aPayment((wx) => {
    wx.sdkVersion = version
  })
  expect(payment.whyNotHere()).toEqual(old ? { kind: 'refused', why: 'outdated' } : null)
})

test('where nobody can pay, no server is asked and no cashier opened', async () => {
  const { wx, payment } = aPayment((one) => {
    one.scene = 1154
  })
  expect(await payment.pay(ORDER)).toEqual({ kind: 'refused', why: 'singlePage' })
  expect([wx.requests, wx.payments]).toEqual([[], []])
})

test.each([
  ['zh_CN', 'zh-CN'],
  ['zh_TW', 'zh-TW'],
  ['en', 'en'],
])('speaks the language of WeChat: %s', (language, locale) => {
  const { payment } = aPayment((wx) => {
    wx.language = language
  })
  expect(payment.locale).toBe(locale)
})

test('an order of WeChat’s order centre is found by its number, with this payer’s session', async () => {
  const { wx, payment } = aPayment()
  const data = { order: { orderRef: 'TEA-7' } }
  wx.answer = ({ url }) => (url.includes('/login/') ? SESSION : { statusCode: 200, data })
  expect(await payment.findOrder('42/1')).toEqual({ orderRef: 'TEA-7', checkoutToken: null })
  expect(wx.requests.at(-1)).toMatchObject({
    url: 'https://pay.example/v1/checkout/orders?outTradeNo=42%2F1',
    header: { authorization: 'Bearer token-1' },
  })
})

test('another payer’s number finds nothing, and a session that is over is renewed once', async () => {
  const { wx, payment } = aPayment()
  const answers = [SESSION, { statusCode: 401, data: {} }, SESSION, { statusCode: 404, data: {} }]
  wx.answer = () => answers.shift() ?? null
  expect(await payment.findOrder('42')).toBeNull()
  expect(wx.logins).toBe(2)
})

test('an answer that is not the server’s is no order', async () => {
  const { wx, payment } = aPayment()
  wx.answer = ({ url }) =>
    url.includes('/login/') ? SESSION : { statusCode: 200, data: '<html>hotel</html>' }
  await expect(payment.findOrder('42')).rejects.toMatchObject({ code: 'unexpectedAnswer' })
})
