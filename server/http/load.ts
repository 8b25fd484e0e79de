import type { Logger } from '../platform/logger.ts'
import type { HttpContext, HttpMiddleware } from './context.ts'
import { HEALTH_PATHS, isNotification } from './paths.ts'
import { Problem } from './problem.ts'

export interface LoadLimits {
  /** Requests worked on at one time. */
  readonly maxRequestsInWork: number
  /** Requests that only wait for a change, at one time. */
  readonly maxWaiting: number
}

/** Shares of the limit up to which requests are let in: what matters most is turned away last. */
const SHARE_OF_NOTIFICATIONS = 0.95
const SHARE_OF_OTHERS = 0.8
/** Whoever is turned away comes back between these, so that not all of them come back together. */
const SOONEST_MS = 1_000
const LATEST_MS = 4_000

/**
 * Turns requests away before memory grows: 503 `overloaded` with Retry-After, and nothing of them is
 * read. Providers' notifications have a share that nobody else gets, and health checks another.
 * Waiting payers cost next to nothing, so they are counted apart; see `mayWait`.
 */
export function shedLoad(
  limits: LoadLimits,
  { random, logger }: { random: () => number; logger: Logger },
): HttpMiddleware {
  let inWork = 0
  let waiting = 0
  /** Turned away since the trouble began; 0 while there is none. */
  let shed = 0

  const turnAway = (ctx: HttpContext): Problem => {
    if (shed === 0) logger.warn('http.shedding', { count: inWork })
    shed += 1
    const retryAfterMs = SOONEST_MS + random() * (LATEST_MS - SOONEST_MS)
    const hasBody = ctx.method !== 'GET' && ctx.method !== 'HEAD'
    return new Problem('overloaded', { retryAfterMs, endsConnection: hasBody })
  }
  const leave = (): void => {
    inWork -= 1
    if (shed === 0 || inWork > limits.maxRequestsInWork / 2) return
    logger.info('http.sheddingOver', { count: shed })
    shed = 0
  }

  return async (ctx, next) => {
    if (inWork >= limits.maxRequestsInWork * shareOf(ctx.path)) throw turnAway(ctx)
    inWork += 1
    let waits = false
    ctx.state.mayWait = () => {
      if (waits) return true
      if (waiting >= limits.maxWaiting) return false
      waits = true
      waiting += 1
      leave()
      return true
    }
    try {
      await next()
    } finally {
      if (waits) waiting -= 1
      else leave()
    }
  }
}

/** Whether this request may be held open now; it then counts as one that waits until it is answered. */
export function mayWait(ctx: HttpContext): boolean {
  return ctx.state.mayWait?.() ?? true
}

function shareOf(path: string): number {
  if (HEALTH_PATHS.has(path)) return 1
  return isNotification(path) ? SHARE_OF_NOTIFICATIONS : SHARE_OF_OTHERS
}
