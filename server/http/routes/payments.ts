import { idSchema } from '../../../shared/contract/common.ts'
import { paymentsQuerySchema } from '../../../shared/contract/payments.ts'
import type { Deps } from '../../usecases/deps.ts'
import { UseCaseError } from '../../usecases/errors.ts'
import { refundedOf } from '../../usecases/read-order.ts'
import { createRouter, type HttpRouter, type RouteContext } from '../context.ts'
import { parseParam, parseQuery } from '../validate.ts'
import { paymentView } from '../views.ts'
import type { MerchantStages } from './orders.ts'

/** The merchant's side of payments. */
export function createPaymentRoutes(deps: Deps, stages: MerchantStages): HttpRouter {
  const router = createRouter()

  router.get('/v1/payments/:paymentId', stages.apiKey, async (ctx) => {
    const payment = await deps.store.payment(idOf(ctx, 'paymentId'))
    if (!payment) throw new UseCaseError('paymentNotFound')
    ctx.body = paymentView(payment, await refundedOf(deps, payment.paymentId))
  })

  router.get('/v1/payments', stages.apiKey, async (ctx) => {
    const { orderRef } = parseQuery(ctx, paymentsQuerySchema)
    const payments = await deps.store.paymentsOfOrder(orderRef)
    const data = payments.map(async (payment) =>
      paymentView(payment, await refundedOf(deps, payment.paymentId)),
    )
    ctx.body = { data: await Promise.all(data) }
  })

  return router
}

function idOf(ctx: RouteContext, name: string): string {
  return parseParam(ctx, { name, schema: idSchema })
}
