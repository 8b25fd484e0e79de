import { z } from 'zod'
import { decimalToMinor } from '../../../shared/money.ts'
import { instantSchema } from './wire.ts'

/**
 * The list of transactions of Saferpay's Management API in its own words (JSON API specification,
 * chapter "Management API", TransactionReporting GetTransactions, 2026-06). Unlike the rest of the
 * API it has no header objects, and its amounts are decimals.
 */

/** The value of `Saferpay-ApiVersion`; the Management API counts its own versions. */
export const MANAGEMENT_VERSION = '1.14'

/** The most that may be asked for at once is 2000; the server may give fewer. */
export const PAGE_SIZE = 1_000

/** One list for each; a transaction stands in one of them. */
export const TRANSACTION_STATES = ['SUCCESSFUL', 'PENDING', 'FAILED'] as const
export type TransactionState = (typeof TRANSACTION_STATES)[number]

export const pageSchema = z.object({
  /** Of all pages together. */
  TotalTransactions: z.int().min(0),
  Transactions: z.array(z.unknown()),
})
export type WirePage = z.output<typeof pageSchema>

const currency = z.string().regex(/^[A-Z]{3}$/)

/** The specification shows `"5.00"` beside `MerchantCurrency`, its dictionary an object of both. */
const amountSchema = z.union([
  z.object({ MerchantAmount: z.string(), MerchantCurrency: currency }).transform((row) => ({
    decimal: row.MerchantAmount,
    currency: row.MerchantCurrency,
  })),
  z
    .object({ MerchantAmount: z.object({ Value: z.string(), CurrencyCode: currency }) })
    .transform(({ MerchantAmount: { Value, CurrencyCode } }) => ({
      decimal: Value,
      currency: CurrencyCode,
    })),
])

const text = z.string().nullish()
/** The published examples have no time zone, and then nobody knows when it was. */
const instant = instantSchema.nullish().catch(undefined)

const detailsSchema = z.object({
  TransactionId: z.string().min(1),
  OrderId: text,
  PaymentMethod: text,
  AuthorizationDetails: z
    .object({ Type: z.string(), State: z.string(), AuthorizationDate: instant })
    .nullish(),
  FailedDetails: z.object({ DeclinedBy: text, SaferpayErrorCode: text }).nullish(),
})

export const listedSchema = z
  .intersection(detailsSchema, amountSchema)
  .transform(({ decimal, currency: code, ...row }, context) => {
    try {
      return { ...row, amount: decimalToMinor(decimal, code) }
    } catch {
      context.addIssue({ code: 'custom', path: ['MerchantAmount'], message: 'no exact amount' })
      return z.NEVER
    }
  })
export type WireListed = z.output<typeof listedSchema>
