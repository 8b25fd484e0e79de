/** The payment toolkit as the checkout client wants it: a way to send requests, and a login. */
import { type Api, checkoutErrorFrom } from 'wechat-pay-client'
import type { WxPlatform } from './wx'

const LOGIN_TIMEOUT_MS = 15_000

/** Requests as the client describes them. Rejects only where no answer came. */
export function createToolkitApi(wx: WxPlatform, toolkitUrl: string): Api {
  return {
    request: ({ method, path, headers, body, timeoutMs }) =>
      new Promise((resolve, reject) => {
        wx.request({
          url: toolkitUrl + path,
          method,
          timeout: timeoutMs,
          header: { accept: 'application/json', 'content-type': 'application/json', ...headers },
          ...(body === undefined ? {} : { data: Object(body) }),
          success: ({ statusCode, data, header }) =>
            resolve({ status: statusCode, body: data, headers: Object(header) }),
          fail: ({ errMsg }) => reject(new Error(errMsg)),
        })
      }),
  }
}

/**
 * Logs in without asking the payer anything and answers the session token. The code of `wx.login`
 * goes to the server, which alone learns who the payer is. Throws CheckoutError where the server
 * refuses, and Error where WeChat gives no code or no answer comes.
 */
export async function logIn(wx: WxPlatform, api: Api): Promise<string> {
  const loginCode = await askLoginCode(wx)
  const { appId } = wx.getAccountInfoSync().miniProgram
  const response = await api.request({
    method: 'POST',
    path: '/v1/login/miniProgram',
    headers: {},
    body: { appId, loginCode },
    timeoutMs: LOGIN_TIMEOUT_MS,
  })
  const { sessionToken }: Readonly<Record<string, unknown>> = Object(response.body)
  if (response.status === 200 && typeof sessionToken === 'string') return sessionToken
  throw checkoutErrorFrom(response)
}

/** A fresh proof of who holds the phone; good once, for five minutes. Rejects with WeChat's words. */
export function askLoginCode(wx: Pick<WxPlatform, 'login'>): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.login({
      success: ({ code }) => (code ? resolve(code) : reject(new Error('wx.login gave no code'))),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    })
  })
}
