import { z } from 'zod'

/** One set of credentials, bound to one contract. */
export interface PproContract {
  readonly login: string
  readonly password: string
  readonly contractId: string
  /** Signs notifications. */
  readonly notificationSecret: string
  /** Signs the payer's return. */
  readonly sharedSecret: string
  /** What payments in CNY are settled in; others are settled as they were made. */
  readonly settlementCurrency: 'USD' | 'EUR'
  readonly wechat: { readonly mchId: string; readonly appId: string; readonly apiKey: string }
}

export const TAGS = ['wechatpay', 'wechatpayh5'] as const
export type Tag = (typeof TAGS)[number]

export const CURRENCIES = ['EUR', 'GBP', 'CNY', 'CHF', 'USD'] as const

const FAIL_REASONS = [
  'UNKNOWN',
  'INPUT_DATA',
  'USER_ABORT',
  'TIMEOUT',
  'LOCAL_ERROR',
  'REMOTE_ERROR',
  'LOCAL_DECLINE',
  'REMOTE_DECLINE',
  'CANCELED',
  'QUOTA',
] as const
export type FailReason = (typeof FAIL_REASONS)[number]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const rateSchema = z.string().regex(/^\d{1,6}\.\d{8}$/, 'a rate has eight decimals: 6.44145000')

/** What the documents leave open; each default says why it is the default. */
export const behaviourSchema = z.strictObject({
  /** How SPECOUT names are written. The published sample answer mixes them: `_` in the first part,
   * `.` in the money part; `colon` also writes that part's values after a colon, as the sample does. */
  spelling: z.enum(['dot', 'underscore', 'mixed', 'colon']).default('mixed'),
  /** How long a payment waits for its payer; WeChat's own QR codes live two hours. */
  lifetimeMs: z
    .int()
    .min(1_000)
    .default(2 * HOUR_MS),
  /** Whether CANCELTX works for WeChat is not documented; no is the answer that needs care. */
  cancellable: z.boolean().default(false),
  /** Several partial refunds depend on the contract; the usual contract has them. */
  repeatedRefunds: z.boolean().default(true),
  /** Anything but SUCCEEDED plays the refund that fails for that reason. */
  refundEndsAs: z.enum(['SUCCEEDED', ...FAIL_REASONS]).default('SUCCEEDED'),
  /** Documented: every 15 minutes, up to 192 times. */
  notificationRetryEveryMs: z
    .int()
    .min(1)
    .default(15 * MINUTE_MS),
  notificationRetries: z.int().min(0).default(192),
  /** When the funds arrive after the payment; nothing is documented, a day is usual. */
  fundsAfterMs: z
    .int()
    .min(0)
    .default(24 * HOUR_MS),
  /** CNY for one unit of the settlement currency, where the payment is in CNY; the published rate. */
  settlementRate: rateSchema.default('6.44145000'),
  /** The published example settles 10.00 CNY at 6.44145 as 1.60 USD: whole tenths, not cents. */
  settlementStepMinor: z.int().min(1).default(10),
  /** CNY for one unit of the currency of all other payments. EUR: the published sample, 10.55 EUR
   * debited as 82.74 CNY; the others are of the same year. */
  walletRates: z
    .strictObject({ EUR: rateSchema, GBP: rateSchema, CHF: rateSchema, USD: rateSchema })
    .default({ EUR: '7.84265403', GBP: '9.10520000', CHF: '7.12340000', USD: '6.44145000' }),
  /** Status questions per payment that are forgiven although nothing had happened. */
  freeQueries: z.int().min(0).default(0),
  /** The H5 page demands a public address; a sandbox shop sees loopback ones. */
  strictIpAddress: z.boolean().default(false),
  /** What separates the fields of the files; nothing is documented. */
  fileDelimiter: z.enum([',', ';', '\t']).default(','),
  /** Whose number MERCHANT_TX_ID of a refund's line is: the payment's in the published example, the
   * refund's by the page of that file. */
  refundMerchantTxId: z.enum(['payment', 'refund']).default('payment'),
  /** The published aggregate file has a hyphen; the page of that file has an underscore. */
  countColumn: z.enum(['EVENT-COUNT', 'EVENT_COUNT']).default('EVENT-COUNT'),
  /** Documented for every settlement file, but not shown in the published examples. */
  fileFooters: z.boolean().default(true),
  /** Documented: on the SFTP server the settlement files are packed. */
  filesPacked: z.boolean().default(false),
  /** A word for EVENT_TYPE and TXSTATE that no document has. */
  strangeWord: z.string().max(32).nullable().default(null),
  /** How far PPRO's own clock is off. */
  clockSkewMs: z.int().default(0),
})
export type PproBehaviour = z.infer<typeof behaviourSchema>
export type PproBehaviourInput = z.input<typeof behaviourSchema>
