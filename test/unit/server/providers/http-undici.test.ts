import { createServer as createTlsServer } from 'node:tls'
import { describe, expect, test } from 'vitest'
import { HttpFailure } from '../../../../server/providers/http.ts'
import {
  client,
  connectionFree,
  failureOf,
  listen,
  peer,
  post,
  rawServer,
} from './support/http-world.ts'
import { manualClock } from './support/manual-clock.ts'
import { selfSigned } from './support/self-signed.ts'

describe('an exchange', () => {
  test('sends the bytes as they are and brings the answer back whole', async () => {
    const there = await peer(() => ({
      status: 201,
      headers: { 'X-Answer': 'yes' },
      body: '答'.repeat(3),
    }))
    const response = await client()(
      post(`${there.url}/a%20b?c=%C3%A9&d=1`, {
        headers: { 'X-Mixed-Case': 'kept' },
        body: Buffer.from('名=é&raw=%41'),
      }),
    )
    expect(response.status).toBe(201)
    expect(response.headers['x-answer']).toBe('yes')
    expect(Buffer.from(response.body).toString('utf8')).toBe('答答答')
    expect(there.last()).toMatchObject({
      method: 'POST',
      path: '/a%20b?c=%C3%A9&d=1',
      body: '名=é&raw=%41',
    })
    expect(there.last().headers['x-mixed-case']).toBe('kept')
  })

  test('reads an answer that comes in chunks', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
        socket.write('4\r\ndefg\r\n0\r\n\r\n')
      })
    })
    const response = await client()(post(url))
    expect(Buffer.from(response.body).toString()).toBe('abcdefg')
  })

  test('joins a header that comes twice', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.end('HTTP/1.1 200 OK\r\nX-Twice: a\r\nx-twice: b\r\nContent-Length: 0\r\n\r\n')
      })
    })
    expect((await client()(post(url))).headers['x-twice']).toBe('a, b')
  })

  test('answers a redirect as it is, and does not follow it', async () => {
    const there = await peer(() => ({ status: 302, headers: { location: '/elsewhere' } }))
    const response = await client()(post(`${there.url}/start`))
    expect(response.status).toBe(302)
    expect(there.heard).toHaveLength(1)
  })

  test('waits for the answer behind an early hint', async () => {
    const url = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n')
        socket.write('HTTP/1.1 204 No Content\r\n\r\n')
      })
    })
    expect((await client()(post(url))).status).toBe(204)
  })

  test('keeps its connection for the next one', async () => {
    let connections = 0
    const url = await rawServer((socket) => {
      connections += 1
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'))
    })
    const http = client()
    await http(post(url))
    await connectionFree()
    await http(post(url))
    expect(connections).toBe(1)
  })
})

test('an answered request leaves no timer behind', async () => {
  const clock = manualClock()
  const there = await peer(() => ({}))
  await client({ clock })(post(there.url))
  expect(clock.pending()).toBe(0)
})

describe('mutual TLS', () => {
  const server = selfSigned('provider')
  const merchant = selfSigned('merchant')
  const other = selfSigned('other')

  async function provider(): Promise<{ url: string; names: string[] }> {
    const names: string[] = []
    const options = { ...server, requestCert: true, rejectUnauthorized: true, ca: merchant.cert }
    const tls = createTlsServer(options, (socket) => {
      names.push(String(socket.getPeerCertificate().subject.CN))
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'))
    })
    tls.on('tlsClientError', () => undefined)
    return { url: await listen(tls, 'https'), names }
  }

  test('shows the certificate of the request, and keeps one agent for it', async () => {
    const there = await provider()
    const http = client()
    const tls = { ...merchant, ca: server.cert }
    expect((await http(post(there.url, { tls }))).status).toBe(200)
    await connectionFree()
    expect((await http(post(there.url, { tls: { ...tls } }))).status).toBe(200)
    expect(there.names).toEqual(['merchant'])
  })

  test('a certificate that the other side does not know gets no answer', async () => {
    const there = await provider()
    const failure = await failureOf(
      client()(post(there.url, { tls: { ...other, ca: server.cert } })),
    )
    expect(failure).toBeInstanceOf(HttpFailure)
    expect(there.names).toEqual([])
  })

  test('a key that is none is a failure of ours, not of the other side', async () => {
    const there = await provider()
    const tls = { cert: merchant.cert, key: 'no key', ca: server.cert }
    expect((await failureOf(client()(post(there.url, { tls })))).mayHaveArrived).toBe(false)
  })
})
