/** Who is shopping, as the shop's own backend knows it: a login of its own, apart from the toolkit's. */
import type { Session } from 'wechat-pay-client'
import { askLoginCode } from '../payment/toolkit-api'
import { HttpError, isLoggedOut, requestJson } from './http'
import { textIn } from './read'

/** One full login at the shop; answers the token. Throws HttpError. */
export async function logInAtShop(shopUrl: string): Promise<string> {
  const loginCode = await askLoginCode(wx).catch((error: unknown) => {
    throw new HttpError('offline', 0, error instanceof Error ? error.message : 'wx.login failed')
  })
  const url = `${shopUrl}/shop/login`
  return textIn(await requestJson({ method: 'POST', url, body: { loginCode } }), 'sessionToken')
}

/** Runs with a token and, where that is refused, once more with a fresh one. */
export async function withSession<Value>(
  session: Session,
  run: (token: string) => Promise<Value>,
): Promise<Value> {
  const token = await session.token()
  try {
    return await run(token ?? '')
  } catch (error) {
    if (!isLoggedOut(error)) throw error
    return run((await session.renew(token)) ?? '')
  }
}
