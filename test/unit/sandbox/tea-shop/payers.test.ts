import { describe, expect, onTestFinished, test } from 'vitest'
import { createRouter, jsonReply, serve } from '../../../../sandbox/http.ts'
import { startShop } from './fake-merchant-api.ts'

const BASKET = { items: [{ productId: 'longjing', quantity: 1 }], locale: 'en' }

/** WeChat knows the codes of two people. */
async function aShop() {
  const openids: Readonly<Record<string, string>> = {
    'code-li': 'openid-li',
    'code-anna': 'openid-anna',
  }
  const asked: (string | null)[] = []
  const wechat = await serve({
    handler: createRouter([
      {
        method: 'GET',
        path: '/sns/jscode2session',
        handler: ({ query }) => {
          const search = new URLSearchParams(query)
          asked.push(search.get('secret'))
          const openid = openids[search.get('js_code') ?? '']
          return jsonReply(200, openid ? { openid, session_key: 'k' } : { errcode: 40_029 })
        },
      },
    ]),
  })
  onTestFinished(() => wechat.close())
  const started = await startShop({
    wechat: { apiUrl: wechat.url, appId: 'wx-tea', secret: 'app-secret' },
  })
  const call = async (path: string, options: { body?: object; token?: string } = {}) => {
    const { body, token } = options
    const response = await fetch(started.shop.url + path, {
      method: body ? 'POST' : 'GET',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const answer: unknown = await response.json()
    return { status: response.status, body: Object(answer) }
  }
  const logIn = async (loginCode: string): Promise<string> =>
    (await call('/shop/login', { body: { loginCode } })).body.sessionToken
  const order = async (token?: string): Promise<string> =>
    (await call('/shop/orders', { body: BASKET, ...(token ? { token } : {}) })).body.orderRef
  const mine = async (token: string): Promise<string[]> =>
    (await call('/shop/my/orders', { token })).body.orders.map(
      ({ orderRef }: { orderRef: string }) => orderRef,
    )
  return { ...started, asked, call, logIn, order, mine }
}

describe('a payer', () => {
  test('sees their own orders, newest first, and nobody else’s', async () => {
    const world = await aShop()
    const [li, anna] = [await world.logIn('code-li'), await world.logIn('code-anna')]
    const first = await world.order(li)
    const hers = await world.order(anna)
    const second = await world.order(li)
    await world.order()
    expect(await world.mine(li)).toEqual([second, first])
    expect(await world.mine(anna)).toEqual([hers])
  })

  test('is the one who may pay the order, by the word of WeChat', async () => {
    const world = await aShop()
    await world.order(await world.logIn('code-li'))
    expect(world.api.heard.at(-1)?.body).toMatchObject({
      payer: { appId: 'wx-tea', openid: 'openid-li' },
    })
    expect(world.asked).toEqual(['app-secret'])
  })

  test('from a browser is nobody in particular', async () => {
    const world = await aShop()
    await world.order()
    expect(world.api.heard.at(-1)?.body).not.toHaveProperty('payer')
  })

  test('finds the same orders after another login', async () => {
    const world = await aShop()
    const placed = await world.order(await world.logIn('code-li'))
    expect(await world.mine(await world.logIn('code-li'))).toEqual([placed])
  })
})

describe('whoever is not logged in', () => {
  test.each(['', 'made-up'])('sees no orders (token %j)', async (token) => {
    const { call } = await aShop()
    const { status, body } = await call('/shop/my/orders', { token })
    expect([status, body.code]).toEqual([401, 'notLoggedIn'])
  })

  test('by a token that is over orders nothing, rather than as a stranger', async () => {
    const world = await aShop()
    const token = await world.logIn('code-li')
    await world.clock.advance(13 * 3_600_000)
    const { status } = await world.call('/shop/orders', { body: BASKET, token })
    expect(status).toBe(401)
    expect(world.api.heard).toEqual([])
  })

  test('cannot log in with a code that WeChat does not know', async () => {
    const world = await aShop()
    const { status, body } = await world.call('/shop/login', { body: { loginCode: 'forged' } })
    expect([status, body.code]).toEqual([401, 'loginCodeInvalid'])
  })
})

test('what was shipped says so, with the numbers that WeChat wants', async () => {
  const world = await aShop()
  const token = await world.logIn('code-li')
  const orderRef = await world.order(token)
  const shipment = { transactionId: '42', merchantId: '19', outTradeNo: 'T1' }
  expect((await world.call(`/shop/orders/${orderRef}`)).body.shipment).toBeNull()
  world.shop.ship(orderRef, shipment)
  expect((await world.call(`/shop/orders/${orderRef}`)).body.shipment).toEqual(shipment)
})
