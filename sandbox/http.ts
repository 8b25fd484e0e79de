import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came over the wire, its body whole and untouched. */
export interface SandboxRequest {
  readonly method: string
  /** As sent: still percent-encoded, without the query. */
  readonly path: string
  /** What follows `?`, as sent; empty when there is none. */
  readonly query: string
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** What `{…}` stood for in the route's path, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
}

export interface SandboxReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** In place of a reply: the connection is torn down and the caller never hears an answer. */
export const NO_REPLY = Symbol('no reply')

export type Reply = SandboxReply | typeof NO_REPLY
export type Handler = (request: SandboxRequest) => Reply | Promise<Reply>

export interface SandboxServer {
  /** `http://127.0.0.1:<port>`, no slash at the end. */
  readonly url: string
  readonly port: number
  /** Ends the server and every connection, idle or not; once more does no harm. */
  close(): Promise<void>
}

export interface ServeOptions {
  readonly handler: Handler
  /** 0 or missing: a free port. */
  readonly port?: number
  /** Loopback unless told otherwise. */
  readonly host?: string
}

const MAX_BODY_BYTES = 1024 * 1024

/** Opens a server: `serve`, or a network that has no sockets. */
export type Serve = (options: ServeOptions) => Promise<SandboxServer>

/** The way in and out of all counterparties: this machine's own, or one that a simulation brings. */
export interface Network {
  readonly serve: Serve
  readonly fetch: typeof fetch
}

/** Listens on loopback. A handler that throws is answered with 500 and its message. */
export const serve: Serve = async (options) => {
  const host = options.host ?? '127.0.0.1'
  const server = createServer((message, response) => {
    void answer(options.handler, message, response)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const { port } = addressOf(server.address())
  let closed: Promise<void> | undefined
  const end = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()))
      server.closeAllConnections()
    })
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close() {
      closed ??= end()
      return closed
    },
  }
}

export interface Route {
  readonly method: string
  /** Such as `/v1/{merchantId}/payments`; a name in braces matches one part of the path. */
  readonly path: string
  readonly handler: Handler
}

/** Sends each request to the first fitting route; otherwise 404, or 405 where only the method differs. */
export function createRouter(routes: readonly Route[], fallback: Handler = notFound): Handler {
  const compiled = routes.map((route) => ({ ...route, parts: route.path.split('/') }))
  return (request) => {
    const parts = request.path.split('/')
    let otherMethod = false
    for (const route of compiled) {
      const params = matchParts(route.parts, parts)
      if (!params) continue
      if (route.method === request.method) return route.handler({ ...request, params })
      otherMethod = true
    }
    return otherMethod ? methodNotAllowed(request) : fallback(request)
  }
}

export function jsonReply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): SandboxReply {
  const type = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) }
}

export function htmlReply(status: number, body: string): SandboxReply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

export function redirectReply(location: string): SandboxReply {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' }
}

export function emptyReply(status: number): SandboxReply {
  return { status, headers: {}, body: '' }
}

/** Text made safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

export function bodyText(request: SandboxRequest): string {
  return Buffer.from(request.body).toString('utf8')
}

async function answer(
  handler: Handler,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(message)
    if (body === null) {
      send(response, { ...emptyReply(413), headers: { connection: 'close' } })
      return
    }
    send(response, await handler(toRequest(message, body)))
  } catch (error) {
    if (response.headersSent || response.destroyed) return
    send(response, jsonReply(500, { error: error instanceof Error ? error.message : 'failed' }))
  }
}

/** The whole body, chunked or not; null when it is longer than any provider would take. */
async function readBody(message: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size <= MAX_BODY_BYTES) chunks.push(bytes)
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : null
}

function toRequest(message: IncomingMessage, body: Uint8Array): SandboxRequest {
  const target = message.url ?? '/'
  const mark = target.indexOf('?')
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
    body,
    params: {},
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === NO_REPLY) {
    response.destroy()
    return
  }
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body, 'utf8') : reply.body
  const bodyless = reply.status === 204 || reply.status === 304
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(bodyless ? {} : { 'content-length': body.length }),
  })
  response.end(bodyless ? undefined : body)
}

function matchParts(
  pattern: readonly string[],
  parts: readonly string[],
): Record<string, string> | null {
  if (pattern.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] ?? ''
    if (expected.startsWith('{') && expected.endsWith('}')) {
      const value = decoded(part)
      if (!value) return null
      params[expected.slice(1, -1)] = value
    } else if (expected !== part) return null
  }
  return params
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part)
  } catch {
    return null
  }
}

function notFound(request: SandboxRequest): SandboxReply {
  return jsonReply(404, { error: `nothing at ${request.method} ${request.path}` })
}

function methodNotAllowed(request: SandboxRequest): SandboxReply {
  return jsonReply(405, { error: `${request.path} does not take ${request.method}` })
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address
}
