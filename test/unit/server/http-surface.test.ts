import { Router } from '@koa/router'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveConfig } from '../../../server/config.ts'
import { silentLogger } from '../../../server/platform/logger.ts'
import { createToolkit, type Toolkit } from '../../../server/toolkit.ts'

/** Whatever the toolkit answers to anybody: browsers are told to trust nothing that is not ours. */

const KEY = 'sandbox-merchant-key'
const PAGE = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const MERCHANT = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }

let toolkit: Toolkit
let url = ''
let checkoutPath = ''
beforeAll(async () => {
  const config = resolveConfig(
    {
      mode: 'sandbox',
      publicUrl: 'https://pay.example',
      listen: { port: 0 },
      database: { kind: 'sqlite', path: ':memory:' },
      merchant: { apiKeys: [{ keyId: 'shop', key: KEY }] },
      apps: [{ appId: 'wx-oa', kind: 'officialAccount', secret: 'secret-of-the-official-account' }],
    },
    {},
  )
  toolkit = await createToolkit(config, { logger: silentLogger })
  url = await toolkit.listen()
  const made = await ask('POST', '/v1/orders', { ...MERCHANT, 'idempotency-key': 'order-number-1' })
  checkoutPath = String(made.field('checkoutUrl')).replace('https://pay.example', '')
})
afterAll(() => toolkit.close())

async function ask(method: string, path: string, headers: Record<string, string> = {}) {
  const amount = { value: 1999, currency: 'CNY' }
  const order = JSON.stringify({ orderRef: 'tea-1', amount, description: '<b>"Tea"</b>' })
  const hasBody = method === 'POST' && path === '/v1/orders'
  const init = { method, headers, redirect: 'manual', ...(hasBody ? { body: order } : {}) } as const
  const response = await fetch(url + path, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    field: (name: string): unknown => Reflect.get(Object(JSON.parse(text)), name),
  }
}

type Answer = Awaited<ReturnType<typeof ask>>

/** Every method and pattern that a router of the app serves. */
function allRoutes(): { method: string; path: string }[] {
  const routers = toolkit.app.middleware.flatMap((stage) => {
    const router: unknown = Reflect.get(stage, 'router')
    return router instanceof Router ? [router] : []
  })
  const layers = routers.flatMap(({ stack }) => stack).filter(({ methods }) => methods.length > 0)
  const served = layers.flatMap(({ methods, path }) =>
    methods.map((method) => ({ method, path: String(path) })),
  )
  return [...new Map(served.map((route) => [JSON.stringify(route), route])).values()]
}

function expectGuarded(answer: Answer, what: string): void {
  const { headers, text } = answer
  const policy = headers.get('content-security-policy') ?? ''
  for (const rule of ["default-src 'self'", "object-src 'none'", "base-uri 'none'"]) {
    expect(policy, what).toContain(rule)
  }
  for (const rule of ["form-action 'self'", "frame-ancestors 'none'"]) {
    expect(policy, what).toContain(rule)
  }
  expect(policy, what).not.toMatch(/unsafe-|\*|https?:/)
  expect(headers.get('x-content-type-options'), what).toBe('nosniff')
  expect(headers.get('referrer-policy'), what).toBe('strict-origin')
  expect(headers.get('cache-control'), what).toMatch(/^no-store$|^public, .*immutable$/)
  expect(headers.get('x-powered-by'), what).toBeNull()
  if (/html/.test(headers.get('content-type') ?? '')) expectNothingInline(text, what)
  for (const cookie of headers.getSetCookie()) {
    expect(cookie, what).toMatch(/^__(Host|Secure)-/)
    for (const word of ['HttpOnly', 'SameSite=Lax', 'Secure', 'Path=/']) {
      expect(cookie, what).toContain(`; ${word}`)
    }
    expect(cookie, what).not.toContain('Domain=')
  }
}

/** What the policy would keep from working, or would have to be loosened for. */
function expectNothingInline(html: string, what: string): void {
  expect(html, what).not.toMatch(/<style|\sstyle=|\son[a-z]+\s*=|javascript:/i)
  for (const [script] of html.matchAll(/<script[^>]*>[^<]*/gi)) {
    expect(script, what).toMatch(/^<script type="module" src="\/assets\/[^"]+">$/)
  }
}

describe('every answer keeps scripts, frames, sniffing and caches out', () => {
  test('of every route, to strangers, to merchants and to browsers', async () => {
    const routes = allRoutes()
    expect(routes.length).toBeGreaterThan(20)
    for (const { method, path } of routes) {
      const address = path.replaceAll(/:\w+/g, 'tea-1')
      for (const headers of [{}, MERCHANT, PAGE]) {
        expectGuarded(await ask(method, address, headers), `${method} ${address}`)
      }
    }
  })

  test.each([
    ['GET', '/nowhere', 404],
    ['POST', '/nowhere', 404],
    ['DELETE', '/v1/orders', 405],
    ['PROPFIND', '/v1/orders', 405],
    ['OPTIONS', '/v1/orders', 200],
    ['GET', '/v1/login/officialAccount?returnTo=https://evil.example', 400],
    ['GET', '/v1/login/officialAccount/callback?state=abc&code=1', 401],
    ['GET', '/assets/nothing.js', 404],
    ['GET', '/result/tea-1', 404],
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
  ])('of %s %s → %i', async (method, path, status) => {
    for (const headers of [{}, PAGE]) {
      const answer = await ask(method, path, headers)
      expectGuarded(answer, path)
      expect(answer.status, path).toBe(status)
    }
  })
})

describe('cookies are for us alone', () => {
  test('that of a login on its way to WeChat', async () => {
    const answer = await ask('GET', '/v1/login/officialAccount?returnTo=/pay/tea-1')
    expect(answer.status).toBe(302)
    expect(answer.headers.getSetCookie()).toHaveLength(1)
    expectGuarded(answer, 'login')
  })

  test('that of a checkout link, and of the language, and the page after it', async () => {
    const entered = await ask('GET', `${checkoutPath}&lang=en`, PAGE)
    expect(entered.status).toBe(303)
    expect(entered.headers.getSetCookie()).toHaveLength(3)
    expectGuarded(entered, 'link')
    const cookie = entered.headers
      .getSetCookie()
      .map((word) => word.split(';')[0])
      .join('; ')
    const page = await ask('GET', '/pay/tea-1', { ...PAGE, cookie })
    expect(page.status).toBe(200)
    expect(page.text).toContain('&lt;b&gt;')
    expectGuarded(page, 'page')
  })
})

test('these checks would see what they are there to see', () => {
  for (const html of [
    '<script>alert(1)</script>',
    '<script src="https://evil.example/a.js"></script>',
    '<p style="color:red">',
    '<style>p{}</style>',
    '<img onerror=alert(1)>',
  ]) {
    expect(() => expectNothingInline(html, html)).toThrow()
  }
})
