import { z } from 'zod'
import { type Money, minorDigits } from '../../../shared/money.ts'

/**
 * Worldline Connect's own messages, in its own words: Server API v1, objects as in the reference and
 * in the vendor's Node SDK 5.2.0 (read 2026-06). Only what is used is named; the rest passes by.
 */

const optionalText = z.string().nullish()

const amountOfMoneySchema = z.object({
  /** Always with two decimals, whatever the currency. */
  amount: z.int().min(0),
  currencyCode: z.string().regex(/^[A-Z]{3}$/),
})
export type WireAmount = z.infer<typeof amountOfMoneySchema>

/** Minor units as they count them; null where that would not be exact. */
export function wireAmount({ value, currency }: Money): WireAmount | null {
  const cents = shiftDecimals(value, 2 - minorDigits(currency))
  return cents === null ? null : { amount: cents, currencyCode: currency }
}

/** Null where the currency has no such amount: half a yen is no money that could be compared. */
export function moneyOf({ amount, currencyCode }: WireAmount): Money | null {
  const value = shiftDecimals(amount, minorDigits(currencyCode) - 2)
  return value === null ? null : { value, currency: currencyCode }
}

function shiftDecimals(value: number, by: number): number | null {
  const shifted = by >= 0 ? value * 10 ** by : value / 10 ** -by
  return Number.isSafeInteger(shifted) ? shifted : null
}

const referencesSchema = z.object({
  merchantReference: optionalText,
  paymentReference: optionalText,
})

export const paymentSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  statusOutput: z.object({ isCancellable: z.boolean().nullish() }).nullish(),
  paymentOutput: z
    .object({
      amountOfMoney: amountOfMoneySchema.nullish(),
      /** What has come in so far; missing or 0 before that. */
      amountPaid: z.int().min(0).nullish(),
      references: referencesSchema.nullish(),
    })
    .nullish(),
})
export type WirePayment = z.infer<typeof paymentSchema>

const keyValueSchema = z.object({ key: z.string(), value: optionalText })

/** Documented as SHOW_FORM by the product page and as CALL_THIRD_PARTY by the API reference. */
const merchantActionSchema = z.object({
  actionType: z.string(),
  showData: z.array(keyValueSchema).nullish(),
  thirdPartyData: z
    .object({ paymentProduct863: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
})

export const createPaymentResponseSchema = z.object({
  merchantAction: merchantActionSchema.nullish(),
  payment: paymentSchema,
})
export type WireCreatedPayment = z.infer<typeof createPaymentResponseSchema>

/** What the payer's front end needs, wherever it stands; empty values count as missing. */
export function shownFields({ merchantAction }: WireCreatedPayment): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  const shown = merchantAction?.showData?.map(({ key, value }) => [key, value] as const) ?? []
  const third = Object.entries(merchantAction?.thirdPartyData?.paymentProduct863 ?? {})
  for (const [name, value] of [...shown, ...third]) {
    if (typeof value === 'string' && value !== '') fields.set(name, value)
  }
  return fields
}

export const findPaymentsResponseSchema = z.object({ payments: z.array(paymentSchema).nullish() })
export const cancelPaymentResponseSchema = z.object({ payment: paymentSchema })

export const refundSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  refundOutput: z
    .object({
      amountOfMoney: amountOfMoneySchema.nullish(),
      references: referencesSchema.nullish(),
    })
    .nullish(),
})
export type WireRefund = z.infer<typeof refundSchema>
export const findRefundsResponseSchema = z.object({ refunds: z.array(refundSchema).nullish() })

/** 204: a yes without a body, whatever stands there. */
export const emptyResponseSchema = z.unknown()

const apiErrorSchema = z.object({
  code: optionalText,
  id: optionalText,
  propertyName: optionalText,
})
export type WireApiError = z.infer<typeof apiErrorSchema>

export const errorResponseSchema = z.object({
  errors: z.array(apiErrorSchema).nullish(),
  /** Only on a refused create: the payment that was made and refused. */
  paymentResult: z.object({ payment: paymentSchema.nullish() }).nullish(),
  /** Only on a refused refund. */
  refundResult: refundSchema.nullish(),
})

/** `payment` or `refund` hold what a GET would answer; other kinds of event carry neither. */
export const webhookSchema = z.object({
  apiVersion: z.string(),
  id: z.string().min(1),
  created: optionalText,
  merchantId: z.string(),
  type: z.string().min(1),
  payment: z.unknown().optional(),
  refund: z.unknown().optional(),
})
export type WireWebhook = z.infer<typeof webhookSchema>

/** Enough of an object to ask for it, where the rest of it cannot be read. */
export const identifiedSchema = z.object({ id: z.string().min(1) })

export interface WireCreatePaymentRequest {
  readonly order: {
    readonly amountOfMoney: WireAmount
    readonly customer: {
      readonly locale: string
      readonly billingAddress: { readonly countryCode: string }
    }
    readonly references: { readonly merchantReference: string; readonly descriptor: string }
  }
  readonly fraudFields: { readonly customerIpAddress: string }
  readonly redirectPaymentMethodSpecificInput: {
    readonly paymentProductId: 863
    readonly paymentProduct863SpecificInput: {
      readonly integrationType: IntegrationType
      readonly openId?: string
    }
    readonly redirectionData?: { readonly returnUrl: string }
  }
}

export type IntegrationType =
  | 'desktopQRCode'
  | 'urlIntent'
  | 'nativeInApp'
  | 'javaScriptAPI'
  | 'miniProgram'

/** In cents, as the refund itself. */
export interface WireApproveRefundRequest {
  readonly amount?: number
}

export interface WireRefundRequest {
  readonly amountOfMoney: WireAmount
  readonly refundReferences: { readonly merchantReference: string }
}
