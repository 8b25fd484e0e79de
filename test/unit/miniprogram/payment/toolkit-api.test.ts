import { expect, test } from 'vitest'
import { createPayment } from '../../../../miniprogram/payment/payment.ts'
import { createToolkitApi, logIn } from '../../../../miniprogram/payment/toolkit-api.ts'
import { FakeWx } from '../fake-wx.ts'

const SESSION = { sessionToken: 'token-1', expiresAt: '2026-06-24T02:00:00.000Z' }

test('the payer is logged in by a code of WeChat, with no openid from the page', async () => {
  const wx = new FakeWx().install()
  wx.answer = () => ({ statusCode: 200, data: SESSION })
  expect(await logIn(wx.wx, createToolkitApi(wx.wx, 'https://pay.example'))).toBe('token-1')
  expect(wx.requests).toMatchObject([
    {
      url: 'https://pay.example/v1/login/miniProgram',
      data: { appId: 'wx-mini', loginCode: 'code-1' },
    },
  ])
})

test('a login that the server refuses keeps its reason', async () => {
  const wx = new FakeWx().install()
  const data = {
    code: 'payerBlocked',
    detail: 'WeChat does not let this account pay.',
    requestId: 'r',
  }
  wx.answer = () => ({ statusCode: 403, data })
  const login = logIn(wx.wx, createToolkitApi(wx.wx, 'https://pay.example'))
  await expect(login).rejects.toMatchObject({ name: 'CheckoutError', code: 'payerBlocked' })
})

test('without a network the request fails, and any status of the server is an answer', async () => {
  const wx = new FakeWx().install()
  const api = createToolkitApi(wx.wx, 'https://pay.example')
  const request = { method: 'GET', path: '/v1/x', headers: {}, timeoutMs: 1_000 } as const
  await expect(api.request(request)).rejects.toThrow('request:fail')
  wx.answer = () => ({ statusCode: 503, data: 'down' })
  expect(await api.request(request)).toMatchObject({ status: 503, body: 'down' })
})

test('however many orders ask, one login runs', async () => {
  const wx = new FakeWx().install()
  wx.answer = ({ url }) =>
    url.includes('/login/')
      ? { statusCode: 200, data: SESSION }
      : { statusCode: 404, data: { code: 'orderNotFound', detail: 'x', requestId: 'r' } }
  const payment = createPayment({ wx: wx.wx, toolkitUrl: 'https://pay.example' })
  const outcomes = await Promise.all(
    ['TEA-1', 'TEA-2', 'TEA-3'].map((orderRef) => payment.pay({ orderRef, checkoutToken: 't' })),
  )
  expect(outcomes.map(({ kind }) => kind)).toEqual(['missing', 'missing', 'missing'])
  expect(wx.logins).toBe(1)
})
