import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createRouter } from '../../../../server/http/context.ts'
import { Problem } from '../../../../server/http/problem.ts'
import { IdentityError } from '../../../../server/identity/errors.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import { makeTools, postJson, problemOf, startApp } from './harness.ts'

const failures: Readonly<Record<string, () => Error>> = {
  problem: () => new Problem('orderNotFound'),
  advised: () =>
    new UseCaseError('sceneUnsupported', { detail: 'Not here.', accounts: ['b', 'c'] }),
  busy: () => new UseCaseError('paymentBusy', { retryAfterMs: 2_500 }),
  unreachable: () => new UseCaseError('providerUnavailable'),
  identity: () => new IdentityError({ code: 'payerBlocked', message: 'wx-mini: high risk' }),
  session: () => new Problem('sessionMissing'),
  foreign: () =>
    Object.assign(new Error('password=hunter2 in SELECT *'), { status: 404, expose: true }),
}

async function start() {
  const tools = makeTools()
  const router = createRouter()
    .get('/v1/things/:name', (ctx) => {
      const failure = failures[ctx.params['name'] ?? '']
      if (failure) throw failure()
      ctx.body = { name: ctx.params['name'], ip: ctx.state.clientIp }
    })
    .post('/v1/things', (ctx) => {
      ctx.body = { got: ctx.request.body }
    })
  return { tools, ...(await startApp(tools, { parsed: [router] })) }
}

describe('everything that goes wrong is a problem', () => {
  test.each([
    ['problem', 404, 'orderNotFound'],
    ['advised', 422, 'sceneUnsupported'],
    ['busy', 409, 'paymentBusy'],
    ['unreachable', 503, 'providerUnavailable'],
    ['identity', 403, 'payerBlocked'],
    ['session', 401, 'sessionMissing'],
    ['foreign', 500, 'internal'],
  ])('%s → %i %s', async (name, status, code) => {
    const { address } = await start()
    const response = await fetch(`${address}/v1/things/${name}`)
    const problem = await problemOf(response)
    expect(response.status).toBe(status)
    expect(problem).toMatchObject({
      contentType: 'application/problem+json',
      type: `urn:wechat-pay-toolkit:problem:${code}`,
      status,
      code,
      detail: expect.stringMatching(/\w/),
      requestId: response.headers.get('x-request-id'),
    })
  })

  test('what nobody foresaw goes to the log and not into the answer', async () => {
    const { address, tools } = await start()
    const text = await (await fetch(`${address}/v1/things/foreign`)).text()
    expect(text).not.toMatch(/hunter2|SELECT|at .*\.ts/)
    const [line] = tools.lines.filter(({ event }) => event === 'http.internal')
    expect(line).toMatchObject({
      level: 'error',
      error: { name: 'Error', message: 'password=[redacted] in SELECT *' },
    })
    expect(JSON.stringify(tools.lines)).not.toContain('hunter2')
  })

  test('its special advice and the accounts that could are said', async () => {
    const { address } = await start()
    const problem = await problemOf(await fetch(`${address}/v1/things/advised`))
    expect(problem).toMatchObject({ detail: 'Not here.', accounts: ['b', 'c'] })
  })

  test.each([
    ['busy', '3'],
    ['unreachable', '1'],
    ['problem', null],
  ])('%s says when to repeat: %s', async (name, seconds) => {
    const { address } = await start()
    const response = await fetch(`${address}/v1/things/${name}`)
    expect(response.headers.get('retry-after')).toBe(seconds)
  })

  test('401 names the scheme', async () => {
    const { address } = await start()
    const response = await fetch(`${address}/v1/things/session`)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
  })
})

describe('addresses and methods that nobody serves', () => {
  test.each([
    ['GET', '/nowhere', 404, 'notFound'],
    ['POST', '/nowhere', 404, 'notFound'],
    ['GET', '/v1/things', 405, 'methodNotAllowed'],
    ['DELETE', '/v1/things/a', 405, 'methodNotAllowed'],
    ['GET', '/v1/Things/a', 404, 'notFound'],
    ['GET', '/v1/things/a/', 404, 'notFound'],
    ['PROPFIND', '/v1/things/a', 405, 'methodNotAllowed'],
  ])('%s %s → %i %s', async (method, path, status, code) => {
    const { address } = await start()
    const response = await fetch(address + path, { method })
    expect(await problemOf(response)).toMatchObject({
      contentType: 'application/problem+json',
      status,
      code,
    })
  })

  test('405 names the methods that are there', async () => {
    const { address } = await start()
    const response = await fetch(`${address}/v1/things`, { method: 'DELETE' })
    expect(response.headers.get('allow')).toBe('POST')
  })

  /** `fetch` would not send such an address. */
  const answerTo = (port: number, target: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
      })
      socket.on('end', () => resolve(text)).on('error', reject)
      socket.write(`GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    })

  test('a path that cannot be decoded does no harm', async () => {
    const { port, address } = await start()
    expect(await answerTo(port, '/v1/things/%E0%A4%A')).toMatch(/^HTTP\/1\.1 (200|400|404) /)
    expect((await fetch(`${address}/v1/things/a`)).status).toBe(200)
  })

  test('an address that is none is the mistake of its sender, and no fault of ours', async () => {
    const { port, tools } = await start()
    const answer = await answerTo(port, 'http://[/v1/things/a')
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('"code":"invalidRequest"')
    expect(tools.lines.filter(({ level }) => level === 'error')).toEqual([])
    expect(await answerTo(port, 'http://a/v1/things/a')).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('a browser that opened the address gets the same words as a page without script', async () => {
    const { address } = await start()
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
    const response = await fetch(`${address}/nowhere`, { headers })
    const page = await response.text()
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(page).toContain('没有找到此页面')
    expect(page).toContain(String(response.headers.get('x-request-id')))
    expect(page).not.toMatch(/<script|style=|onclick/i)
  })
})

describe('every answer carries', () => {
  test('the name the caller gave the request, where it is sane', async () => {
    const { address } = await start()
    const headers = { 'x-request-id': 'shop-2026.05_01' }
    const response = await fetch(`${address}/v1/things/a`, { headers })
    expect(response.headers.get('x-request-id')).toBe('shop-2026.05_01')
  })

  test.each(['short', 'has space in it', 'x'.repeat(65), '<script>alert(1)'])(
    'a name of our own instead of %j',
    async (given) => {
      const { address } = await start()
      const headers = { 'x-request-id': given }
      const response = await fetch(`${address}/v1/things/a`, { headers })
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-z]{26}$/)
    },
  )

  test('headers that keep scripts, frames, sniffing and caches out', async () => {
    const { address } = await start()
    for (const path of ['/v1/things/a', '/nowhere', '/v1/things/foreign']) {
      const { headers } = await fetch(address + path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe-|script-src/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      // The H5 cashier checks our host in Referer: with no-referrer nobody could pay there.
      expect(headers.get('referrer-policy')).toBe('strict-origin')
    }
  })

  test('frames only where they are allowed by name', async () => {
    const tools = makeTools()
    const frameAncestors = ['http://localhost:4000']
    const { address } = await startApp(tools, {}, { frameAncestors })
    const { headers } = await fetch(address)
    expect(headers.get('content-security-policy')).toContain(
      'frame-ancestors http://localhost:4000',
    )
  })
})

describe('the access log', () => {
  test('knows method, pattern, status and duration, and nothing of the request', async () => {
    const { address, tools } = await start()
    const headers = { authorization: 'Bearer very-secret', cookie: 'a=very-secret' }
    await fetch(`${address}/v1/things/very-secret?t=very-secret`, { headers })
    await postJson(`${address}/v1/things`, { password: 'very-secret' })
    await fetch(`${address}/very-secret`)
    const lines = tools.lines.filter(({ event }) => event === 'http.request')
    expect(lines).toMatchObject([
      { method: 'GET', route: '/v1/things/:name', status: 200, ms: 0 },
      { method: 'POST', route: '/v1/things', status: 200 },
      { method: 'GET', route: '-', status: 404 },
    ])
    expect(JSON.stringify(tools.lines)).not.toContain('very-secret')
  })

  test('counts failures with their final status', async () => {
    const { address, tools } = await start()
    await fetch(`${address}/v1/things/unreachable`)
    expect(tools.lines).toMatchObject([
      { event: 'http.failed', level: 'warn', code: 'providerUnavailable' },
      { event: 'http.request', status: 503 },
    ])
  })
})
