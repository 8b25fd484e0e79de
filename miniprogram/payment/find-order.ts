import { type Api, checkoutErrorFrom, type Session } from 'wechat-pay-client'
import type { PendingOrder } from './pending-order'

const TIMEOUT_MS = 15_000

/**
 * Asks which of this payer's orders WeChat knows by that number. Logs in again, once, where the
 * server wants it. The path that WeChat's order centre opens is registered by the server; see
 * `docs/mini-program-duties.md`.
 */
export async function findOrder(options: {
  api: Api
  session: Session
  outTradeNo: string
}): Promise<PendingOrder | null> {
  const { api, session, outTradeNo } = options
  const ask = (token: string | null) =>
    api.request({
      method: 'GET',
      path: `/v1/checkout/orders?outTradeNo=${encodeURIComponent(outTradeNo)}`,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      timeoutMs: TIMEOUT_MS,
    })
  const token = await session.token()
  let response = await ask(token)
  if (response.status === 401) response = await ask(await session.renew(token))
  if (response.status === 404) return null
  const { order }: Readonly<Record<string, unknown>> = Object(response.body)
  const { orderRef }: Readonly<Record<string, unknown>> = Object(order)
  if (response.status !== 200 || typeof orderRef !== 'string') throw checkoutErrorFrom(response)
  return { orderRef, checkoutToken: null }
}
