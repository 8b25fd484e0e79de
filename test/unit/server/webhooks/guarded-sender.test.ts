import { createServer } from 'node:https'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createAddressRule } from '../../../../server/webhooks/address.ts'
import {
  createGuardedSender,
  type GuardedSenderOptions,
} from '../../../../server/webhooks/guarded-sender.ts'
import type { WebhookAnswer } from '../../../../server/webhooks/sender.ts'
import { WebhookReceiver } from '../../../support/webhook-receiver.ts'
import { listen, rawServer } from '../providers/support/http-world.ts'
import { manualClock } from '../providers/support/manual-clock.ts'
import { selfSigned } from '../providers/support/self-signed.ts'

const TIMEOUT_MS = 15_000
const clock = manualClock()

/** Allowed are two of the many addresses of this machine; `names` is what each look-up answers. */
function world(
  names: readonly (readonly string[])[] = [],
  options: Partial<GuardedSenderOptions> = {},
) {
  const looked: string[] = []
  const rules = { strict: false, isAllowed: createAddressRule(['127.0.0.1', '127.0.0.2']) }
  const sender = createGuardedSender({
    clock,
    rules,
    resolve: async (name) => {
      looked.push(name)
      const found = names[looked.length - 1]
      if (!found) throw new Error('no such host')
      return found
    },
    ...options,
  })
  onTestFinished(() => sender.close())
  const send = (url: string): Promise<WebhookAnswer> => {
    const headers = { 'webhook-id': 'evt_1' }
    return sender({
      url,
      headers,
      body: new TextEncoder().encode('{"龙":1}'),
      timeoutMs: TIMEOUT_MS,
    })
  }
  return { send, looked, sender }
}

async function aReceiver(): Promise<WebhookReceiver> {
  const receiver = new WebhookReceiver(clock)
  await receiver.open()
  onTestFinished(() => receiver.close())
  return receiver
}

const reasonOf = (answer: WebhookAnswer) => (answer.kind === 'failed' ? answer.reason : answer)

describe('a webhook goes', () => {
  test('to the address that was checked, under the name that the merchant gave', async () => {
    const receiver = await aReceiver()
    const { send, looked } = world([['127.0.0.1']])
    const answer = await send(`http://shop.example:${receiver.port}/hooks?a=1`)
    expect(answer).toEqual({ kind: 'answered', status: 204, retryAfterMs: null })
    expect(looked).toEqual(['shop.example'])
    expect(receiver.received).toMatchObject([
      {
        method: 'POST',
        path: '/hooks?a=1',
        body: '{"龙":1}',
        headers: { host: `shop.example:${receiver.port}`, 'content-length': '9' },
      },
    ])
  })

  test('nowhere else, however the name changes its meaning after the check', async () => {
    const receiver = await aReceiver()
    const { send, looked } = world([['127.0.0.1'], ['127.0.0.3'], ['10.0.0.1']])
    const url = `http://rebinding.example:${receiver.port}/`
    expect(await send(url)).toMatchObject({ status: 204 })
    expect(looked).toHaveLength(1)
    expect(reasonOf(await send(url))).toContain('private')
    expect(reasonOf(await send(url))).toContain('private')
    expect(receiver.received).toHaveLength(1)
  })

  test('nowhere, where one of the addresses is bad among good ones', async () => {
    const receiver = await aReceiver()
    for (const bad of ['169.254.169.254', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0']) {
      for (const found of [
        ['127.0.0.1', bad],
        [bad, '127.0.0.1'],
      ]) {
        const { send } = world([found])
        expect(reasonOf(await send(`http://shop.example:${receiver.port}/`))).toContain('private')
      }
    }
    expect(receiver.received).toEqual([])
  })

  test('nowhere, where the URL itself is an address that is not allowed', async () => {
    const receiver = await aReceiver()
    const { send, looked } = world()
    for (const host of ['127.0.0.3', '2130706435', '0x7f000003', '[::ffff:127.0.0.3]', '[::1]']) {
      expect(reasonOf(await send(`http://${host}:${receiver.port}/`)), host).toContain('private')
    }
    expect(await send(`http://0x7f000001:${receiver.port}/`)).toMatchObject({ status: 204 })
    expect([looked, receiver.received.length]).toEqual([[], 1])
  })

  test('to another of the addresses where the first does not answer', async () => {
    const receiver = await aReceiver()
    const { send } = world([['127.0.0.2', '127.0.0.1']])
    expect(await send(`http://shop.example:${receiver.port}/`)).toMatchObject({ status: 204 })
  })
})

describe('an answer', () => {
  test('that redirects is an answer, and is not followed', async () => {
    const receiver = await aReceiver()
    receiver.answer = { status: 302, headers: { location: '/elsewhere' } }
    const { send } = world()
    expect(await send(`http://127.0.0.1:${receiver.port}/`)).toMatchObject({ status: 302 })
    expect(receiver.received.map(({ path }) => path)).toEqual(['/'])
  })

  test('tells how long to wait, in seconds or as a date', async () => {
    const receiver = await aReceiver()
    const { send } = world()
    const date = new Date(clock.nowMs() + 90_000).toUTCString()
    for (const [header, ms] of [
      ['120', 120_000],
      [date, 90_000],
      ['soon', null],
    ] as const) {
      receiver.answer = { status: 503, headers: { 'retry-after': header } }
      const answer = await send(`http://127.0.0.1:${receiver.port}/`)
      expect(answer).toEqual({ kind: 'answered', status: 503, retryAfterMs: ms })
    }
  })

  test('without end is cut off, and its status counts', async () => {
    let written = 0
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        const flood = (): void => {
          if (socket.destroyed) return
          written += 4_096
          socket.write(`1000\r\n${'x'.repeat(4_096)}\r\n`, flood)
        }
        flood()
      })
    })
    expect(await world().send(url)).toMatchObject({ kind: 'answered', status: 200 })
    expect(written).toBeLessThan(16 * 1_024 * 1_024)
  })

  test('that stops in the middle counts by its status, once the time is over', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\nhalf')
      })
    })
    // The sender looks at the clock when the head of the answer is there.
    const whenAnswered = {
      ...clock,
      nowMs: () => {
        queueMicrotask(() => clock.advance(TIMEOUT_MS))
        return clock.nowMs()
      },
    }
    expect(await world([], { clock: whenAnswered }).send(url)).toMatchObject({
      kind: 'answered',
      status: 202,
    })
  })
})

describe('an attempt fails', () => {
  test('when its time is over: no address, no answer', async () => {
    const receiver = await aReceiver()
    receiver.answer = null
    const waiting = world().send(`http://127.0.0.1:${receiver.port}/`)
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
    clock.advance(TIMEOUT_MS - 1)
    clock.advance(1)
    expect(reasonOf(await waiting)).toBe('no answer within 15 seconds')
    const never = new Promise<never>(() => undefined)
    const looking = world([], { resolve: () => never }).send('http://shop.example/')
    clock.advance(TIMEOUT_MS)
    expect(reasonOf(await looking)).toBe('no answer within 15 seconds')
    expect(clock.pending()).toBe(0)
  })

  test('when there is no such host, nobody listens, or the answer is no HTTP', async () => {
    expect(reasonOf(await world().send('http://shop.example/'))).toBe('the host has no address')
    const closed = await aReceiver()
    const port = closed.port
    await closed.close()
    const refused = await world().send(`http://127.0.0.1:${port}/`)
    expect(reasonOf(refused)).toBe('the connection was refused')
    const strange = await rawServer((socket) => socket.end('hello\r\n\r\n'))
    expect(reasonOf(await world().send(strange))).toContain('the connection broke')
    const switching = await rawServer((socket) => {
      socket.end('HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: tea\r\n\r\n')
    })
    expect(reasonOf(await world().send(switching))).toContain('the connection broke')
  })

  test('when the server stops, and every later one at once', async () => {
    const receiver = await aReceiver()
    receiver.answer = null
    const { send, sender } = world()
    const url = `http://127.0.0.1:${receiver.port}/`
    const waiting = send(url)
    while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
    sender.close()
    expect(reasonOf(await waiting)).toBe('the server is stopping')
    expect(reasonOf(await send(url))).toBe('the server is stopping')
    expect(receiver.received).toHaveLength(1)
  })
})

describe('over TLS', () => {
  const names: string[] = []

  async function aTlsReceiver() {
    const own = selfSigned('receiver')
    const SNICallback = (name: string, done: (error: null) => void): void => {
      names.push(name)
      done(null)
    }
    const server = createServer({ ...own, SNICallback }, (request, response) => {
      request.resume()
      response.writeHead(200).end()
    })
    return { url: await listen(server, 'https'), ca: own.cert }
  }

  test('the certificate must be good for the name, not for the address behind it', async () => {
    const { url, ca } = await aTlsReceiver()
    expect(await world([], { ca }).send(url)).toMatchObject({ kind: 'answered', status: 200 })
    const { port } = new URL(url)
    const named = world([['127.0.0.1']], { ca })
    const answer = await named.send(`https://shop.example:${port}/`)
    expect(reasonOf(answer)).toBe('the TLS handshake failed (ERR_TLS_CERT_ALTNAME_INVALID)')
    expect(names.at(-1)).toBe('shop.example')
  })

  test('a certificate that nobody vouches for is refused', async () => {
    const { url } = await aTlsReceiver()
    expect(reasonOf(await world().send(url))).toContain('the TLS handshake failed')
  })
})
