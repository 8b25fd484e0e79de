import { z } from 'zod'
import { payParamsSchema } from '../../shared/contract/client-action.ts'
import { localeSchema } from '../../shared/contract/common.ts'
import type { Money } from '../../shared/money.ts'
import type { ClientAction } from '../domain/client-action.ts'
import type { Fact, SettlementAmounts } from '../domain/fact.ts'
import type { PaymentRequest } from '../domain/payment.ts'
import type { InboxRow } from './store.ts'

/** What stands in the JSON columns. The annotations keep each equal to its domain type. */

/** Lenient about the number: what a provider claimed is kept as it was, right or wrong. */
const moneyColumn: z.ZodType<Money> = z.object({ value: z.number(), currency: z.string() })

const text = z.string().nullable()

export const settlementColumn: z.ZodType<SettlementAmounts> = z.object({
  source: moneyColumn.nullable(),
  settled: moneyColumn.nullable(),
  rate: text,
})

export const clientActionColumn: z.ZodType<ClientAction> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('wechatPay'),
    payParams: payParamsSchema,
    expiresAtMs: z.int(),
  }),
  z.object({ kind: z.literal('qrCode'), content: text, image: text, expiresAtMs: z.int() }),
  z.object({
    kind: z.literal('redirect'),
    url: z.string(),
    expiresAtMs: z.int(),
    singleUse: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal('appPay'),
    params: z.record(z.string(), z.string()),
    expiresAtMs: z.int(),
  }),
  z.object({ kind: z.literal('wait'), expiresAtMs: z.int() }),
])

export const providerStateColumn = z.record(z.string(), z.string())

export const requestColumn: z.ZodType<PaymentRequest> = z.object({
  description: z.string(),
  locale: localeSchema,
  payerIp: z.string(),
  returnUrl: z.string(),
  notifyUrl: z.string(),
  deviceIsMobile: z.boolean(),
  /** Missing in rows of before there were payment codes. */
  paymentCode: text.default(null),
})

const factSource = z.enum(['create', 'notification', 'query', 'close', 'settlement'])

export const factColumn: z.ZodType<Fact> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('payment'),
    source: factSource,
    accountId: z.string(),
    outTradeNo: text,
    providerPaymentId: text,
    providerReference: z.string().exactOptional(),
    status: z.enum(['pending', 'paid', 'failed', 'cancelled', 'expired']),
    amount: moneyColumn.nullable(),
    appId: text,
    occurredAtMs: z.number().nullable(),
    settlement: settlementColumn.nullable(),
    providerStatus: z.string(),
    unknownStatus: z.boolean(),
  }),
  z.object({
    kind: z.literal('refund'),
    source: factSource,
    accountId: z.string(),
    outRefundNo: text,
    providerRefundId: text,
    providerPaymentId: text,
    status: z.enum(['processing', 'succeeded', 'failed', 'needsAction']),
    amount: moneyColumn.nullable(),
    advice: text,
    settlement: settlementColumn.nullable(),
    providerStatus: z.string(),
    unknownStatus: z.boolean(),
  }),
])

export const factsColumn: z.ZodType<readonly Fact[]> = z.array(factColumn)

export const queriesColumn: z.ZodType<InboxRow['queries']> = z.array(
  z.object({
    outTradeNo: text,
    providerPaymentId: text,
    providerReference: z.string().exactOptional(),
    providerState: providerStateColumn.exactOptional(),
  }),
)
