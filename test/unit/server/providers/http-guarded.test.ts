import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../../server/platform/logger.ts'
import {
  type HttpClient,
  HttpFailure,
  type HttpRequest,
  type HttpResponse,
} from '../../../../server/providers/http.ts'
import { guardHttp } from '../../../../server/providers/http-guarded.ts'
import { client, failureOf, peer, post, rawServer } from './support/http-world.ts'
import { manualClock } from './support/manual-clock.ts'

const HOST = 'https://provider.example/pay'
const OK: HttpResponse = { status: 200, headers: {}, body: new Uint8Array() }

function aGuard(inner: HttpClient) {
  const clock = manualClock()
  const lines: string[] = []
  const logger = createLogger({ clock, sink: { write: (line) => lines.push(line) } })
  const sent: HttpRequest[] = []
  const recorded: HttpClient = (request) => {
    sent.push(request)
    return inner(request)
  }
  return { http: guardHttp(recorded, { clock, random: () => 0.5, logger }), clock, sent, lines }
}

const lost = (fields: Partial<ConstructorParameters<typeof HttpFailure>[1]> = {}) => {
  return new HttpFailure('no whole answer', { mayHaveArrived: true, ...fields })
}
const answering = (status: number): HttpClient => {
  return () => Promise.resolve({ ...OK, status })
}

/** Calls one after the other, and what each ended in. */
async function endings(http: HttpClient, count: number, fields: Partial<HttpRequest> = {}) {
  const told: unknown[] = []
  for (let call = 0; call < count; call += 1) {
    told.push(await http(post(HOST, fields)).catch((error: unknown) => error))
  }
  return told
}

describe('an origin in trouble', () => {
  test.each<[string, HttpClient]>([
    ['does not answer in time', () => Promise.reject(lost())],
    ['has no connection', () => Promise.reject(lost({ mayHaveArrived: false }))],
    ['answers 503', answering(503)],
  ])('that %s five times is left alone, and surely not sent to', async (_, inner) => {
    const { http, sent, lines } = aGuard(inner)
    await endings(http, 5)
    const refused = await failureOf(http(post(HOST)))
    expect(refused.mayHaveArrived).toBe(false)
    expect(refused.message).toBe(
      'https://provider.example: not asked, because its last calls all failed; ' +
        'it is asked again in 5 s',
    )
    expect(sent).toHaveLength(5)
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'http.circuitOpened', address: 'https://provider.example', count: 5, ms: 5_000 },
    ])
  })

  test.each<[string, HttpClient]>([
    ['says no to what it is asked', answering(422)],
    ['knows no such thing', answering(404)],
    ['asks for patience', answering(429)],
    ['sends an answer that is too long', () => Promise.reject(lost({ isOfOrigin: false }))],
  ])('is none where it %s', async (_, inner) => {
    const { http, sent } = aGuard(inner)
    await endings(http, 20)
    expect(sent).toHaveLength(20)
  })

  test('is none where its callers had no time left to wait for an answer', async () => {
    const { http, sent } = aGuard(() => Promise.reject(lost()))
    await endings(http, 20, { timeoutMs: 499 })
    expect(sent).toHaveLength(20)
  })

  test('is asked by one call after the pause, and by everybody once that was answered', async () => {
    let alive = false
    let answer = (): void => undefined
    const { http, clock, sent, lines } = aGuard(() => {
      if (!alive) return Promise.reject(lost())
      return new Promise((resolve) => {
        answer = () => resolve(OK)
      })
    })
    await endings(http, 5)
    alive = true
    clock.advance(5_000)
    const probe = http(post(HOST))
    await failureOf(http(post(HOST)))
    expect(sent).toHaveLength(6)
    answer()
    expect(await probe).toBe(OK)
    const next = http(post(HOST))
    await Promise.resolve()
    answer()
    expect(await next).toBe(OK)
    expect(lines.at(-1)).toContain('"event":"http.circuitClosed"')
  })

  test('does not keep anybody from another one, nor from the same with another certificate', async () => {
    const { http } = aGuard(({ url, tls }) =>
      url.startsWith(HOST) && tls?.cert === 'refused'
        ? Promise.reject(lost())
        : answering(200)(post(url)),
    )
    await endings(http, 5, { tls: { cert: 'refused', key: 'k' } })
    await failureOf(http(post(HOST, { tls: { cert: 'refused', key: 'k' } })))
    expect(await http(post(HOST, { tls: { cert: 'good', key: 'k' } }))).toMatchObject(OK)
    expect(await http(post(HOST))).toMatchObject(OK)
    expect(await http(post('https://other.example/'))).toMatchObject(OK)
  })
})

test('whatever happens, a call that was sent ends exactly as it ended', async () => {
  const endingsOf = fc.constantFrom<HttpResponse | HttpFailure | Error>(
    OK,
    { ...OK, status: 500 },
    { ...OK, status: 404 },
    lost(),
    lost({ mayHaveArrived: false }),
    lost({ isOfOrigin: false }),
    new TypeError('a fault of ours'),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(endingsOf, fc.nat(20_000)), { maxLength: 60 }),
      async (story) => {
        let next: HttpResponse | Error = OK
        const { http, clock, sent } = aGuard(() =>
          next instanceof Error ? Promise.reject(next) : Promise.resolve(next),
        )
        for (const [ending, pauseMs] of story) {
          next = ending
          const before = sent.length
          const told = await http(post(HOST)).catch((error: unknown) => error)
          if (sent.length > before) expect(told).toBe(ending)
          // What was not sent may be said to be so, and nothing else may.
          else expect(told).toMatchObject({ name: 'HttpFailure', mayHaveArrived: false })
          clock.advance(pauseMs)
        }
      },
    ),
  )
})

describe('many calls at once', () => {
  test('are at most 32 at the origin, and wait in their own time', async () => {
    const { http, clock, sent } = aGuard(() => new Promise(() => undefined))
    for (let call = 0; call < 32; call += 1) void http(post(HOST))
    const waiting = failureOf(http(post(HOST, { timeoutMs: 4_000 })))
    await Promise.resolve()
    expect(sent).toHaveLength(32)
    clock.advance(4_000)
    expect(await waiting).toMatchObject({
      mayHaveArrived: false,
      message: expect.stringContaining('while it waited for its turn'),
    })
    expect(sent).toHaveLength(32)
  })

  test('have what is left of their time once it is their turn', async () => {
    const answers: (() => void)[] = []
    const { http, clock, sent } = aGuard(
      () => new Promise((resolve) => answers.push(() => resolve(OK))),
    )
    const first = Array.from({ length: 32 }, () => http(post(HOST)))
    const last = http(post(HOST, { timeoutMs: 4_000 }))
    await Promise.resolve()
    clock.advance(1_500)
    answers[0]?.()
    await first[0]
    await Promise.resolve()
    expect(sent.at(-1)?.timeoutMs).toBe(2_500)
    answers.at(-1)?.()
    expect(await last).toBe(OK)
  })

  test('beyond 32 and 256 are told at once that nothing was sent', async () => {
    const { http, sent } = aGuard(() => new Promise(() => undefined))
    for (let call = 0; call < 32 + 256; call += 1) void http(post(HOST)).catch(() => undefined)
    const failure = await failureOf(http(post(HOST)))
    expect(failure.mayHaveArrived).toBe(false)
    expect(failure.message).toContain('256 calls wait for it already')
    expect(sent).toHaveLength(32)
  })

  test('that wait when the origin is given up do not wait for nothing', async () => {
    const fates: (() => void)[] = []
    const { http, sent } = aGuard(
      () => new Promise((_, reject) => fates.push(() => reject(lost()))),
    )
    const calls = Array.from({ length: 100 }, () => failureOf(http(post(HOST))))
    await Promise.resolve()
    for (const fate of fates.slice(0, 32)) fate()
    const failures = await Promise.all(calls.slice(36))
    expect(new Set(failures.map(({ mayHaveArrived }) => mayHaveArrived))).toEqual(new Set([false]))
    expect(sent.length).toBeLessThanOrEqual(36)
  })

  test('wait for no longer than 30 s, whatever they ask for', async () => {
    const { http, sent } = aGuard(answering(200))
    await http(post(HOST, { timeoutMs: 3_600_000 }))
    expect(sent[0]?.timeoutMs).toBe(30_000)
  })
})

describe('over the wire', () => {
  test('an origin that takes requests and never answers costs five waits and no sixth', async () => {
    const clock = manualClock()
    let heard = 0
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        heard += 1
        clock.advance(5_000)
      })
    })
    const inner = client({ clock })
    const logger = createLogger({ clock, level: 'silent' })
    const http = guardHttp(inner, { clock, random: () => 0.5, logger })
    for (let call = 0; call < 5; call += 1) {
      expect((await failureOf(http(post(url)))).mayHaveArrived).toBe(true)
    }
    expect((await failureOf(http(post(url)))).mayHaveArrived).toBe(false)
    expect(heard).toBe(5)
  })

  test('an address that is none is refused as before, and troubles nobody', async () => {
    const clock = manualClock()
    const there = await peer(() => ({ status: 200, headers: {}, body: 'ok' }))
    const logger = createLogger({ clock, level: 'silent' })
    const http = guardHttp(client({ clock }), { clock, random: () => 0.5, logger })
    for (let call = 0; call < 6; call += 1) {
      expect((await failureOf(http(post('not an address')))).message).toContain('cannot be sent')
    }
    expect((await http(post(there.url))).status).toBe(200)
  })
})
