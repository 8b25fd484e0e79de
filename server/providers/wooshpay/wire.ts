import { z } from 'zod'

/**
 * WooshPay's own messages, in its own words: PaymentIntents and refunds of the API reference and the
 * WeChat Pay page (read 2026-06). Only what is used is named; the rest passes by, such as
 * `payment_method_types`, which is a list in one sample and a text with a list in it in another.
 */

/** Capitals in the samples; small letters are taken as well. */
const currencySchema = z
  .string()
  .regex(/^[A-Za-z]{3}$/)
  .transform((code) => code.toUpperCase())
const optionalText = z.string().nullish()

/** Signed by WooshPay: handed on exactly as they are. */
const payParamsSchema = z.object({
  appId: z.string().min(1),
  timeStamp: z.string().min(1),
  nonceStr: z.string().min(1),
  package: z.string().min(1),
  signType: z.enum(['MD5', 'HMAC-SHA256', 'RSA']),
  paySign: z.string().min(1),
})

/** Its kind is the key that is there: `type` is missing from one of the published samples. */
const nextActionSchema = z.object({
  wechat_pay_display_qr_code: z.object({ image_data_url: z.string().min(1) }).nullish(),
  wechat_pay_redirect_to_web: z.object({ url: z.string().min(1) }).nullish(),
  wechat_pay_official_account_params: payParamsSchema.nullish(),
})

export const paymentIntentSchema = z.object({
  id: z.string().min(1),
  object: z.literal('payment_intent').nullish(),
  amount: z.int().min(0),
  currency: currencySchema,
  status: z.string().min(1),
  /** Null even on the published sample of a payment that succeeded. */
  amount_received: z.int().min(0).nullish(),
  merchant_order_id: optionalText,
  /** Its form is not documented; that it is there says that a try has failed. */
  last_payment_error: z.unknown().optional(),
  // Needed once, to show the payment: one that cannot be read must not hold up the status.
  next_action: nextActionSchema.nullish().catch(null),
})
export type WirePaymentIntent = z.infer<typeof paymentIntentSchema>

export const searchResponseSchema = z.object({ data: z.array(paymentIntentSchema) })

export const refundSchema = z.object({
  id: z.string().min(1),
  object: z.literal('refund').nullish(),
  /** Documented as a number in answers and as a text in requests; both are read. */
  amount: z.union([
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number),
  ]),
  currency: currencySchema.nullish(),
  status: z.string().min(1),
  payment_intent: optionalText,
  metadata: z.object({ refund_id: optionalText }).nullish().catch(null),
  failure_reason: optionalText,
})
export type WireRefund = z.infer<typeof refundSchema>

export const webhookSchema = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  /** Milliseconds in most samples, seconds in some. */
  created: z.int().min(0).nullish(),
  livemode: z.boolean().nullish(),
  data: z.object({ object: z.unknown() }).nullish(),
})
export type WireWebhook = z.infer<typeof webhookSchema>

/** Enough of an object to ask for it, where the rest of it cannot be read. */
export const identifiedSchema = z.object({ id: z.string().min(1) })

const errorFields = { type: optionalText, code: optionalText, param: optionalText }
const apiErrorSchema = z.object(errorFields)
export type WireApiError = z.infer<typeof apiErrorSchema>

/** Documented without its place: under `error`, or at the top. */
export const errorResponseSchema = z
  .object({ ...errorFields, error: apiErrorSchema.nullish() })
  .transform(({ error, ...top }): WireApiError => error ?? top)

export type TerminalType = 'WEB' | 'WAP' | 'OFFICIAL_ACCOUNT' | 'SCAN_CODE' | 'MINI_PROGRAM'

export interface WireCreateRequest {
  readonly amount: number
  readonly currency: string
  /** Create and confirm in one step. */
  readonly confirm: true
  readonly merchant_order_id: string
  readonly description: string
  readonly payment_method_data: {
    readonly type: 'wechat_pay'
    readonly wechat_pay?: { readonly payment_code: string }
  }
  readonly payment_method_options: {
    readonly wechat_pay: {
      readonly terminal_type: TerminalType
      readonly os_type?: 'IOS'
      readonly client_ip: string
      readonly openid?: string
    }
  }
  readonly return_url?: string
}

export interface WireRefundRequest {
  readonly payment_intent: string
  readonly amount: number
  readonly reason: 'requested_by_customer'
  readonly metadata: { readonly refund_id: string }
}

/** A point in time as they write it, in milliseconds. */
export function millisecondsOf(created: number): number {
  return created >= 1e11 ? created : created * 1_000
}
