import type { Clock } from '../../shared/clock.ts'
import type { OpenedSession, Sessions } from '../identity/sessions.ts'
import type { Session } from '../store/store.ts'
import { bearerToken } from './bearer.ts'
import type { HttpContext, HttpMiddleware } from './context.ts'
import { createCookie } from './cookie.ts'
import { Problem } from './problem.ts'

/** A browser that pays several orders at once keeps as many sessions, newest first. */
const MOST_SESSIONS = 4
const SEPARATOR = '.'
const TOKEN = /^[A-Za-z0-9_-]{16,128}$/

export interface SessionStage {
  /** Lets a request pass with a live session: `Authorization: Bearer`, else the page's cookie. */
  readonly required: HttpMiddleware
  /** The same, but a request without a live session passes as well. */
  readonly optional: HttpMiddleware
  /** Hands a fresh session to the browser, keeping the sessions that it has already. */
  setCookie(ctx: HttpContext, opened: OpenedSession): void
}

/**
 * Who is in front of the screen. A cookie counts on a POST only when it is JSON and comes from our
 * own pages: other sites can make a browser send the cookie, but neither of the two.
 */
export function createSessionStage(deps: {
  sessions: Sessions
  clock: Clock
  publicUrl: string
}): SessionStage {
  const { sessions, clock, publicUrl } = deps
  const { origin, protocol } = new URL(publicUrl)
  const cookie = createCookie({
    name: 'wechat-pay-session',
    path: '/',
    secure: protocol === 'https:',
  })

  const cookieTokens = (ctx: HttpContext): readonly string[] =>
    (cookie.read(ctx) ?? '').split(SEPARATOR).filter((token) => TOKEN.test(token))

  /** Answers the problem with what the request showed, if any; a dead cookie is no crime. */
  const enter = async (ctx: HttpContext): Promise<Problem | undefined> => {
    const bearer = bearerToken(ctx)
    const tokens = bearer === undefined ? cookieTokens(ctx) : [bearer]
    if (tokens.length === 0) return new Problem('sessionMissing')
    if (bearer === undefined) refuseForeignPost(ctx, origin)
    const found = await Promise.all(tokens.map((token) => sessions.find(token)))
    const known = found.filter((session) => session !== undefined)
    const live = known.filter((session) => session.expiresAtMs > clock.nowMs())
    ctx.state.sessions = live
    if (live.length > 0) return undefined
    return new Problem(known.length > 0 ? 'sessionExpired' : 'sessionMissing')
  }

  return {
    async required(ctx, next) {
      const problem = await enter(ctx)
      if (problem) throw problem
      await next()
    },
    async optional(ctx, next) {
      const problem = await enter(ctx)
      // A token sent on purpose must be a good one: its holder believes to be logged in.
      if (problem && bearerToken(ctx) !== undefined) throw problem
      await next()
    },
    setCookie(ctx, { token, expiresAtMs }) {
      const value = [token, ...cookieTokens(ctx)].slice(0, MOST_SESSIONS).join(SEPARATOR)
      cookie.write(ctx, { value, maxAgeMs: expiresAtMs - clock.nowMs() })
    },
  }
}

/** The live sessions of this caller, newest first; a browser may hold several in its cookie. */
export function sessionsOf(ctx: HttpContext): readonly Session[] {
  return ctx.state.sessions ?? []
}

function refuseForeignPost(ctx: HttpContext, ownOrigin: string): void {
  if (ctx.method === 'GET' || ctx.method === 'HEAD') return
  if (!ctx.is('application/json')) throw new Problem('unsupportedMediaType')
  const site = ctx.get('sec-fetch-site')
  const own = site === '' ? ctx.get('origin') === ownOrigin : site === 'same-origin'
  if (own) return
  throw new Problem('sessionMissing', {
    detail: `The cookie counts only on requests of the pages of ${ownOrigin}.`,
  })
}
