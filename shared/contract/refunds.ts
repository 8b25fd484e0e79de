import { z } from 'zod'
import { REFUND_STATUSES } from '../payment-status.ts'
import { idSchema, instantSchema, moneySchema } from './common.ts'
import { settlementAmountsSchema } from './settlements.ts'

/** `POST /v1/payments/{id}/refunds`, merchant. Without an amount: all that is left. */
export const createRefundRequestSchema = z.strictObject({
  amount: moneySchema.optional(),
  reason: z.string().trim().min(1).max(80).optional(),
})
export type CreateRefundRequest = z.input<typeof createRefundRequestSchema>

/**
 * `POST /v1/refunds/{id}/continue`, merchant: carries on a refund that needs an action. What stands
 * in `to` goes to the provider and nowhere else.
 */
export const continueRefundRequestSchema = z.strictObject({
  /** Where the money goes that cannot go back the way it came; without it, nothing but a yes. */
  to: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('merchantAccount') }),
      z.strictObject({
        kind: z.literal('payerBankCard'),
        /** WeChat Pay's word for the bank, such as `ICBC_DEBIT`. */
        bankType: z.string().regex(/^[A-Z0-9_]{1,32}$/, 'a word such as ICBC_DEBIT'),
        accountNumber: z.string().regex(/^\d{6,32}$/, '6 to 32 digits'),
        holderName: z.string().trim().min(1).max(64),
      }),
    ])
    .optional(),
  /** You have compared the provider's dashboard, and the refund is not there. */
  sendAgain: z.literal(true).optional(),
})
export type ContinueRefundRequest = z.input<typeof continueRefundRequestSchema>

export const refundSchema = z.strictObject({
  refundId: idSchema,
  paymentId: idSchema,
  status: z.enum(REFUND_STATUSES),
  amount: moneySchema,
  reason: z.string().nullable(),
  outRefundNo: z.string(),
  providerRefundId: z.string().nullable(),
  /** What the provider said, and what to do about it, where it needs a person. */
  advice: z.string().nullable(),
  /** What it cost at the bank, where the provider tells. */
  settlement: settlementAmountsSchema.nullable(),
  createdAt: instantSchema,
  succeededAt: instantSchema.nullable(),
})
export type RefundView = z.infer<typeof refundSchema>
