import { createServer, type Server, type Socket } from 'node:net'
import { afterEach } from 'vitest'
import { HttpFailure, type HttpRequest } from '../../../../../server/providers/http.ts'
import {
  type ClosableHttpClient,
  createHttpClient,
  type HttpClientOptions,
} from '../../../../../server/providers/http-undici.ts'
import { manualClock } from './manual-clock.ts'
import { type Peer, startPeer } from './peer.ts'

/** Clients and servers of one test; all of them end with it. */
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

export function client(options: Partial<HttpClientOptions> = {}): ClosableHttpClient {
  const http = createHttpClient({ clock: manualClock(), ...options })
  closing.push(() => http.close())
  return http
}

export async function peer(...args: Parameters<typeof startPeer>): Promise<Peer> {
  const started = await startPeer(...args)
  closing.push(() => started.close())
  return started
}

/** A server below HTTP: it gets the sockets as they come. */
export async function rawServer(onSocket: (socket: Socket) => void): Promise<string> {
  return listen(createServer(onSocket), 'http')
}

export async function listen(server: Server, scheme: string): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return `${scheme}://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`
}

export function post(url: string, fields: Partial<HttpRequest> = {}): HttpRequest {
  const body = Buffer.from('{"a":1}')
  return { method: 'POST', url, headers: {}, body, timeoutMs: 5_000, ...fields }
}

/** A kept connection can be used again a few turns of the event loop after its answer. */
export async function connectionFree(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** The HttpFailure that the request ends in. Throws where it ends otherwise. */
export async function failureOf(answer: Promise<unknown>): Promise<HttpFailure> {
  const error = await answer.then(
    () => new Error('there was an answer'),
    (reason: unknown) => reason,
  )
  if (error instanceof HttpFailure) return error
  throw error
}
