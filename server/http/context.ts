import { Router, type RouterContext, type RouterMiddleware } from '@koa/router'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Session } from '../store/store.ts'

/** What the stages of a request learn about it. Routes read it through the helpers of each stage. */
export interface RequestState {
  /** Named in every answer, log line and problem of this request. */
  requestId: string
  /** The payer's address as far as it can be trusted; IPv4-mapped addresses are unwrapped. */
  clientIp: string
  /** The pattern of the route, such as `/v1/payments/:id`: it carries nothing of the request. */
  route?: string
  /** Newest first; set by the session stage. */
  sessions?: readonly Session[]
  /** Set where load is counted; see `mayWait`. */
  mayWait?: () => boolean
  /** Set by the API key stage. */
  merchant?: Merchant
}

/** Who called with a valid API key. */
export interface Merchant {
  readonly keyId: string
  /** SHA-256 of the API key, hex: never shown, and good for deriving secrets of this merchant. */
  readonly keyHash: string
}

/** Nothing is hung on the context itself, so that a misspelt property does not compile. */
type NoExtras = object

export type HttpContext = ParameterizedContext<RequestState, NoExtras>
export type HttpMiddleware = Middleware<RequestState, NoExtras>
export type RouteContext = RouterContext<RequestState, NoExtras>
/** A step of one route; it knows which route that is. */
export type RouteMiddleware = RouterMiddleware<RequestState, NoExtras>
export type HttpRouter = Router<RequestState, NoExtras>

/**
 * A router whose addresses are exact: neither another case nor a slash at the end matches. It notes
 * which route serves the request.
 */
export function createRouter(): HttpRouter {
  const router = new Router<RequestState, NoExtras>({ strict: true, sensitive: true })
  return router.use(async (ctx, next) => {
    const layer = ctx.matched?.findLast(({ methods }) => methods.includes(ctx.method))
    ctx.state.route = String(layer?.path ?? '-')
    await next()
  })
}
