import { z } from 'zod'
import { CLOSE_REASONS, ORDER_STATUSES } from '../payment-status.ts'
import { appIdSchema, instantSchema, moneySchema, orderRefSchema, sumSchema } from './common.ts'
import { shipmentSchema } from './shipments.ts'

/** `POST /v1/orders`, merchant. The amount stands here and nowhere else: no page can change it. */
export const createOrderRequestSchema = z.strictObject({
  orderRef: orderRefSchema,
  amount: moneySchema,
  /** Shown to the payer on the cashier and the bill. */
  description: z.string().trim().min(1).max(127),
  /** The one payer who may pay, when the merchant knows; otherwise the checkout token decides. */
  payer: z.strictObject({ appId: appIdSchema, openid: z.string().min(1).max(128) }).optional(),
  /**
   * WeChat forbids selling virtual goods through `wx.requestPayment`: such an order cannot be paid in
   * the scene `miniProgram`, and in every other scene it can.
   */
  goodsKind: z.enum(['physical', 'virtual']).default('physical'),
  /** When the order can no longer be paid; without it, two hours from now. */
  expiresAt: instantSchema.optional(),
})
export type CreateOrderRequest = z.input<typeof createOrderRequestSchema>

export const orderSchema = z.strictObject({
  orderRef: orderRefSchema,
  status: z.enum(ORDER_STATUSES),
  amount: moneySchema,
  refunded: sumSchema,
  description: z.string(),
  /** Paid after it had expired or been closed: the money is there, the goods may not be. */
  paidLate: z.boolean(),
  closeReason: z.enum(CLOSE_REASONS).nullable(),
  createdAt: instantSchema,
  expiresAt: instantSchema,
  paidAt: instantSchema.nullable(),
})
export type OrderView = z.infer<typeof orderSchema>

/** Answer to `GET /v1/orders/{orderRef}`: the order, and what was shipped of it, oldest first. */
export const orderWithShipmentsSchema = orderSchema.extend({
  shipments: z.array(shipmentSchema),
})
export type OrderWithShipments = z.infer<typeof orderWithShipmentsSchema>

/** Answer to `POST /v1/orders`: the order, and the secret that lets its holder pay it. */
export const createdOrderSchema = orderSchema.extend({
  checkoutToken: z.string(),
  /** Where a browser pays this order: `/pay/{orderRef}?t=…`. */
  checkoutUrl: z.url(),
})
export type CreatedOrder = z.infer<typeof createdOrderSchema>
