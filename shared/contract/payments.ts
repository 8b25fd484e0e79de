import { z } from 'zod'
import { CLOSE_REASONS, PAYMENT_STATUSES, VERDICTS } from '../payment-status.ts'
import { clientActionSchema } from './client-action.ts'
import {
  idSchema,
  instantSchema,
  localeSchema,
  moneySchema,
  orderRefSchema,
  sceneSchema,
  sumSchema,
} from './common.ts'
import { settlementAmountsSchema } from './settlements.ts'

/** `POST /v1/checkout/{orderRef}/payments`, payer. It names no amount and no payer on purpose. */
export const createCheckoutPaymentRequestSchema = z.strictObject({
  scene: sceneSchema.refine((scene) => scene !== 'paymentCode', {
    error: 'payment codes are scanned by the merchant: POST /v1/payments with the API key',
  }),
  /** The secret of the order, where this session is not yet its payer. */
  checkoutToken: z.string().min(1).max(128).optional(),
  /** A provider account by name; without it the rules choose. */
  accountId: idSchema.optional(),
  locale: localeSchema.optional(),
})
export type CreateCheckoutPaymentRequest = z.input<typeof createCheckoutPaymentRequestSchema>

/**
 * `POST /v1/payments`, merchant: server to server, for every order of the merchant's. Amount and payer
 * are those of the order.
 */
export const createPaymentRequestSchema = z
  .strictObject({
    orderRef: orderRefSchema,
    scene: sceneSchema,
    /** A provider account by name; without it the rules choose. */
    accountId: idSchema.optional(),
    /** Scanned from the payer's phone a moment ago; with scene `paymentCode`, and only there. */
    paymentCode: z
      .string()
      .regex(/^\d{16,24}$/, '16 to 24 digits; those of WeChat Pay are 18')
      .optional(),
    locale: localeSchema.default('zh-CN'),
    /** Where the payer's device is; without it, the address that this request came from. */
    payerIp: z.union([z.ipv4(), z.ipv6()]).transform(withoutMapping).optional(),
  })
  .superRefine(({ scene, paymentCode }, context) => {
    if ((scene === 'paymentCode') === (paymentCode !== undefined)) return
    const message =
      scene === 'paymentCode'
        ? "scene paymentCode needs the digits scanned from the payer's phone"
        : `scene ${scene} has no payment code; leave it out`
    context.addIssue({ code: 'custom', path: ['paymentCode'], message })
  })
export type CreatePaymentRequest = z.input<typeof createPaymentRequestSchema>

/** An IPv4 address stays one, also in the dress of IPv6. */
function withoutMapping(address: string): string {
  return address.replace(/^::ffff:(?=\d+(?:\.\d+){3}$)/i, '')
}

/** Why a payment ended, in words that a page can translate. */
export const reasonSchema = z.enum([...CLOSE_REASONS, 'declined', 'providerFault', 'rejected'])
export type Reason = z.infer<typeof reasonSchema>

/** The checkout verdict: what the server knows about one payment at this moment. */
export const checkoutPaymentSchema = z.strictObject({
  paymentId: idSchema,
  orderRef: orderRefSchema,
  scene: sceneSchema,
  verdict: z.enum(VERDICTS),
  reason: reasonSchema.nullable(),
  amount: moneySchema,
  refunded: sumSchema,
  description: z.string(),
  expiresAt: instantSchema,
  paidAt: instantSchema.nullable(),
})
export type CheckoutPayment = z.infer<typeof checkoutPaymentSchema>

/** Answer to the create call: the payment, and what to do next (null once it is decided). */
export const createdCheckoutPaymentSchema = checkoutPaymentSchema.extend({
  clientAction: clientActionSchema.nullable(),
})
export type CreatedCheckoutPayment = z.infer<typeof createdCheckoutPaymentSchema>

/** Longest time that `GET /v1/checkout/payments/{id}?waitMs=` is held open. */
export const MAX_WAIT_MS = 25_000
export const waitQuerySchema = z.strictObject({
  waitMs: z.coerce.number().int().min(0).max(MAX_WAIT_MS).default(0),
  /** `1`: the payer just came back from the cashier, so this is a good moment to ask the provider. */
  returned: z.literal('1').optional(),
})

/** `GET /v1/payments/{id}`, merchant: everything the merchant may know about one payment. */
export const paymentSchema = checkoutPaymentSchema.omit({ verdict: true }).extend({
  status: z.enum(PAYMENT_STATUSES),
  accountId: idSchema,
  outTradeNo: z.string(),
  providerPaymentId: z.string().nullable(),
  payer: z.strictObject({ appId: z.string(), openid: z.string() }).nullable(),
  /** A second success for an order that was paid already; its money goes back by itself. */
  duplicate: z.boolean(),
  /** Succeeded after we had given it up. */
  late: z.boolean(),
  /** Money reaching the bank, where the provider tells: exact decimal rate as a string. */
  settlement: settlementAmountsSchema.nullable(),
  createdAt: instantSchema,
})
export type PaymentView = z.infer<typeof paymentSchema>

/** Answer to `POST /v1/payments`: the payment, and what its front end does next. */
export const createdPaymentSchema = paymentSchema.extend({
  clientAction: clientActionSchema.nullable(),
})
export type CreatedPaymentView = z.infer<typeof createdPaymentSchema>

/** `GET /v1/payments?orderRef=`, merchant: all attempts for one order, oldest first. */
export const paymentsQuerySchema = z.strictObject({ orderRef: orderRefSchema })
