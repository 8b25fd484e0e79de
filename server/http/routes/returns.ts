import { idSchema } from '../../../shared/contract/common.ts'
import type { Deps } from '../../usecases/deps.ts'
import { payerReturned } from '../../usecases/payer-returned.ts'
import { createRouter, type HttpRouter } from '../context.ts'
import { parseParam } from '../validate.ts'

/**
 * Where a provider sends the payer's browser back to. It proves nothing; a genuine return makes the
 * server ask the provider, and the payer goes on to a page that asks the server.
 */
export function createReturnRoutes(deps: Deps): HttpRouter {
  const router = createRouter()
  router.get('/v1/checkout/returns/:paymentId', async (ctx) => {
    const paymentId = parseParam(ctx, { name: 'paymentId', schema: idSchema })
    const query = Object.entries(ctx.query).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as const] : [],
    )
    const payment = await payerReturned(deps, paymentId, Object.fromEntries(query))
    ctx.status = 303
    ctx.redirect(`/result/${payment.orderRef}`)
  })
  return router
}
