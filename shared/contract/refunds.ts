import { z } from 'zod'
import { REFUND_STATUSES } from '../payment-status.ts'
import { idSchema, instantSchema, moneySchema } from './common.ts'

/** `POST /v1/payments/{id}/refunds`, merchant. Without an amount: all that is left. */
export const createRefundRequestSchema = z.strictObject({
  amount: moneySchema.optional(),
  reason: z.string().trim().min(1).max(80).optional(),
})
export type CreateRefundRequest = z.input<typeof createRefundRequestSchema>

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
  createdAt: instantSchema,
  succeededAt: instantSchema.nullable(),
})
export type RefundView = z.infer<typeof refundSchema>
