import { orderRefSchema } from '../../../shared/contract/common.ts'
import { createOrderRequestSchema } from '../../../shared/contract/orders.ts'
import { derivedSecret } from '../../platform/hash.ts'
import { closeOrder } from '../../usecases/close-order.ts'
import { createOrder } from '../../usecases/create-order.ts'
import type { Deps } from '../../usecases/deps.ts'
import { readOrder } from '../../usecases/read-order.ts'
import { merchantOf } from '../api-key.ts'
import {
  createRouter,
  type HttpContext,
  type HttpMiddleware,
  type HttpRouter,
  type RouteContext,
} from '../context.ts'
import { idempotencyKeyOf, type WhoCalls } from '../idempotency.ts'
import { parseBody, parseParam } from '../validate.ts'
import { orderView, shipmentView } from '../views.ts'

export interface MerchantStages {
  readonly apiKey: HttpMiddleware
  readonly idempotent: (whoCalls: WhoCalls) => HttpMiddleware
}

export const asMerchant: WhoCalls = (ctx) => `merchant:${merchantOf(ctx).keyId}`

/** The merchant's side of an order: make it, read it with its shipments, close it. */
export function createOrderRoutes(deps: Deps, stages: MerchantStages): HttpRouter {
  const router = createRouter()

  router.post('/v1/orders', stages.apiKey, stages.idempotent(asMerchant), async (ctx) => {
    const { payer, expiresAt, ...wish } = parseBody(ctx, createOrderRequestSchema)
    const checkoutToken = checkoutTokenOf(ctx, wish.orderRef)
    const order = await createOrder(deps, {
      ...wish,
      payer: payer ?? null,
      expiresAtMs: expiresAt === undefined ? null : Date.parse(expiresAt),
      checkoutToken,
    })
    ctx.status = 201
    ctx.body = {
      ...orderView(order, 0),
      checkoutToken,
      checkoutUrl: `${deps.publicUrl}/pay/${order.orderRef}?t=${checkoutToken}`,
    }
  })

  router.get('/v1/orders/:orderRef', stages.apiKey, async (ctx) => {
    const { order, refundedMinor } = await readOrder(deps, orderRefOf(ctx))
    const shipments = await deps.store.shipmentsOfOrder(order.orderRef)
    ctx.body = { ...orderView(order, refundedMinor), shipments: shipments.map(shipmentView) }
  })

  router.post(
    '/v1/orders/:orderRef/close',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      await closeOrder(deps, orderRefOf(ctx), 'cancelled')
      const { order, refundedMinor } = await readOrder(deps, orderRefOf(ctx))
      ctx.body = orderView(order, refundedMinor)
    },
  )

  return router
}

/** The same for the same request of the same merchant, and for nobody else to guess. */
function checkoutTokenOf(ctx: HttpContext, orderRef: string): string {
  return derivedSecret(merchantOf(ctx).keyHash, `checkout ${orderRef} ${idempotencyKeyOf(ctx)}`)
}

function orderRefOf(ctx: RouteContext): string {
  return parseParam(ctx, { name: 'orderRef', schema: orderRefSchema })
}
