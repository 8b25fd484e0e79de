import { z } from 'zod'
import { sha256Hex } from '../../platform/hash.ts'
import type { HttpResponse } from '../http.ts'

/**
 * Saferpay's JSON API in its own words (specification 1.53, 2026-07). Only what is used is named:
 * new fields may appear at any time, and pass by.
 */

/** WeChat Pay needs 1.40 or later (WeChat Pay page of the integration guide). */
export const SPEC_VERSION = '1.53'

/** The charset of their type "Id". */
const ID = /^[A-Za-z0-9.:_-]+$/
const id = (max: number) => z.string().regex(ID).max(max)

export const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((instant) => Date.parse(instant))

export const amountSchema = z
  .object({
    /** A whole number of minor units. */
    Value: z.string().regex(/^\d{1,15}$/),
    CurrencyCode: z.string().regex(/^[A-Z]{3}$/),
  })
  .transform(({ Value, CurrencyCode }) => ({ value: Number(Value), currency: CurrencyCode }))

export const headerSchema = z.object({
  ResponseHeader: z.object({ RequestId: z.string() }),
})

export const initializeAnswerSchema = z.object({
  Token: id(50),
  Expiration: instantSchema,
  RedirectUrl: z.url({ protocol: /^https?$/ }),
})
export type WireInitialized = z.output<typeof initializeAnswerSchema>

/** The answers to Assert, Inquire and Refund. */
export const transactionAnswerSchema = z.object({
  Transaction: z.object({
    Type: z.string(),
    Status: z.string(),
    Id: id(64),
    /** Only with CAPTURED. */
    CaptureId: id(64).optional(),
    // For the books only: a spelling that is not understood must not hold up a payment.
    Date: instantSchema.optional().catch(undefined),
    Amount: amountSchema,
    OrderId: z.string().optional(),
  }),
  PaymentMeans: z
    .object({ Brand: z.object({ PaymentMethod: z.string().optional() }) })
    .optional()
    .catch(undefined),
})
export type WireTransactionAnswer = z.output<typeof transactionAnswerSchema>

/** The answers to Capture and AssertRefund, which name no amount. */
export const statusAnswerSchema = z.object({
  Status: z.string(),
  TransactionId: z.string().optional(),
  OrderId: z.string().optional(),
})
export type WireStatusAnswer = z.output<typeof statusAnswerSchema>

export const errorSchema = z.object({
  Behavior: z.string().default(''),
  ErrorName: z.string().min(1),
  ErrorMessage: z.string().default(''),
  ErrorDetail: z.array(z.string()).default([]),
  OrderId: z.string().optional(),
})
export type WireError = z.output<typeof errorSchema>

export type TransactionReference = { readonly TransactionId: string } | { readonly OrderId: string }

/** Whether the number can be an OrderId: 50 characters is WeChat Pay's own limit. */
export function isOrderId(number: string): boolean {
  return ID.test(number) && number.length <= 50
}

export function isIpv4(address: string): boolean {
  return z.ipv4().safeParse(address).success
}

/**
 * A RequestId that is the same for the same words: a number of ours for what must happen once, with
 * the time for a question, whose answer must never be an earlier one.
 */
export function requestIdOf(...words: readonly (string | number)[]): string {
  return sha256Hex(JSON.stringify(words)).slice(0, 40)
}

/** At most so many characters, never half of one. */
export function cut(text: string, max: number): string {
  return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '')
}

/** Null where the body is not said to be JSON, or is not: then a firewall has spoken. */
export function jsonOf({ headers, body }: Pick<HttpResponse, 'headers' | 'body'>): unknown {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return null
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}
