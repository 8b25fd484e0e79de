import { z } from 'zod'
import { SaferpayRefusal } from './wire.ts'

/** The requests as the specification limits them; anything else is VALIDATION_FAILED. */

const id = (max: number) => z.string().regex(new RegExp(`^[A-Za-z0-9.:_-]{1,${max}}$`))
const url = z.url({ protocol: /^https?$/ }).max(2_000)
const amountSchema = z.object({
  Value: z.string().regex(/^[1-9]\d{0,14}$/),
  CurrencyCode: z.string().regex(/^[A-Z]{3}$/),
})

export const headerSchema = z.object({
  SpecVersion: z.string().regex(/^\d\.\d{1,3}$/),
  CustomerId: z.string().regex(/^\d{1,8}$/),
  RequestId: id(50),
  RetryIndicator: z.int().min(0).max(9),
  ClientInfo: z
    .object({ ShopInfo: z.string().max(100).optional(), OsInfo: z.string().max(100).optional() })
    .optional(),
})

export const initializeSchema = z.object({
  TerminalId: z.string().regex(/^\d{8}$/),
  Payment: z.object({
    Amount: amountSchema,
    /** 80 in the specification; WeChat Pay takes 50. */
    OrderId: id(80).optional(),
    Description: z.string().min(1).max(1_000),
    PayerNote: z.string().min(1).max(50).optional(),
  }),
  PaymentMethods: z.array(z.string()).optional(),
  Payer: z
    .object({
      LanguageCode: z.string().max(20).optional(),
      IpAddress: z.ipv4().optional(),
    })
    .optional(),
  ReturnUrl: z.object({ Url: url }),
  Notification: z
    .object({
      SuccessNotifyUrl: url.optional(),
      FailNotifyUrl: url.optional(),
      MerchantEmails: z.array(z.email()).max(10).optional(),
    })
    .optional(),
})
export type InitializeRequest = z.output<typeof initializeSchema>

export const assertSchema = z.object({ Token: id(50) })

const transactionIdSchema = z.object({ TransactionId: id(64) })
export const referenceSchema = z.object({
  TransactionReference: z.union([
    z.strictObject({ TransactionId: id(64) }),
    z.strictObject({ OrderId: id(80) }),
  ]),
})
export const transactionReferenceSchema = z.object({ TransactionReference: transactionIdSchema })

export const refundSchema = z.object({
  Refund: z.object({
    Amount: amountSchema,
    OrderId: id(80).optional(),
    Description: z.string().min(1).max(1_000).optional(),
    RestrictRefundAmountToCapturedAmount: z.boolean().default(false),
  }),
  CaptureReference: z.object({ CaptureId: id(64) }),
  PendingNotification: z.object({ NotifyUrl: url }).optional(),
})

export const batchCloseSchema = z.object({ TerminalId: z.string().regex(/^\d{8}$/) })

/** The request in its form. Throws SaferpayRefusal 400. */
export function validated<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
}

export function invalid(detail: readonly string[]): SaferpayRefusal {
  return new SaferpayRefusal('VALIDATION_FAILED', { status: 400, detail })
}

/** 1.40 brought WECHATPAY. */
export function knowsWechat(specVersion: string): boolean {
  const [major = 0, minor = 0] = specVersion.split('.').map(Number)
  return major > 1 || minor >= 40
}
