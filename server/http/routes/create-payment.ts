import { createPaymentRequestSchema } from '../../../shared/contract/payments.ts'
import { createPayment } from '../../usecases/create-payment.ts'
import type { Deps } from '../../usecases/deps.ts'
import { refundedOf } from '../../usecases/read-order.ts'
import { createRouter, type HttpRouter } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseBody } from '../validate.ts'
import { createdPaymentView } from '../views.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

/** The merchant's own server starts a payment: for a code it scanned, or behind its own front end. */
export function createPaymentCreationRoutes(deps: Deps, stages: MerchantStages): HttpRouter {
  return createRouter().post(
    '/v1/payments',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      const { payerIp, ...wish } = parseBody(ctx, createPaymentRequestSchema)
      const payment = await createPayment(deps, {
        ...wish,
        accountId: wish.accountId,
        isMerchant: true,
        sessions: [],
        checkoutToken: undefined,
        idempotencyKey: idempotencyKeyOf(ctx),
        payerIp: payerIp ?? ctx.state.clientIp,
        deviceIsMobile: wish.scene !== 'desktopQr',
      })
      ctx.status = 201
      ctx.body = createdPaymentView(payment, await refundedOf(deps, payment.paymentId))
    },
  )
}
