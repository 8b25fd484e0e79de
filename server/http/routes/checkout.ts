import { checkoutOrderQuerySchema } from '../../../shared/contract/checkout-orders.ts'
import { idSchema, orderRefSchema } from '../../../shared/contract/common.ts'
import {
  createCheckoutPaymentRequestSchema,
  waitQuerySchema,
} from '../../../shared/contract/payments.ts'
import { localeOfAccepted } from '../../../shared/locale.ts'
import { payerOf } from '../../usecases/access.ts'
import type { Attention } from '../../usecases/attention.ts'
import { confirmPayment } from '../../usecases/confirm-payment.ts'
import { createPayment } from '../../usecases/create-payment.ts'
import type { Deps } from '../../usecases/deps.ts'
import { findPayersOrder } from '../../usecases/find-payers-order.ts'
import { refundedOf } from '../../usecases/read-order.ts'
import { createRouter, type HttpContext, type HttpMiddleware, type HttpRouter } from '../context.ts'
import { idempotencyKeyOf, type WhoCalls } from '../idempotency.ts'
import { mayWait } from '../load.ts'
import { sessionsOf } from '../session.ts'
import { parseBody, parseParam, parseQuery } from '../validate.ts'
import { checkoutOrderView, checkoutPaymentView, createdCheckoutPaymentView } from '../views.ts'

export interface CheckoutStages {
  readonly session: HttpMiddleware
  readonly idempotent: (whoCalls: WhoCalls) => HttpMiddleware
  /** Aborted when the server stops, so that waiting payers are answered and not cut off. */
  readonly stopping: AbortSignal
}

/** The payer's side: start paying an order, ask what became of it, and find it again by its number. */
export function createCheckoutRoutes(
  deps: Deps & { readonly attention: Attention },
  stages: CheckoutStages,
): HttpRouter {
  const router = createRouter()

  router.post(
    '/v1/checkout/:orderRef/payments',
    stages.session,
    stages.idempotent(asPayer),
    async (ctx) => {
      const wish = parseBody(ctx, createCheckoutPaymentRequestSchema)
      const payment = await createPayment(deps, {
        orderRef: parseParam(ctx, { name: 'orderRef', schema: orderRefSchema }),
        scene: wish.scene,
        sessions: sessionsOf(ctx),
        checkoutToken: wish.checkoutToken,
        accountId: wish.accountId,
        locale: wish.locale ?? localeOfAccepted(ctx.acceptsLanguages()),
        idempotencyKey: idempotencyKeyOf(ctx),
        payerIp: ctx.state.clientIp,
        deviceIsMobile: /Mobi|Android|iPhone|iPad/i.test(ctx.get('user-agent')),
      })
      ctx.status = 201
      ctx.body = createdCheckoutPaymentView(payment, await refundedOf(deps, payment.paymentId))
    },
  )

  router.get('/v1/checkout/payments/:paymentId', stages.session, async (ctx) => {
    const { waitMs } = parseQuery(ctx, waitQuerySchema)
    const payment = await confirmPayment(deps, {
      paymentId: parseParam(ctx, { name: 'paymentId', schema: idSchema }),
      sessions: sessionsOf(ctx),
      waitMs: waitMs > 0 && mayWait(ctx) ? waitMs : 0,
      signal: AbortSignal.any([stages.stopping, hangUp(ctx)]),
    })
    ctx.body = checkoutPaymentView(payment, await refundedOf(deps, payment.paymentId))
  })

  router.get('/v1/checkout/orders', stages.session, async (ctx) => {
    const { outTradeNo } = parseQuery(ctx, checkoutOrderQuerySchema)
    const found = await findPayersOrder(deps, { outTradeNo, sessions: sessionsOf(ctx) })
    ctx.body = checkoutOrderView(found)
  })

  return router
}

/** A payer keeps their keys through a new login; the holder of a checkout token, with the order. */
const asPayer: WhoCalls = (ctx) => {
  const sessions = sessionsOf(ctx)
  const payer = payerOf(sessions)
  if (payer) return `payer:${payer.appId}:${payer.openid}`
  return `order:${sessions[0]?.orderRef ?? ''}`
}

/** Aborts when the payer's connection is gone: nobody is left to wait for. */
function hangUp(ctx: HttpContext): AbortSignal {
  const controller = new AbortController()
  ctx.res.once('close', () => controller.abort())
  return controller.signal
}
