import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { cuts, storms } from './support/bytes.ts'
import { openSurface, type Surface } from './support/surface.ts'
import { fuzzTarget, RUNS } from './support/target.ts'
import { faultOf } from './support/verdict.ts'
import { ask, bytesOf, exchange, type RawRequest } from './support/wire.ts'

/**
 * Bytes that are hardly HTTP any more, and callers that are too slow: every one is answered or cut
 * off in bounded time, and the next caller is served as if nothing had been.
 */

const target = fuzzTarget('bytes on the wire')
let surface: Surface
beforeAll(async () => {
  surface = await openSurface()
})
afterAll(() => surface.stack.close())

const KEY = { authorization: `Bearer ${SANDBOX_API_KEY}` }
const ORDER = JSON.stringify({
  orderRef: 'tea-raw',
  amount: { value: 1, currency: 'CNY' },
  description: 'x',
})
const posted = (changes: Partial<RawRequest> = {}): RawRequest => ({
  method: 'POST',
  target: '/v1/orders',
  headers: { ...KEY, 'content-type': 'application/json', 'idempotency-key': 'raw-order-1' },
  body: ORDER,
  ...changes,
})

/** Ends what it sends, so that a server that waits for more learns that nothing will come. */
function saying(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(surface.port, '127.0.0.1', () => socket.end(bytes))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

/** The statuses of all answers that came on one connection. */
const statusesIn = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) [A-Z]/g)].map(([, status]) => Number(status))

async function alive(): Promise<void> {
  expect((await ask(surface.port, { target: '/healthz' })).status).toBe(200)
}

describe('bytes', () => {
  test('that are nearly a request, or nothing of the kind', async () => {
    const bytes = bytesOf(posted())
    const noise = Array.from({ length: RUNS }, (_, run) => ({
      label: `noise ${run}`,
      bytes: Uint8Array.from({ length: 1 + target.random.int(400) }, () => target.random.int(256)),
    }))
    const all = [...storms(bytes, target.random, RUNS * 3), ...noise, ...cuts(bytes)]
    const least = Math.max(1, Math.floor(all.length / (RUNS * 8)))
    for (const [index, { label, bytes: bent }] of all.entries()) {
      if (index % least !== 0) continue
      await target.send(label, async () => {
        const statuses = statusesIn(await saying(bent))
        const bad = statuses.filter((status) => status >= 500)
        return bad.length > 0 ? `${bad.join()} to ${Buffer.from(bent).toString('latin1')}` : null
      })
    }
    target.check(RUNS)
    await alive()
  })

  test.each<[string, RawRequest]>([
    ['two lengths', posted({ headers: { ...KEY, 'Content-Length': '5\r\nContent-Length: 6' } })],
    ['a length that is none', posted({ headers: { ...KEY, 'Content-Length': '1e3' } })],
    ['a length below nothing', posted({ headers: { ...KEY, 'Content-Length': '-1' } })],
    ['a length beyond counting', posted({ headers: { ...KEY, 'Content-Length': '9'.repeat(30) } })],
    [
      'a length and chunks, as smugglers send them',
      posted({
        headers: { ...KEY, 'Content-Length': '4', 'Transfer-Encoding': 'chunked' },
        body: '0\r\n\r\nGET /v1/orders/tea-fuzz HTTP/1.1\r\nHost: x\r\n\r\n',
      }),
    ],
    [
      'an encoding nobody knows',
      posted({ headers: { ...KEY, 'Transfer-Encoding': 'xchunked' }, body: ORDER }),
    ],
    [
      'chunks without sizes',
      posted({ headers: { ...KEY, 'Transfer-Encoding': 'chunked' }, body: 'zz\r\n{}\r\n' }),
    ],
    [
      'a chunk without end',
      posted({
        headers: { ...KEY, 'Transfer-Encoding': 'chunked' },
        body: 'ffffffffffffffff\r\n{',
      }),
    ],
    ['a header of 20,000 characters', { target: '/healthz', headers: { x: 'a'.repeat(20_000) } }],
    [
      '3,000 headers',
      {
        target: '/healthz',
        headers: Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`x${at}`, ''])),
      },
    ],
    ['an address of 20,000 characters', { target: `/${'a'.repeat(20_000)}` }],
    ['a NUL in a header', { target: '/healthz', headers: { x: 'a\0b' } }],
    ['a line feed in a header', { target: '/healthz', headers: { x: 'a\nX-Evil: yes' } }],
    ['a header without a name', { target: '/healthz', headers: { '': 'x' } }],
    ['a method that is none', { method: 'G\u00cbT', target: '/healthz' }],
    ['an address with a space', { target: '/health z' }],
  ])('with %s are answered once, by a refusal', async (_, request) => {
    const answer = await exchange(surface.port, bytesOf(request))
    expect(faultOf(answer)).toBeNull()
    expect(answer.status, answer.text.slice(0, 200)).toBeGreaterThanOrEqual(400)
    expect(statusesIn(answer.text)).toHaveLength(1)
    await alive()
  })

  test('of five requests in one go are five answers, in their order', async () => {
    const open = { headers: { ...KEY, Connection: 'keep-alive' } }
    const closing = { headers: { ...KEY, Connection: 'close' } }
    const text = await saying(
      Buffer.concat([
        bytesOf({ target: '/healthz', ...open }),
        bytesOf({ target: '/v1/orders/nobody', ...open }),
        bytesOf(posted({ body: '{', headers: { ...posted().headers, ...open.headers } })),
        bytesOf({ target: '/v1/payments', ...open }),
        bytesOf({ target: '/readyz', ...closing }),
      ]),
    )
    expect(statusesIn(text)).toEqual([200, 404, 400, 400, 200])
  })

  test('of another protocol are cut off', async () => {
    const tls = Buffer.from('16030100a5010000a1030300', 'hex')
    const http2 = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    for (const hello of [
      tls,
      http2,
      Buffer.from('EHLO x\r\n'),
      Buffer.from('GET / HTTP/3.0\r\n\r\n'),
    ]) {
      for (const status of statusesIn(await saying(hello))) expect([400, 505]).toContain(status)
    }
    await alive()
  })
})

describe('a caller that is too slow', () => {
  const unfinished = (path: string, type: string) =>
    Buffer.concat([
      bytesOf({
        method: 'POST',
        target: path,
        headers: { ...KEY, 'content-type': type, 'Content-Length': '1000' },
        body: '{"half',
      }),
    ])

  test.each([
    ['a notification', '/v1/notifications/wechatPay', 'application/json', 10_000],
    ['an order', '/v1/orders', 'application/json', 10_000],
    ['a settlement day', '/v1/settlements/wechatPay', 'application/json', 10_000],
    ['a settlement file', '/v1/settlements/ppro?name=a.csv', 'text/csv', 120_000],
  ])('with %s is refused when its time is over', async (_, path, type, deadlineMs) => {
    const answered = exchange(surface.port, unfinished(path, type))
    await begun()
    await surface.stack.clock.advance(deadlineMs + 1)
    expect(await answered).toMatchObject({ status: 400 })
    expect((await answered).body).toContain('did not arrive within')
    await alive()
  })

  test('with any other body is cut off by Node', async () => {
    const handle = surface.stack.toolkit.app.callback()
    const server = createServer(
      { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 50 },
      (req, res) => void handle(req, res),
    )
    const port = await listening(server)
    try {
      const slow = [
        unfinished('/v1/orders', 'application/json'),
        unfinished('/v1/login/miniProgram', 'application/json'),
        unfinished('/v1/checkout/tea-fuzz/payments', 'application/json'),
        Buffer.from('GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: '),
      ]
      for (const answer of await Promise.all(slow.map((bytes) => exchange(port, bytes)))) {
        expect([0, 400, 408]).toContain(answer.status)
      }
    } finally {
      server.closeAllConnections()
      server.close()
    }
    await alive()
  })

  test('a thousand callers that say nothing do not keep the next one waiting', async () => {
    const silent = Array.from({ length: 1_000 }, () => connect(surface.port, '127.0.0.1'))
    for (const socket of silent) socket.on('error', () => undefined)
    await alive()
    for (const socket of silent) socket.destroy()
  })
})

test('the memory that all of it took is given back', async () => {
  const flood = async (count: number): Promise<number> => {
    for (let turn = 0; turn < count; turn += 1) {
      await ask(surface.port, posted({ body: '['.repeat(60_000), target: '/v1/login/miniProgram' }))
      await ask(surface.port, posted({ body: ORDER, headers: { 'content-type': 'text/plain' } }))
    }
    return process.memoryUsage().heapUsed
  }
  const before = await flood(50)
  const after = await flood(Math.max(200, RUNS))
  expect((after - before) / 2 ** 20, 'MiB').toBeLessThan(100)
})

/** Until the server has read the head and waits for the rest of a body. */
async function begun(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await alive()
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}
