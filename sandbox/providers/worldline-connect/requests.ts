import { isIP } from 'node:net'
import { z } from 'zod'
import { type Money, minorDigits } from '../../../shared/money.ts'
import type { Violation } from './errors.ts'
import {
  DEFAULT_CURRENCIES,
  INTEGRATION_TYPES,
  type IntegrationType,
  type WorldlineBehaviour,
  type WorldlineMerchant,
} from './options.ts'

/** A create request that keeps all the rules. */
export interface CreateRequest {
  readonly amount: Money
  readonly merchantReference: string | null
  readonly descriptor: string | null
  readonly integrationType: IntegrationType
  readonly openId: string | null
}

export interface RefundRequest {
  /** Null: whatever is left. */
  readonly amount: Money | null
  readonly merchantReference: string | null
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly violations: readonly Violation[] }

export interface Rules {
  readonly merchant: WorldlineMerchant
  readonly behaviour: WorldlineBehaviour
}

/** An object that has to be there: its absence is reported as the absence of what belongs in it. */
export function needed<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => value ?? {}, schema)
}

export const localeSchema = z.string().regex(/^[a-z]{2}(_[A-Z]{2})?$/)
const countrySchema = z.string().regex(/^[A-Z]{2}$/)
const referenceSchema = z.string().min(1)
const amountSchema = z.object({
  amount: z.int().min(1).max(999_999_999_999),
  currencyCode: z.string().regex(/^[A-Z]{3}$/),
})
const customerSchema = z.object({
  locale: localeSchema.nullish(),
  billingAddress: z.object({ countryCode: countrySchema.nullish() }).nullish(),
})
const referencesSchema = z.object({
  merchantReference: referenceSchema.nullish(),
  descriptor: z.string().max(32).nullish(),
})
export const orderSchema = z.object({
  amountOfMoney: needed(amountSchema),
  customer: customerSchema.nullish(),
  references: referencesSchema.nullish(),
})
const fraudSchema = z.object({
  customerIpAddress: z.string().refine((text) => isIP(text) > 0, 'IS NOT AN IP ADDRESS'),
})
const redirectSchema = z.object({
  paymentProductId: z.literal(863),
  paymentProduct863SpecificInput: needed(
    z.object({
      integrationType: z.enum(INTEGRATION_TYPES),
      openId: z.string().min(1).max(128).nullish(),
    }),
  ),
  redirectionData: z.object({ returnUrl: z.url().nullish() }).nullish(),
})
const createSchema = needed(
  z.object({
    order: needed(orderSchema),
    fraudFields: needed(fraudSchema),
    redirectPaymentMethodSpecificInput: needed(redirectSchema),
  }),
)

const REFUND_REASONS = [
  'RETURN',
  'CORRECTION',
  'PRE_DISPUTE',
  'SUBSCRIPTION',
  'SERVICE_LATE_CANCELLATION',
  'OTHER',
] as const

const refundSchema = needed(
  z.object({
    amountOfMoney: amountSchema.nullish(),
    refundDate: z
      .string()
      .regex(/^\d{8}$/)
      .nullish(),
    refundReason: z.enum(REFUND_REASONS).nullish(),
    refundReferences: referencesSchema.pick({ merchantReference: true }).nullish(),
  }),
)

export function checkCreate(body: string, rules: Rules): Checked<CreateRequest> {
  const parsed = parseBody(body, createSchema)
  if (!parsed.ok) return parsed
  const { order, redirectPaymentMethodSpecificInput: input } = parsed.value
  const { integrationType, openId } = input.paymentProduct863SpecificInput
  const { amount, currencyCode } = order.amountOfMoney
  const reference = order.references?.merchantReference ?? null
  const returnUrl = input.redirectionData?.returnUrl ?? null
  const parent = 'redirectPaymentMethodSpecificInput.redirectionData'
  const violations = [
    ...orderViolations(order, rules),
    ...payerViolations(integrationType, openId ?? null, rules.merchant),
    ...returnUrlViolations(returnUrl, `${parent}.returnUrl`, rules.behaviour),
  ]
  if (violations.length > 0) return { ok: false, violations }
  const value = {
    amount: fromCents(amount, currencyCode),
    merchantReference: reference,
    descriptor: order.references?.descriptor ?? null,
    integrationType,
    openId: openId ?? null,
  }
  return { ok: true, value }
}

export function checkRefund(body: string, rules: Rules): Checked<RefundRequest> {
  const parsed = parseBody(body, refundSchema)
  if (!parsed.ok) return parsed
  const wanted = parsed.value.amountOfMoney
  const reference = parsed.value.refundReferences?.merchantReference ?? null
  const violations = [
    ...(wanted
      ? moneyViolations(wanted.amount, wanted.currencyCode, 'amountOfMoney', rules.merchant)
      : []),
    ...referenceViolations(reference, 'refundReferences.merchantReference', rules.behaviour),
  ]
  if (violations.length > 0) return { ok: false, violations }
  const amount = wanted ? fromCents(wanted.amount, wanted.currencyCode) : null
  return { ok: true, value: { amount, merchantReference: reference } }
}

const approvalSchema = needed(z.object({ amount: amountSchema.shape.amount.nullish() }))

/** Approving a part is not documented: the amount, where it is given, is the whole one. */
export function checkApproval(body: string, amount: Money): Checked<null> {
  const parsed = parseBody(body === '' ? '{}' : body, approvalSchema)
  if (!parsed.ok) return parsed
  const given = parsed.value.amount ?? toCents(amount)
  if (given === toCents(amount)) return { ok: true, value: null }
  const violation = { propertyName: 'amount', message: 'NOT THE AMOUNT OF THE REFUND' }
  return { ok: false, violations: [{ ...violation, missing: false }] }
}

/** The platform counts hundredths of every currency, also of those that have none. */
export function toCents(amount: Money): number {
  const digits = minorDigits(amount.currency)
  return digits <= 2 ? amount.value * 10 ** (2 - digits) : amount.value / 10 ** (digits - 2)
}

export function fromCents(cents: number, currency: string): Money {
  const digits = minorDigits(currency)
  const value = digits <= 2 ? cents / 10 ** (2 - digits) : cents * 10 ** (digits - 2)
  return { value, currency }
}

export function parseBody<T>(body: string, schema: z.ZodType<T>): Checked<T> {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    const message = 'THE REQUEST BODY IS NOT JSON'
    return { ok: false, violations: [{ propertyName: '', message, missing: false }] }
  }
  const result = schema.safeParse(json)
  if (result.success) return { ok: true, value: result.data }
  const violations = result.error.issues.map(({ path, message }) => {
    const propertyName = path.join('.')
    const given = valueAt(json, path)
    const missing = given === undefined || given === null
    const problem = missing ? 'PARAMETER_NOT_FOUND_IN_REQUEST' : `${propertyName}: ${message}`
    return { propertyName, message: problem, missing }
  })
  return { ok: false, violations }
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  let value = json
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

export function orderViolations(order: z.infer<typeof orderSchema>, rules: Rules): Violation[] {
  const { amount, currencyCode } = order.amountOfMoney
  const reference = order.references?.merchantReference ?? null
  return [
    ...moneyViolations(amount, currencyCode, 'order.amountOfMoney', rules.merchant),
    ...referenceViolations(reference, 'order.references.merchantReference', rules.behaviour),
  ]
}

function moneyViolations(
  cents: number,
  currency: string,
  propertyName: string,
  merchant: WorldlineMerchant,
): Violation[] {
  if (!(merchant.currencies ?? DEFAULT_CURRENCIES).includes(currency)) {
    return [invalid(`${propertyName}.currencyCode`, `CURRENCY ${currency} IS NOT AVAILABLE`)]
  }
  if (Number.isSafeInteger(fromCents(cents, currency).value)) return []
  return [invalid(`${propertyName}.amount`, `${currency} HAS NO HUNDREDTHS`)]
}

function referenceViolations(
  reference: string | null,
  propertyName: string,
  { referenceMaxLength }: WorldlineBehaviour,
): Violation[] {
  if (reference === null || reference.length <= referenceMaxLength) return []
  return [invalid(propertyName, `LONGER THAN ${referenceMaxLength} CHARACTERS`)]
}

function payerViolations(
  type: IntegrationType,
  openId: string | null,
  merchant: WorldlineMerchant,
): Violation[] {
  const parent = 'redirectPaymentMethodSpecificInput.paymentProduct863SpecificInput'
  if (merchant.wechat.appIds[type] === undefined) {
    return [invalid(`${parent}.integrationType`, `${type} IS NOT AVAILABLE FOR THIS MERCHANT`)]
  }
  const needsPayer = type === 'javaScriptAPI' || type === 'miniProgram'
  if (!needsPayer || openId !== null) return []
  const message = 'PARAMETER_NOT_FOUND_IN_REQUEST'
  return [{ propertyName: `${parent}.openId`, message, missing: true }]
}

export function returnUrlViolations(
  returnUrl: string | null,
  propertyName: string,
  { strictReturnUrl }: WorldlineBehaviour,
): Violation[] {
  if (!strictReturnUrl || returnUrl === null) return []
  const { protocol, hostname } = new URL(returnUrl)
  const bare = isIP(hostname.replace(/^\[|\]$/g, '')) > 0 || hostname === 'localhost'
  if (protocol === 'https:' && !bare) return []
  return [invalid(propertyName, 'MUST BE HTTPS, AND NEITHER LOCALHOST NOR A BARE ADDRESS')]
}

function invalid(propertyName: string, message: string): Violation {
  return { propertyName, message, missing: false }
}
