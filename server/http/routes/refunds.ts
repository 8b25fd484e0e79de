import { idSchema } from '../../../shared/contract/common.ts'
import {
  continueRefundRequestSchema,
  createRefundRequestSchema,
} from '../../../shared/contract/refunds.ts'
import { continueRefund } from '../../usecases/continue-refund.ts'
import type { Deps } from '../../usecases/deps.ts'
import { UseCaseError } from '../../usecases/errors.ts'
import { requestRefund } from '../../usecases/request-refund.ts'
import { createRouter, type HttpRouter, type RouteContext } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseBody, parseParam } from '../validate.ts'
import { refundView } from '../views.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

/** The merchant gives money back, looks at it, and carries on what waits for a decision. */
export function createRefundRoutes(deps: Deps, stages: MerchantStages): HttpRouter {
  const router = createRouter()

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

  router.post(
    '/v1/refunds/:refundId/continue',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      const { to, sendAgain } = parseBody(ctx, continueRefundRequestSchema)
      const refund = await continueRefund(deps, {
        refundId: idOf(ctx, 'refundId'),
        to: to ?? null,
        sendAgain: sendAgain ?? false,
      })
      ctx.body = refundView(refund)
    },
  )

  return router
}

function idOf(ctx: RouteContext, name: string): string {
  return parseParam(ctx, { name, schema: idSchema })
}
