import type { Clock } from '../../shared/clock.ts'
import type { ProblemCode } from '../../shared/contract/problem.ts'
import type { Logger } from '../platform/logger.ts'
import { networkOf } from '../platform/network.ts'
import { createRateLimiter, type Rate, type RateLimiter } from '../platform/rate-limiter.ts'
import { payerOf } from '../usecases/access.ts'
import { merchantOf } from './api-key.ts'
import type { HttpContext, HttpMiddleware } from './context.ts'
import { isLogin, isNotification, isPage } from './paths.ts'
import { Problem, toProblem } from './problem.ts'
import { sessionsOf } from './session.ts'

const NAMES = [
  'apiKeyRequests',
  'payerPayments',
  'payerVerdicts',
  'addressLogins',
  'addressPages',
  'addressRefusals',
  'forgedNotifications',
] as const
type LimitName = (typeof NAMES)[number]
/** How fast each kind of request may come; `false`: as fast as it likes. */
export type Rates = Readonly<Record<LimitName, Rate | false>>

export interface RateLimits {
  /** Before any route: what costs something before anybody has proved anything. */
  readonly byAddress: HttpMiddleware
  /** Around all routes: requests that were refused for want of a proof. */
  readonly refusals: HttpMiddleware
  /** After the API key stage. */
  readonly byApiKey: HttpMiddleware
  /** After the session stage. */
  readonly byPayer: HttpMiddleware
}

/** One line per limit in this time, however many requests run into it. */
const LOG_GAP_MS = 60_000

/**
 * Limits per payer, API key and address: 429 `tooManyRequests` with Retry-After. Who proves who they
 * are is never limited for what others do from the same address: a good key, a live session and a
 * genuine notification always get in, and only requests that fail to prove anything spend what their
 * address has. Such a refusal stays a refusal and is only worded otherwise.
 */
export function createRateLimits(deps: { clock: Clock; logger: Logger; rates: Rates }): RateLimits {
  const { clock, logger, rates } = deps
  const loggedAtMs = new Map<LimitName, number>()
  const limiters = new Map<LimitName, RateLimiter>()
  for (const name of NAMES) {
    const rate = rates[name]
    if (rate) limiters.set(name, createRateLimiter({ clock, rate }))
  }

  /** Throws Problem `tooManyRequests`. */
  const spend = (name: LimitName, key: string, cause?: unknown): void => {
    const retryAfterMs = limiters.get(name)?.(key) ?? 0
    if (retryAfterMs === 0) return
    const nowMs = clock.nowMs()
    if (nowMs - (loggedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) >= LOG_GAP_MS) {
      loggedAtMs.set(name, nowMs)
      logger.warn('http.limited', { reason: name })
    }
    throw new Problem('tooManyRequests', { retryAfterMs, cause })
  }

  return {
    async byAddress(ctx, next) {
      if (isLogin(ctx.path)) spend('addressLogins', addressOf(ctx))
      if (isPage(ctx.path)) spend('addressPages', addressOf(ctx))
      await next()
    },
    async refusals(ctx, next) {
      try {
        await next()
      } catch (error) {
        const { code } = toProblem(error)
        if (code === 'notGenuine' && isNotification(ctx.path)) {
          spend('forgedNotifications', `${addressOf(ctx)} ${ctx.path}`, error)
        } else if (UNPROVED.has(code)) spend('addressRefusals', addressOf(ctx), error)
        throw error
      }
    },
    async byApiKey(ctx, next) {
      spend('apiKeyRequests', merchantOf(ctx).keyId)
      await next()
    },
    async byPayer(ctx, next) {
      spend(ctx.method === 'POST' ? 'payerPayments' : 'payerVerdicts', payerKeyOf(ctx))
      await next()
    },
  }
}

/** The request showed nothing that is valid. */
const UNPROVED: ReadonlySet<ProblemCode> = new Set([
  'unauthenticated',
  'sessionMissing',
  'sessionExpired',
])

function addressOf(ctx: HttpContext): string {
  return networkOf(ctx.state.clientIp)
}

/** A payer who logs in again is the same payer; others are known by their session only. */
function payerKeyOf(ctx: HttpContext): string {
  const sessions = sessionsOf(ctx)
  const payer = payerOf(sessions)
  return payer ? `${payer.appId} ${payer.openid}` : (sessions[0]?.tokenHash ?? '')
}

/** One stage after the other, as one. */
export function inTurn(first: HttpMiddleware, second: HttpMiddleware): HttpMiddleware {
  return (ctx, next) => first(ctx, () => second(ctx, next))
}
