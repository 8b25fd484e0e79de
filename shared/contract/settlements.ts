import { z } from 'zod'
import { idSchema, instantSchema, moneySchema, sumSchema } from './common.ts'

/** `POST /v1/settlements/{accountId}`, merchant, as JSON: one day, as the provider counts days. */
export const settlementDayRequestSchema = z.strictObject({ day: z.iso.date() })
export type SettlementDayRequest = z.input<typeof settlementDayRequestSchema>

/** The same with a file as the body: its bytes as the provider delivered them, and their type. */
export const SETTLEMENT_FILE_TYPES = [
  'text/csv',
  'application/octet-stream',
  'application/gzip',
] as const
export const MAX_SETTLEMENT_FILE_BYTES = 32 * 1024 * 1024
export const settlementFileQuerySchema = z.strictObject({
  /** The name that the provider gave the file; some of them say with it what is in it. */
  name: z.string().regex(/^[^\p{Cc}/\\]{1,255}$/u, 'the name of the file, without its folder'),
})

/** A sum with a sign: above zero towards the merchant, below zero away. */
const signedMoneySchema = moneySchema.extend({ value: z.int() })

/** Answer to an import. Reading the same again changes nothing and says so: `new` and `applied` 0. */
export const settlementReportSchema = z.strictObject({
  read: z.int(),
  /** Rows that were not here before. */
  new: z.int(),
  /** Payments and refunds that moved on because of this import. */
  applied: z.int(),
  /** How the rows that were read stand now; the rest speak of no single payment. */
  matched: z.int(),
  unmatched: z.int(),
  quarantined: z.int(),
  /** What a person should look at. */
  problems: z.array(
    z.strictObject({ source: z.string(), line: z.int().nullable(), message: z.string() }),
  ),
})
export type SettlementReportView = z.infer<typeof settlementReportSchema>

/** `GET /v1/settlements/{accountId}/rows`, merchant: oldest first. */
export const settlementRowsQuerySchema = z.strictObject({
  /** From this instant on. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Up to this instant, which is not included. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** `true`: only rows that name no payment or refund of ours. */
  unmatched: z.enum(['true', 'false']).default('false'),
  /** `nextCursor` of the page before. */
  cursor: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const settlementRowSchema = z.strictObject({
  rowId: z.string(),
  kind: z.enum(['payment', 'refund', 'fee', 'chargeback', 'payout', 'total']),
  /** As facts call it: `paid`, `succeeded` …; null where the row is about something else. */
  status: z.string().nullable(),
  state: z.enum(['matched', 'unmatched', 'quarantined', 'noted']),
  /** What a person should look at, in one word, such as `amountMismatch`. */
  problem: z.string().nullable(),
  source: z.string(),
  line: z.int(),
  paymentId: idSchema.nullable(),
  refundId: idSchema.nullable(),
  outTradeNo: z.string().nullable(),
  providerPaymentId: z.string().nullable(),
  outRefundNo: z.string().nullable(),
  providerRefundId: z.string().nullable(),
  amount: signedMoneySchema.nullable(),
  settled: signedMoneySchema.nullable(),
  fee: signedMoneySchema.nullable(),
  /** Exact decimal as the provider wrote it. */
  rate: z.string().nullable(),
  /** The provider's own words. */
  providerStatus: z.string(),
  occurredAt: instantSchema.nullable(),
  importedAt: instantSchema,
})
export type SettlementRowView = z.infer<typeof settlementRowSchema>

export const settlementRowsSchema = z.strictObject({
  data: z.array(settlementRowSchema),
  /** Null on the last page. */
  nextCursor: z.string().nullable(),
})
export type SettlementRowsView = z.infer<typeof settlementRowsSchema>

/** `GET /v1/settlements/{accountId}/days`, merchant: bills fetched by themselves, newest first. */
export const settlementDaysQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(366).default(31),
})
export const settlementDaysSchema = z.strictObject({
  data: z.array(
    z.strictObject({
      /** The provider's own day. */
      day: z.iso.date(),
      /** `failed`: given up after some days; ask for the day, or send its file. */
      state: z.enum(['waiting', 'imported', 'failed']),
      /** Why the last attempt did not work. */
      reason: z.string().nullable(),
      attempts: z.int(),
      /** When it is tried next. */
      dueAt: instantSchema.nullable(),
    }),
  ),
})
export type SettlementDaysView = z.infer<typeof settlementDaysSchema>

/**
 * Money reaching the bank, of one payment or refund, in its own direction: none below zero. It is
 * zero where fees or a coupon took all. The rate is an exact decimal, as the provider wrote it.
 */
export const settlementAmountsSchema = z.strictObject({
  source: sumSchema.nullable(),
  settled: sumSchema.nullable(),
  rate: z.string().nullable(),
})
