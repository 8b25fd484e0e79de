import { describe, expect, test } from 'vitest'
import { createRouter } from '../../../../server/http/context.ts'
import { createSessionStage, sessionsOf } from '../../../../server/http/session.ts'
import { createSessions } from '../../../../server/identity/sessions.ts'
import { makeTools, openStore, problemOf, startApp } from './harness.ts'

const PAYER = { appId: 'wx-mini', openid: 'o-liwei' }
const HOUR_MS = 3_600_000

async function start(publicUrl = 'http://pay.test') {
  const tools = makeTools()
  const { clock, ids } = tools
  const store = await openStore()
  const lifetimes = { payerMs: HOUR_MS, checkoutMs: 2 * HOUR_MS }
  const sessions = createSessions({ store, ids, clock, lifetimes })
  const stage = createSessionStage({ sessions, clock, publicUrl })
  const router = createRouter()
    .all('/required', stage.required, (ctx) => {
      ctx.body = sessionsOf(ctx).map(({ payer, orderRef }) => ({ payer, orderRef }))
    })
    .all('/optional', stage.optional, (ctx) => {
      ctx.body = sessionsOf(ctx).map(({ payer, orderRef }) => ({ payer, orderRef }))
    })
    .post('/open/:orderRef', async (ctx) => {
      const holder = { payer: null, orderRef: ctx.params['orderRef'] ?? '' }
      stage.setCookie(ctx, await sessions.open(holder))
      ctx.body = {}
    })
  const { address } = await startApp(tools, { parsed: [router] })
  return { address, clock, sessions, store }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The cookie header of a browser after this answer. */
function cookieFrom(response: Response): string {
  const [setCookie = ''] = response.headers.getSetCookie()
  return setCookie.split(';')[0] ?? ''
}

async function openInBrowser(address: string, orderRef: string, cookie = '') {
  const response = await fetch(`${address}/open/${orderRef}`, {
    method: 'POST',
    headers: { cookie },
  })
  return { cookie: cookieFrom(response), setCookie: response.headers.getSetCookie()[0] ?? '' }
}

describe('a session token as Authorization: Bearer', () => {
  test('lets its payer in', async () => {
    const { address, sessions } = await start()
    const { token } = await sessions.open({ payer: PAYER, orderRef: null })
    const response = await fetch(`${address}/required`, { headers: bearer(token) })
    expect(await response.json()).toEqual([{ payer: PAYER, orderRef: null }])
  })

  test.each([
    ['nothing', {}],
    ['an unknown token', bearer('A'.repeat(43))],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an empty token', { authorization: 'Bearer ' }],
  ])('%s is sessionMissing', async (_, headers) => {
    const { address } = await start()
    const response = await fetch(`${address}/required`, { headers })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'sessionMissing' })
  })

  test('one that is over is sessionExpired, at the millisecond', async () => {
    const { address, clock, sessions } = await start()
    const { token } = await sessions.open({ payer: PAYER, orderRef: null })
    await clock.advance(HOUR_MS - 1)
    expect((await fetch(`${address}/required`, { headers: bearer(token) })).status).toBe(200)
    await clock.advance(1)
    for (const path of ['/required', '/optional']) {
      const response = await fetch(address + path, { headers: bearer(token) })
      expect(await problemOf(response)).toMatchObject({ status: 401, code: 'sessionExpired' })
    }
  })

  test('a bad one is refused even where no session is needed', async () => {
    const { address } = await start()
    const response = await fetch(`${address}/optional`, { headers: bearer('A'.repeat(43)) })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'sessionMissing' })
    expect(await (await fetch(`${address}/optional`)).json()).toEqual([])
  })

  test('is kept only as its hash', async () => {
    const { sessions, store } = await start()
    const { token } = await sessions.open({ payer: PAYER, orderRef: null })
    expect(await store.session(token)).toBeUndefined()
    expect(JSON.stringify(await sessions.find(token))).not.toContain(token)
  })
})

describe('a session in the cookie of a page', () => {
  test('cannot be read by scripts nor sent by other sites', async () => {
    const { address } = await start()
    const { setCookie } = await openInBrowser(address, 'A-1')
    expect(setCookie).toMatch(/^wechat-pay-session=[\w-]{43}; Path=\/; Max-Age=7200; /)
    expect(setCookie).toMatch(/HttpOnly; SameSite=Lax$/)
  })

  test('is Secure and bound to the host over https, behind any proxy', async () => {
    const { address } = await start('https://pay.test')
    const { setCookie, cookie } = await openInBrowser(address, 'A-1')
    expect(setCookie).toMatch(/^__Host-wechat-pay-session=.*; Secure$/)
    const response = await fetch(`${address}/required`, { headers: { cookie } })
    expect(response.status).toBe(200)
  })

  test('a browser that pays two orders keeps both sessions, newest first', async () => {
    const { address } = await start()
    const first = await openInBrowser(address, 'A-1')
    const second = await openInBrowser(address, 'A-2', first.cookie)
    const headers = { cookie: second.cookie }
    const response = await fetch(`${address}/required`, { headers })
    expect(await response.json()).toMatchObject([{ orderRef: 'A-2' }, { orderRef: 'A-1' }])
  })

  test('keeps the newest four', async () => {
    const { address } = await start()
    let cookie = ''
    for (const orderRef of ['A-1', 'A-2', 'A-3', 'A-4', 'A-5']) {
      cookie = (await openInBrowser(address, orderRef, cookie)).cookie
    }
    const response = await fetch(`${address}/required`, { headers: { cookie } })
    expect(await response.json()).toMatchObject(
      ['A-5', 'A-4', 'A-3', 'A-2'].map((orderRef) => ({ orderRef })),
    )
  })

  test('one that is over does not stand in the way where no session is needed', async () => {
    const { address, clock } = await start()
    const { cookie } = await openInBrowser(address, 'A-1')
    await clock.advance(2 * HOUR_MS)
    const optional = await fetch(`${address}/optional`, { headers: { cookie } })
    expect(await optional.json()).toEqual([])
    const required = await fetch(`${address}/required`, { headers: { cookie } })
    expect(await problemOf(required)).toMatchObject({ code: 'sessionExpired' })
  })
})

describe('a POST with a cookie counts only from our own pages', () => {
  const post = async (headers: Record<string, string>) => {
    const { address } = await start()
    const { cookie } = await openInBrowser(address, 'A-1')
    const init = { method: 'POST', headers: { cookie, ...headers }, body: '{}' }
    return await problemOf(await fetch(`${address}/required`, init))
  }
  const json = { 'content-type': 'application/json' }

  test.each([
    ['the same origin', { ...json, origin: 'http://pay.test' }],
    ['what the browser calls the same origin', { ...json, 'sec-fetch-site': 'same-origin' }],
    [
      'the same origin under another of its names',
      { ...json, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000' },
    ],
  ])('%s passes', async (_, headers) => {
    expect(await post(headers)).toMatchObject({ 0: { orderRef: 'A-1' } })
  })

  test.each([
    ['another site', { ...json, origin: 'http://evil.test' }, 'sessionMissing'],
    ['another port', { ...json, origin: 'http://pay.test:81' }, 'sessionMissing'],
    ['a sub-domain', { ...json, 'sec-fetch-site': 'same-site' }, 'sessionMissing'],
    [
      'a foreign page that lies about its origin',
      { ...json, 'sec-fetch-site': 'cross-site', origin: 'http://pay.test' },
      'sessionMissing',
    ],
    ['no origin at all', json, 'sessionMissing'],
    [
      'a form, which any site can send',
      { 'content-type': 'text/plain', origin: 'http://pay.test' },
      'unsupportedMediaType',
    ],
  ])('%s is refused', async (_, headers, code) => {
    expect(await post(headers)).toMatchObject({ code })
  })
})
