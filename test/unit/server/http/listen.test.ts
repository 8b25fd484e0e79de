import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import Koa from 'koa'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from '../../../../server/http/listen.ts'

async function start(maxConnections?: number) {
  const app = new Koa()
  app.use((ctx) => {
    ctx.body = 'served'
  })
  const { server, address } = await listen(app, {
    host: '127.0.0.1',
    port: 0,
    ...(maxConnections === undefined ? {} : { maxConnections }),
  })
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { server, address, port: Number(new URL(address).port) }
}

/** Everything that comes over a connection until the other side ends it. */
async function readToEnd(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return text
}

test('headers beyond 16 KiB are refused, and those of an honest browser are not', async () => {
  const { address } = await start()
  const withCookie = (bytes: number) => fetch(address, { headers: { cookie: 'a'.repeat(bytes) } })
  expect((await withCookie(17_000)).status).toBe(431)
  expect((await withCookie(8_000)).status).toBe(200)
})

test('nobody may take their time over headers, nor over a request', async () => {
  const { server } = await start()
  expect(server.headersTimeout).toBe(10_000)
  expect(server.requestTimeout).toBe(130_000)
  // A load balancer that keeps connections for a minute hangs up first, so none breaks under it.
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000)
  expect(server.maxRequestsPerSocket).toBeGreaterThan(0)
})

test('connections beyond the limit are closed unread, and free places are taken again', async () => {
  const { server, port } = await start(2)
  const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  await Promise.all(held.map((socket) => once(socket, 'connect')))
  const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  const ask = () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(request)
    return readToEnd(socket)
  }
  await expect.poll(() => countOf(server)).toBe(2)
  expect(await ask()).toBe('')
  held[0]?.destroy()
  await expect.poll(() => countOf(server)).toBe(1)
  expect(await ask()).toContain('served')
  held[1]?.destroy()
})

function countOf(server: Awaited<ReturnType<typeof start>>['server']): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error) reject(error)
      else resolve(count)
    })
  })
}
