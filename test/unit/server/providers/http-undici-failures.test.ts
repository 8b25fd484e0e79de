import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { createHttpClient } from '../../../../server/providers/http-undici.ts'
import { client, failureOf, listen, peer, post, rawServer } from './support/http-world.ts'
import { manualClock } from './support/manual-clock.ts'
import { startPeer } from './support/peer.ts'
import { selfSigned } from './support/self-signed.ts'

describe('a failure after the request was written may have arrived', () => {
  test('when the deadline passes after the other side has read it', async () => {
    const clock = manualClock()
    const there = await peer(() => {
      clock.advance(5_000)
      return new Promise(() => undefined)
    })
    const failure = await failureOf(client({ clock })(post(there.url)))
    expect(failure.mayHaveArrived).toBe(true)
    expect(failure.message).toContain('within 5000 ms')
    expect(there.heard).toHaveLength(1)
  })

  test('when the deadline passes in the middle of the answer', async () => {
    const clock = manualClock()
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345', () => {
          clock.advance(5_000)
        })
      })
    })
    expect((await failureOf(client({ clock })(post(url)))).mayHaveArrived).toBe(true)
  })

  test('when the connection is torn down without an answer', async () => {
    const there = await peer(() => 'reset')
    const failure = await failureOf(client()(post(there.url)))
    expect(failure.mayHaveArrived).toBe(true)
    expect(failure.cause).toBeInstanceOf(Error)
  })

  test('when the answer breaks off', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345'))
    })
    expect((await failureOf(client()(post(url)))).mayHaveArrived).toBe(true)
  })

  test('when what comes back is not HTTP', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end('220 smtp.example ESMTP\r\n'))
    })
    expect((await failureOf(client()(post(url)))).mayHaveArrived).toBe(true)
  })

  test.each(['10000', 'chunked'])('when the answer is too long (%s)', async (length) => {
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        const framing =
          length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
        socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`)
        socket.write(length === 'chunked' ? `3e9\r\n${'a'.repeat(1_001)}\r\n` : 'a'.repeat(1_001))
      })
    })
    const failure = await failureOf(client({ maxResponseBytes: 1_000 })(post(url)))
    expect(failure.message).toContain('longer than 1000 bytes')
    expect(failure.mayHaveArrived).toBe(true)
  })

  test('while a call that expects a long answer, such as a bill, may say so', async () => {
    const there = await peer(() => ({ body: 'a'.repeat(1_500) }))
    const short = client({ maxResponseBytes: 1_000 })
    const response = await short({ ...post(there.url), maxResponseBytes: 1_500 })
    expect(response.body).toHaveLength(1_500)
    const failure = await failureOf(short({ ...post(there.url), maxResponseBytes: 1_499 }))
    expect(failure.message).toContain('longer than 1499 bytes')
  })

  test('while an answer of exactly the longest length is read', async () => {
    const there = await peer(() => ({ body: 'a'.repeat(1_000) }))
    const response = await client({ maxResponseBytes: 1_000 })(post(there.url))
    expect(response.body).toHaveLength(1_000)
  })
})

describe('a failure before anything was written surely did not arrive', () => {
  test('when nobody listens', async () => {
    const there = await startPeer(() => ({}))
    await there.close()
    const failure = await failureOf(client()(post(there.url)))
    expect(failure.mayHaveArrived).toBe(false)
  })

  test('when the name does not exist', async () => {
    const failure = await failureOf(client()(post('http://no-such-host.invalid/')))
    expect(failure.mayHaveArrived).toBe(false)
    expect(failure.message).toContain('no-such-host.invalid')
  })

  test('when the other side cannot prove who it is', async () => {
    const stranger = selfSigned('stranger')
    const url = await listen(
      createTlsServer(stranger, (socket) => socket.end()),
      'https',
    )
    expect((await failureOf(client()(post(url)))).mayHaveArrived).toBe(false)
  })

  test('when the other side does not speak TLS', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    const failure = await failureOf(client()(post(url.replace('http:', 'https:'))))
    expect(failure.mayHaveArrived).toBe(false)
  })

  test('when the deadline passes while the TLS session is being made, and nothing follows', async () => {
    const clock = manualClock()
    let bytes = 0
    const url = await rawServer((socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length
        clock.advance(5_000)
      })
    })
    const http = client({ clock })
    const failure = await failureOf(http(post(url.replace('http:', 'https:'))))
    expect(failure.mayHaveArrived).toBe(false)
    expect(bytes).toBeGreaterThan(0)
  })

  test('when it waits for the only connection until its deadline, and is never sent after it', async () => {
    const clock = manualClock()
    const waiting: { go: () => void }[] = []
    const there = await peer(
      () => new Promise((resolve) => waiting.push({ go: () => resolve({ body: 'late' }) })),
    )
    const http = client({ clock, connectionsPerOrigin: 1 })
    const first = http(post(there.url, { timeoutMs: 60_000 }))
    while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const second = failureOf(http(post(`${there.url}/second`, { timeoutMs: 1_000 })))
    clock.advance(1_000)
    expect((await second).mayHaveArrived).toBe(false)
    waiting[0]?.go()
    expect(Buffer.from((await first).body).toString()).toBe('late')
    const third = http(post(`${there.url}/third`))
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve))
    waiting[1]?.go()
    await third
    expect(there.heard.map(({ path }) => path)).toEqual(['/', '/third'])
  })

  test.each([
    ['an address that is none', { url: 'nonsense' }],
    ['a header that is none', { headers: { 'x-bad': 'a\r\nb: c' } }],
  ])('when it cannot be sent at all: %s', async (_, fields) => {
    const there = await peer(() => ({}))
    const failure = await failureOf(client()(post(there.url, fields)))
    expect(failure.mayHaveArrived).toBe(false)
    expect(there.heard).toEqual([])
  })

  test('when the client is closed', async () => {
    const there = await peer(() => ({}))
    const http = createHttpClient({ clock: manualClock() })
    await http.close()
    expect((await failureOf(http(post(there.url)))).mayHaveArrived).toBe(false)
  })
})
