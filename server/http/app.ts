import type { IncomingMessage } from 'node:http'
import Koa from 'koa'
import type { Clock } from '../../shared/clock.ts'
import type { Ids } from '../platform/ids.ts'
import type { Logger } from '../platform/logger.ts'
import { parseJsonBodies } from './body-parser.ts'
import type { HttpMiddleware, HttpRouter, RequestState } from './context.ts'
import { catchErrors } from './error-boundary.ts'
import {
  logAccess,
  nameRequest,
  refuseUnreadableAddress,
  refuseWhileStopping,
  secureHeaders,
} from './request-stages.ts'

export interface HttpAppOptions {
  readonly routers: {
    /** Read the exact bytes of their requests themselves: notifications. */
    readonly raw: readonly HttpRouter[]
    /** Get their JSON parsed: everything else. */
    readonly parsed: readonly HttpRouter[]
  }
  readonly logger: Logger
  readonly ids: Ids
  readonly clock: Clock
  readonly clientIp: (req: IncomingMessage) => string
  /** Turn requests away before anything is read; outermost first. */
  readonly guards?: readonly HttpMiddleware[]
  /** Aborted once the server stops. */
  readonly stopping: AbortSignal
  /** Origins that may show our pages in a frame; none unless given. */
  readonly frameAncestors?: readonly string[]
}

export type HttpApp = Koa<RequestState, object>

/**
 * Puts the stages of every request into an app, outermost first. Into an existing app they go before
 * any body parser: raw routes need the bytes that a parser destroys.
 */
export function useHttpStages(app: HttpApp, options: HttpAppOptions): void {
  const { routers, logger, ids, clock, clientIp, stopping } = options
  const { guards = [], frameAncestors = [] } = options
  app.use(nameRequest({ ids, clientIp }))
  app.use(logAccess({ logger, clock }))
  app.use(secureHeaders({ frameAncestors }))
  app.use(catchErrors(logger))
  app.use(refuseUnreadableAddress())
  app.use(refuseWhileStopping(stopping))
  for (const guard of guards) app.use(guard)
  for (const router of routers.raw) app.use(router.routes()).use(router.allowedMethods())
  app.use(parseJsonBodies({ clock }))
  for (const router of routers.parsed) app.use(router.routes()).use(router.allowedMethods())
}

/** A Koa app of these stages. Its own error output is silent: the logger says what there is to say. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const app: HttpApp = new Koa()
  app.silent = true
  app.on('error', (error: unknown) => {
    options.logger.debug('http.connection', { error })
  })
  useHttpStages(app, options)
  return app
}
