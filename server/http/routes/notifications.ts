import type { Clock } from '../../../shared/clock.ts'
import { idSchema } from '../../../shared/contract/common.ts'
import type { Deps } from '../../usecases/deps.ts'
import { receiveNotification } from '../../usecases/receive-notification.ts'
import { createRouter, type HttpRouter, type RouteContext } from '../context.ts'
import { readRawBody } from '../raw-body.ts'
import { parseParam } from '../validate.ts'

/**
 * Where providers speak to us. Mounted before any body parser: what they signed is the exact bytes.
 * The answer is the provider's own kind of yes, given only once the event is on disk.
 */
export function createNotificationRoutes(deps: Deps & { readonly clock: Clock }): HttpRouter {
  const router = createRouter()
  router.get('/v1/notifications/:accountId', (ctx) => receive(ctx))
  router.post('/v1/notifications/:accountId', (ctx) => receive(ctx))
  return router

  async function receive(ctx: RouteContext): Promise<void> {
    const isPost = ctx.method === 'POST'
    const reply = await receiveNotification(
      deps,
      parseParam(ctx, { name: 'accountId', schema: idSchema }),
      {
        method: isPost ? 'POST' : 'GET',
        headers: plainHeaders(ctx),
        query: ctx.querystring,
        body: isPost ? await readRawBody(ctx, { clock: deps.clock }) : new Uint8Array(),
        receivedAtMs: deps.clock.nowMs(),
      },
    )
    ctx.status = reply.status
    ctx.set(reply.headers)
    ctx.body = reply.body
  }
}

function plainHeaders(ctx: RouteContext): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ctx.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]),
  )
}
