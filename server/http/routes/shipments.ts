import type { z } from 'zod'
import { orderRefSchema } from '../../../shared/contract/common.ts'
import { createShipmentRequestSchema } from '../../../shared/contract/shipments.ts'
import { type ShipmentWish, shipOrder } from '../../usecases/ship-order.ts'
import type { ShippingDeps } from '../../usecases/shipping-deps.ts'
import { createRouter, type HttpRouter } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseBody, parseParam } from '../validate.ts'
import { shipmentView } from '../views.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

/** The merchant says that goods are on their way; WeChat is told of it. */
export function createShipmentRoutes(deps: ShippingDeps, stages: MerchantStages): HttpRouter {
  return createRouter().post(
    '/v1/orders/:orderRef/shipments',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      const wish = parseBody(ctx, createShipmentRequestSchema)
      const shipment = await shipOrder(deps, {
        orderRef: parseParam(ctx, { name: 'orderRef', schema: orderRefSchema }),
        method: wish.method,
        correction: wish.correction,
        transactionId: wish.transactionId,
        idempotencyKey: idempotencyKeyOf(ctx),
        ...goodsOf(wish),
      })
      ctx.status = 201
      ctx.body = shipmentView(shipment)
    },
  )
}

/** What has no parcel with a number of its own is delivered at once, as one thing. */
function goodsOf(
  wish: z.output<typeof createShipmentRequestSchema>,
): Pick<ShipmentWish, 'parcels' | 'isAllDelivered'> {
  if (wish.method !== 'express') {
    const itemDescription = wish.itemDescription ?? null
    const parcel = { company: null, trackingNo: null, receiverContact: null, itemDescription }
    return { isAllDelivered: true, parcels: [parcel] }
  }
  return {
    isAllDelivered: wish.isAllDelivered,
    parcels: wish.parcels.map(({ company, trackingNo, itemDescription, receiverContact }) => ({
      company,
      trackingNo,
      itemDescription: itemDescription ?? null,
      receiverContact: receiverContact ?? null,
    })),
  }
}
