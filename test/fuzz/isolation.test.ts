import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import type { CreatedOrder } from '../../shared/contract/orders.ts'
import { createdCheckoutPaymentSchema } from '../../shared/contract/payments.ts'
import { appIdOf } from '../contract/providers/simulated.ts'
import {
  cookieOf,
  DAY_MS,
  filled,
  openSurface,
  type Route,
  type Surface,
  sessionOf,
} from './support/surface.ts'
import { faultOf } from './support/verdict.ts'
import { ask, type RawAnswer, type RawRequest } from './support/wire.ts'

/**
 * What is somebody else's looks like what does not exist: to other payers, to the same openid in
 * another app, to holders of other orders' tokens, to sessions that are over, and to nobody at all.
 */

let surface: Surface
let other: CreatedOrder
/** A payment of somebody who is known by nothing but the link, and the cookie that came with it. */
let atTheDesk: string
let deskCookie: string
let strangers: Readonly<Record<string, Readonly<Record<string, string>>>>

beforeAll(async () => {
  surface = await openSurface()
  const { stack, merchant } = surface
  other = await merchant.order('tea-other', { value: 500, currency: 'CNY' })
  const desk = await merchant.order('tea-desk', { value: 700, currency: 'CNY' })
  deskCookie = await cookieOf(desk.checkoutUrl)
  const begun = await ask(surface.port, paying(desk.orderRef, { cookie: deskCookie }))
  atTheDesk = createdCheckoutPaymentSchema.parse(JSON.parse(begun.body)).paymentId
  const [mini, official] = [appIdOf('miniProgram'), appIdOf('officialAccount')]
  const { people } = stack.sandbox.wechat
  const bearer = async (...holder: Parameters<typeof sessionOf>) => ({
    authorization: `Bearer ${await sessionOf(...holder)}`,
  })
  const liWei = { appId: mini, openid: people.openid('li-wei', mini) }
  strangers = {
    'another payer of the same app': await bearer(stack, {
      payer: { appId: mini, openid: people.openid('anna', mini) },
      orderRef: null,
    }),
    'the same openid in another app': await bearer(stack, {
      payer: { ...liWei, appId: official },
      orderRef: null,
    }),
    'an openid in other letters': await bearer(stack, {
      payer: { ...liWei, openid: liWei.openid.toUpperCase() },
      orderRef: null,
    }),
    'the holder of another order': await bearer(stack, { payer: null, orderRef: other.orderRef }),
    'the browser of another order': { cookie: await cookieOf(other.checkoutUrl) },
    'a session that is over': await bearer(stack, { payer: liWei, orderRef: null }, -DAY_MS),
    'a token that was made up': { authorization: `Bearer ${'a'.repeat(43)}` },
    'the API key of the merchant': { authorization: `Bearer ${SANDBOX_API_KEY}` },
    nobody: {},
  }
})
afterAll(() => surface.stack.close())

/** What the answer says, without what is another one in every answer, and without the asked name. */
function said({ status, headers, body }: RawAnswer, names: readonly string[]) {
  const changing = /^(x-request-id|date|content-length|set-cookie|idempotency-replayed)$/
  const kept = [...headers].filter(([name]) => !changing.test(name))
  const id = headers.get('x-request-id') ?? ''
  const plain = [id, ...names].reduce((text, word) => text.replaceAll(word, '…'), body)
  return { status, headers: kept, body: plain }
}

/** As our own page sends it; the answers are about who is there, not about where they come from. */
const ownHeaders = (headers: object) => ({ 'sec-fetch-site': 'same-origin', ...headers })

let keys = 0
function paying(orderRef: string, headers: object, fields: object = {}): RawRequest {
  keys += 1
  return {
    method: 'POST',
    target: `/v1/checkout/${orderRef}/payments`,
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `isolation-${keys}`,
      ...ownHeaders(headers),
    },
    body: JSON.stringify({ scene: 'desktopQr', ...fields }),
  }
}

const KINDS = [
  'another payer of the same app',
  'the same openid in another app',
  'an openid in other letters',
  'the holder of another order',
  'the browser of another order',
  'a session that is over',
  'a token that was made up',
  'the API key of the merchant',
  'nobody',
] as const

describe.each(KINDS)('%s', (kind) => {
  const headersOf = () => strangers[kind] ?? {}
  const compare = async (theirs: RawRequest, missing: RawRequest, names: readonly string[]) => {
    const [one, none] = [await ask(surface.port, theirs), await ask(surface.port, missing)]
    expect(faultOf(one)).toBeNull()
    expect([401, 404]).toContain(one.status)
    expect(said(one, names)).toEqual(said(none, names))
  }

  test('cannot tell an order of others from none, when paying', async () => {
    const { orderRef } = surface.order
    const names = [orderRef, 'tea-none']
    const wrong = [{}, { checkoutToken: other.checkoutToken }, { checkoutToken: 'x' }]
    for (const fields of [...wrong, { accountId: 'nobody' }, { scene: 'miniProgram' }]) {
      const headers = headersOf()
      await compare(paying(orderRef, headers, fields), paying('tea-none', headers, fields), names)
    }
  })

  test('cannot tell a payment of others from none, whether its payer has a name or not', async () => {
    for (const paymentId of [surface.paymentId, atTheDesk]) {
      const missing = `${paymentId.slice(0, -4)}0000`
      for (const query of ['', '?waitMs=0', '?waitMs=20000']) {
        const look = (id: string) => ({
          target: `/v1/checkout/payments/${id}${query}`,
          headers: headersOf(),
        })
        await compare(look(paymentId), look(missing), [paymentId, missing])
      }
    }
  })

  test('cannot tell a page of others from none', async () => {
    if (kind === 'a session that is over' || kind === 'a token that was made up') return
    for (const page of ['pay', 'result']) {
      const open = (name: string) => ({ target: `/${page}/${name}`, headers: headersOf() })
      const names = [surface.order.orderRef, 'tea-none']
      if (kind === 'the API key of the merchant') continue
      const answer = await ask(surface.port, open(surface.order.orderRef))
      expect(answer.status).toBe(404)
      expect(answer.body).not.toContain('19.99')
      const none = await ask(surface.port, open('tea-none'))
      expect(said(answer, names)).toEqual(said(none, names))
    }
  })
})

test('the payer and the holder of the link are let in, so that refusals mean something', async () => {
  const { port, paymentId, token, order, cookie } = surface
  const look = { target: `/v1/checkout/payments/${paymentId}` }
  const asPayer = await ask(port, { ...look, headers: { authorization: `Bearer ${token}` } })
  expect(asPayer.status).toBe(200)
  const page = await ask(port, { target: `/pay/${order.orderRef}`, headers: { cookie } })
  expect([page.status, page.body.includes('19.99')]).toEqual([200, true])
  const atDesk = { target: `/v1/checkout/payments/${atTheDesk}`, headers: { cookie: deskCookie } }
  expect((await ask(port, atDesk)).status).toBe(200)
  // The link opens the order, and not what another payer has begun to pay for it.
  expect((await ask(port, { ...look, headers: { cookie } })).status).toBe(404)
})

test('a wrong token in a link leads where the right name of nothing leads', async () => {
  const { port, order } = surface
  const follow = async (name: string) => {
    const answer = await ask(port, { target: `/pay/${name}?t=${'x'.repeat(43)}` })
    return { ...said(answer, [name]), location: answer.headers.get('location') === `/pay/${name}` }
  }
  const { headers: theirs, ...one } = await follow(order.orderRef)
  const { headers: none, ...nothing } = await follow('tea-none')
  expect(one).toEqual(nothing)
  expect(theirs.map(([name]) => name)).toEqual(none.map(([name]) => name))
})

test("the provider's return names the order, and tells nothing else to whoever follows it", async () => {
  const { port, paymentId, order } = surface
  const answer = await ask(port, { target: `/v1/checkout/returns/${paymentId}` })
  expect(answer.headers.get('location')).toBe(`/result/${order.orderRef}`)
  expect(answer.headers.has('set-cookie')).toBe(false)
  const result = await ask(port, { target: `/result/${order.orderRef}` })
  expect(result.status).toBe(404)
})

/** Open to everybody on purpose; each of these proves in another way who is there, or says nothing. */
const PUBLIC: readonly RegExp[] = [
  /^(GET|POST) \/v1\/notifications\//,
  /^(GET|POST) \/v1\/login\//,
  /^GET \/v1\/checkout\/returns\//,
  /^GET \/(pay|result|assets)\//,
  /^GET \/v1\/jsSdkConfig$/,
  /^GET \/(healthz|readyz)$/,
]

test('every other route, also one that is new, asks who is there before anything else', async () => {
  const isOpen = ({ method, path }: Route) => PUBLIC.some((rule) => rule.test(`${method} ${path}`))
  const closed = surface.routes.filter((route) => !isOpen(route))
  expect(closed.length).toBeGreaterThan(10)
  const wrong: readonly Readonly<Record<string, string>>[] = [
    {},
    { authorization: `Bearer ${surface.token}x` },
    { authorization: `Basic ${Buffer.from(SANDBOX_API_KEY).toString('base64')}` },
    { authorization: SANDBOX_API_KEY },
    { authorization: `Bearer ${SANDBOX_API_KEY.toUpperCase()}` },
    { authorization: `Bearer ${SANDBOX_API_KEY.slice(0, -1)}` },
    { authorization: 'Bearer  ' },
    { 'x-api-key': SANDBOX_API_KEY },
    { cookie: `authorization=Bearer ${SANDBOX_API_KEY}` },
  ]
  for (const { method, path } of closed) {
    const name = (word: string) =>
      word === 'accountId' ? 'wechatPay' : word === 'orderRef' ? 'tea-fuzz' : surface.paymentId
    const target = filled(path, name)
    for (const headers of wrong) {
      const answer = await ask(surface.port, { method, target, headers })
      expect(faultOf(answer), `${method} ${target}`).toBeNull()
      expect(answer.status, `${method} ${target} ${JSON.stringify(headers)}`).toBe(401)
    }
    const asPayer = { authorization: `Bearer ${surface.token}` }
    if (path.startsWith('/v1/checkout')) continue
    expect((await ask(surface.port, { method, target, headers: asPayer })).status).toBe(401)
  }
})
