import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import type { StackOptions } from '../../scripts/stack.ts'
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts'
import { HOSTILE_BODIES, HOSTILE_WORDS } from './support/bodies.ts'
import { pick } from './support/bytes.ts'
import { filled, openSurface, type Route, type Surface } from './support/surface.ts'
import { fuzzTarget, RUNS } from './support/target.ts'
import { faultOf } from './support/verdict.ts'
import { ask, type RawRequest } from './support/wire.ts'

/**
 * Everything that a stranger can put into a request to the real server, on both of its databases:
 * each answer is a refusal that says why, none is a 500, and nobody has paid afterwards.
 */

/** So many requests are on their way at once. */
const AT_ONCE = 8
const QUERY_NAMES =
  'waitMs returned orderRef from to unmatched cursor limit name appId returnTo code state t lang x'.split(
    ' ',
  )
const HEADERS =
  'authorization cookie idempotency-key content-type content-encoding x-forwarded-for x-request-id accept accept-language user-agent origin sec-fetch-site range if-none-match expect referer host te upgrade __proto__ constructor'.split(
    ' ',
  )
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json; charset=nonsense',
  `application/json;charset=${'x'.repeat(2_000)}`,
  'application/vnd.api+json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/xml',
  'text/csv',
  'application/gzip',
  'application/octet-stream',
  '/',
  ';;;',
  'application/json, text/plain',
]
const METHODS = 'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND MKCOL SEARCH PURGE'.split(
  ' ',
)

const STRANGE_TARGETS = [
  '*',
  '//',
  '//x/healthz',
  '/healthz#fragment',
  '/\\healthz',
  '/%',
  '/%E0%A4%A',
  '/pay/%00?t=x',
  '/pay/%00',
  '/pay/%ff?t=x',
  '/pay/%0d%0aX-Evil:%20yes?t=x',
  '/pay//evil.example?t=x',
  '/pay/%2f%2fevil.example?t=x',
  '/result/%00',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%00',
  'http://[/',
  'http://[::1/healthz',
  'http://[::1]:x/healthz',
  'http://shop.example/healthz',
  'http://user:pass@shop.example/healthz',
  'https://evil.example/v1/orders/x',
  'javascript://[',
  'file:///etc/passwd',
  '/v1/login/officialAccount?returnTo=//evil.example',
  '/v1/login/officialAccount?returnTo=/shop/%00',
  '/v1/login/officialAccount?returnTo=/shop/%E9%BE%99',
  '/v1/login/officialAccount?returnTo=/shop/../../x',
  '/v1/login/officialAccount/callback?state=a&code=%00',
]

const STORES: readonly (readonly [string, () => Promise<[StackOptions, FreshDatabase?]>])[] = [
  ['SQLite', () => Promise.resolve([{}])],
  [
    'PostgreSQL',
    async () => {
      const fresh = await freshDatabase()
      return [{ database: { kind: 'postgres', url: fresh.connectionString } }, fresh]
    },
  ],
]

describe.each(STORES)('the server on %s', (store, provide) => {
  const target = fuzzTarget(`HTTP surface on ${store}`)
  let surface: Surface
  let database: FreshDatabase | undefined
  let keys = 0

  beforeAll(async () => {
    const [options, fresh] = await provide()
    database = fresh
    surface = await openSurface(options)
  })
  afterAll(async () => {
    await surface.stack.close()
    await database?.drop()
  })

  /** Of all these requests so many, chosen by the seed; several at once. */
  async function attack(requests: readonly RawRequest[], most = RUNS * 4): Promise<void> {
    const chosen = requests
      .map((request) => ({ request, place: target.random.fraction() }))
      .toSorted((left, right) => left.place - right.place)
      .slice(0, most)
      .map(({ request }) => request)
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let next = chosen.pop(); next; next = chosen.pop()) await send(next)
      }),
    )
    target.check(Math.min(most, requests.length))
  }

  async function send(request: RawRequest): Promise<void> {
    const { method, target: address, body = '', headers } = request
    const label = `${method} ${address} ${JSON.stringify(headers)} ${Buffer.from(body).toString('latin1')}`
    await target.send(label.slice(0, 400), async () => faultOf(await ask(surface.port, request)))
  }

  const genuine = (name: string): string =>
    name === 'accountId' ? 'wechatPay' : name === 'orderRef' ? 'tea-fuzz' : surface.paymentId

  /** With the key or the session that opens the route, so that what is behind it is reached. */
  function opening({ path, method }: Route): Record<string, string> {
    keys += 1
    const bearer = path.startsWith('/v1/checkout') ? surface.token : SANDBOX_API_KEY
    const posted =
      method === 'POST'
        ? { 'content-type': 'application/json', 'idempotency-key': `fuzz-key-${keys}` }
        : {}
    return { authorization: `Bearer ${bearer}`, ...posted }
  }

  test('has routes to attack, of every kind', () => {
    expect(surface.routes.length).toBeGreaterThan(20)
    const methods = new Set(surface.routes.map(({ method }) => method))
    expect(methods).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']))
    for (const path of ['/v1/notifications/:accountId', '/healthz', '/pay/:orderRef']) {
      expect(surface.routes.map((route) => route.path)).toContain(path)
    }
  })

  test('bears any word in the place of a name in the path', async () => {
    const named = surface.routes.filter(({ path }) => path.includes(':'))
    await attack(
      named.flatMap((route) =>
        HOSTILE_WORDS.flatMap((word) => {
          const address = filled(route.path, () => word.replaceAll(' ', '%20'))
          const opened = { method: route.method, target: address, headers: opening(route) }
          return [opened, { ...opened, headers: {} }, { ...opened, target: `${address}?t=${word}` }]
        }),
      ),
      RUNS * 8,
    )
  })

  test('bears any word in a query', async () => {
    await attack(
      surface.routes.flatMap((route) =>
        QUERY_NAMES.flatMap((name) => {
          const word = pick(HOSTILE_WORDS, target.random).replaceAll(' ', '%20')
          const path = filled(route.path, genuine)
          const headers = opening(route)
          const opened = { method: route.method, headers }
          return [
            { ...opened, target: `${path}?${name}=${word}` },
            { ...opened, target: `${path}?${name}=${word}&${name}=${word}&${name}[]=1` },
            { ...opened, target: `${path}?${word}` },
          ]
        }),
      ),
    )
  })

  test('bears any word in a header', async () => {
    await attack(
      surface.routes.flatMap((route) =>
        HEADERS.flatMap((name) => {
          const plain = pick(HOSTILE_WORDS, target.random)
          const value = pick(
            [plain, `Bearer ${plain}`, `a=${plain}; b`, '\xff\xfe', '\t'],
            target.random,
          )
          const headers = { ...opening(route), [name]: value.slice(0, 6_000) }
          return [{ method: route.method, target: filled(route.path, genuine), headers }]
        }),
      ),
    )
  })

  test('bears any cookie', async () => {
    const paths = surface.routes.filter(({ path }) => /checkout|pay|result|login/.test(path))
    const values = [...HOSTILE_WORDS, surface.cookie, `${surface.cookie}.${'x'.repeat(40)}`]
    await attack(
      paths.flatMap((route) =>
        values.map((value) => ({
          method: route.method,
          target: filled(route.path, genuine),
          headers: {
            cookie: `wechat-pay-session=${value}; wechat-pay-login=${value}; wechat-pay-locale=${value}`,
            'content-type': 'application/json',
            'sec-fetch-site': pick(['same-origin', 'cross-site', ''], target.random),
          },
        })),
      ),
    )
  })

  test('bears any body, whatever it is said to be', async () => {
    const posts = surface.routes.filter(({ method }) => method === 'POST')
    const bodies = Object.values(HOSTILE_BODIES).map((make) => Buffer.from(make()))
    await attack(
      posts.flatMap((route) =>
        bodies.flatMap((body) => {
          const type = { 'content-type': pick(TYPES, target.random) }
          const address = filled(route.path, genuine)
          const headers = opening(route)
          return [
            { method: 'POST', target: address, headers, body },
            { method: 'POST', target: address, headers: { ...headers, ...type }, body },
            {
              method: 'POST',
              target: `${address}?name=x.csv`,
              headers: { ...headers, ...type },
              body,
            },
          ]
        }),
      ),
    )
  })

  test('bears any method, with and without a body', async () => {
    const headers = {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
    }
    await attack(
      [...surface.routes, { method: 'GET', path: '/nowhere' }].flatMap((route) =>
        METHODS.flatMap((method) => {
          const address = filled(route.path, () => 'nobody-here')
          return [
            { method, target: address, headers },
            { method, target: address, headers, body: '{' },
          ]
        }),
      ),
    )
  })

  test('bears an address that is none, and what no database takes', async () => {
    const key = { authorization: `Bearer ${SANDBOX_API_KEY}` }
    const cursor = Buffer.from('1 \0').toString('base64url')
    await attack(
      [
        ...STRANGE_TARGETS.map((address) => ({ method: 'GET', target: address })),
        ...STRANGE_TARGETS.map((address) => ({ method: 'OPTIONS', target: address })),
        { target: `/v1/settlements/wechatPay/rows?cursor=${cursor}`, headers: key },
        { target: '/v1/settlements/wechatPay/rows?from=0000-01-01T00:00:00Z', headers: key },
        { target: '/v1/payments?orderRef=%00', headers: key },
      ],
      1_000,
    )
  })

  test('and after all of that lives, is ready, and has taken nobody for paid', async () => {
    const { stack, merchant, order, paymentId } = surface
    for (const path of ['/healthz', '/readyz']) {
      expect((await fetch(stack.url + path)).status).toBe(200)
    }
    expect((await merchant.payment(paymentId)).status).not.toBe('paid')
    const seen = await fetch(`${stack.url}/v1/orders/${order.orderRef}`, {
      headers: { authorization: `Bearer ${SANDBOX_API_KEY}` },
    })
    expect(await seen.json()).toMatchObject({ paidAt: null })
  })
})
