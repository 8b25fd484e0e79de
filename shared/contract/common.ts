import { z } from 'zod'
import { LOCALES } from '../locale.ts'
import { SCENES } from '../payment-status.ts'

export const currencySchema = z.string().regex(/^[A-Z]{3}$/, 'three capital letters, ISO 4217')

/** Money on the wire: `{"value": 1999, "currency": "CNY"}`, value in minor units, 1 or more. */
export const moneySchema = z.strictObject({
  value: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  currency: currencySchema,
})

/** A sum that may be nothing yet, such as what was refunded so far. */
export const sumSchema = moneySchema.extend({ value: z.int().min(0).max(Number.MAX_SAFE_INTEGER) })

/** ISO 8601 in UTC with milliseconds, as `Date.prototype.toISOString` writes it. */
export const instantSchema = z.iso.datetime()

export const sceneSchema = z.enum(SCENES)

export const localeSchema = z.enum(LOCALES)

/** The merchant's own name for an order. */
export const orderRefSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, '1 to 64 letters, digits, _ or -')

export const idSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

export const appIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/)

/** `Idempotency-Key`: made by the caller before the first attempt and kept through every repeat. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e]{8,128}$/, '8 to 128 visible ASCII characters')

export const IDEMPOTENCY_KEY_HEADER = 'idempotency-key'
