import { idSchema } from '../../../shared/contract/common.ts'
import { paymentsQuerySchema } from '../../../shared/contract/payments.ts'
import { createRefundRequestSchema } from '../../../shared/contract/refunds.ts'
import type { Deps } from '../../usecases/deps.ts'
import { UseCaseError } from '../../usecases/errors.ts'
import { refundedOf } from '../../usecases/read-order.ts'
import { requestRefund } from '../../usecases/request-refund.ts'
import { createRouter, type HttpRouter, type RouteContext } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseBody, parseParam, parseQuery } from '../validate.ts'
import { paymentView, refundView } from '../views.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

/** The merchant's side of payments: look at them, and give money back. */
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

  router.post(
    '/v1/payments/:paymentId/refunds',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      const { amount, reason } = parseBody(ctx, createRefundRequestSchema)
      const refund = await requestRefund(deps, {
        paymentId: idOf(ctx, 'paymentId'),
        amount: amount ?? null,
        reason: reason ?? null,
        idempotencyKey: idempotencyKeyOf(ctx),
      })
      ctx.status = 201
      ctx.body = refundView(refund)
    },
  )

  router.get('/v1/refunds/:refundId', stages.apiKey, async (ctx) => {
    const refund = await deps.store.refund(idOf(ctx, 'refundId'))
    if (!refund) throw new UseCaseError('refundNotFound')
    ctx.body = refundView(refund)
  })

  return router
}

function idOf(ctx: RouteContext, name: string): string {
  return parseParam(ctx, { name, schema: idSchema })
}
