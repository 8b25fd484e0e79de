import type { Handler, Reply, SandboxRequest } from '../http.ts'
import { emptyReply, jsonReply, NO_REPLY } from '../http.ts'

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/**
 * Lets pages of the same machine in and all others out: a browser names the page's origin, and a page
 * from elsewhere must not pay, reset or move clocks here. Callers that are no browsers name none.
 */
export function loopbackOriginsOnly(handler: Handler): Handler {
  return async (request) => {
    const { origin } = request.headers
    if (origin === undefined) return handler(request)
    if (!isLoopback(origin)) return jsonReply(403, { error: `not for pages from ${origin}` })
    const reply = isPreflight(request) ? emptyReply(204) : await handler(request)
    return withCors(reply, origin)
  }
}

function isPreflight({ method, headers }: SandboxRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
}

function isLoopback(origin: string): boolean {
  const url = URL.parse(origin)
  return url !== null && LOOPBACK.has(url.hostname)
}

function withCors(reply: Reply, origin: string): Reply {
  if (reply === NO_REPLY) return reply
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'content-type',
    vary: 'origin',
  }
  return { ...reply, headers: { ...reply.headers, ...headers } }
}
