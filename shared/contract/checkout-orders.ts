import { z } from 'zod'
import { idSchema } from './common.ts'
import { orderSchema } from './orders.ts'
import { checkoutPaymentSchema } from './payments.ts'
import { shipmentSchema } from './shipments.ts'

/**
 * `GET /v1/checkout/orders`, payer: where WeChat's order centre leads, which knows a payment by the
 * number under which it was ordered.
 */
export const checkoutOrderQuerySchema = z.strictObject({ outTradeNo: idSchema })

/** What of a shipment concerns the payer: why WeChat waits does not. */
const payersShipmentSchema = shipmentSchema.omit({ reason: true, orderRef: true, paymentId: true })

export const checkoutOrderSchema = z.strictObject({
  order: orderSchema,
  payment: checkoutPaymentSchema,
  /** Oldest first, without those that WeChat refused. */
  shipments: z.array(payersShipmentSchema),
})
export type CheckoutOrder = z.infer<typeof checkoutOrderSchema>
