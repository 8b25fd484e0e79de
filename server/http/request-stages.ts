import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../shared/clock.ts'
import type { Ids } from '../platform/ids.ts'
import type { Logger } from '../platform/logger.ts'
import type { HttpMiddleware } from './context.ts'
import { HEALTH_PATHS } from './paths.ts'
import { Problem } from './problem.ts'

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/

/** Gives the request a name (the caller's own where it is sane) and its address, and says the name. */
export function nameRequest(deps: {
  ids: Ids
  clientIp: (req: IncomingMessage) => string
}): HttpMiddleware {
  return async (ctx, next) => {
    const given = ctx.get('x-request-id')
    ctx.state.requestId = SANE_REQUEST_ID.test(given) ? given : deps.ids.next()
    ctx.state.clientIp = deps.clientIp(ctx.req)
    ctx.set('X-Request-Id', ctx.state.requestId)
    await next()
  }
}

/** One line per request: nothing of it but method, route pattern, status and duration. */
export function logAccess(deps: { logger: Logger; clock: Clock }): HttpMiddleware {
  const { logger, clock } = deps
  return async (ctx, next) => {
    const startMs = clock.nowMs()
    await next()
    logger.info('http.request', {
      requestId: ctx.state.requestId,
      method: ctx.method,
      route: ctx.state.route ?? '-',
      status: ctx.status,
      ms: clock.nowMs() - startMs,
    })
  }
}

/**
 * Headers of every answer. Only the origin goes into `Referer`: WeChat's H5 cashier wants to see
 * our host there, and nobody may see the token in a checkout link.
 */
export function secureHeaders(options: { frameAncestors: readonly string[] }): HttpMiddleware {
  const ancestors = options.frameAncestors.join(' ') || "'none'"
  const policy = [
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${ancestors}`,
  ].join('; ')
  return async (ctx, next) => {
    ctx.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'strict-origin',
      // Files that may be kept say so themselves.
      'Cache-Control': 'no-store',
    })
    await next()
  }
}

/** An address that nobody can read, such as `http://[/`, is the caller's mistake and not our fault. */
export function refuseUnreadableAddress(): HttpMiddleware {
  return async (ctx, next) => {
    if (!isReadable(() => ctx.path)) {
      throw new Problem('invalidRequest', { detail: 'The address of the request is none.' })
    }
    await next()
  }
}

/** Koa reads the address when somebody asks for a part of it, and throws then. */
function isReadable(read: () => string): boolean {
  try {
    read()
    return true
  } catch {
    return false
  }
}

/**
 * While the server stops, requests that still come in on open connections are sent elsewhere, and
 * every answer ends its connection.
 */
export function refuseWhileStopping(stopping: AbortSignal): HttpMiddleware {
  return async (ctx, next) => {
    if (stopping.aborted && !HEALTH_PATHS.has(ctx.path)) {
      throw new Problem('shuttingDown', { endsConnection: true })
    }
    try {
      await next()
    } finally {
      if (stopping.aborted) ctx.set('Connection', 'close')
    }
  }
}
