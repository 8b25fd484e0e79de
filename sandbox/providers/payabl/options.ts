import { z } from 'zod'

/** One merchant number with its shared secret. */
export interface PayablMerchant {
  readonly merchantId: string
  readonly secret: string
  /** For payments that name no notification_url; set by support on request. */
  readonly notificationUrl?: string
  readonly wechat: { readonly mchId: string; readonly appId: string; readonly apiKey: string }
}

export const METHODS = ['wechatpay', 'wechatpayh5'] as const
export type Method = (typeof METHODS)[number]

export const CURRENCIES = ['EUR', 'USD', 'GBP'] as const

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const rateSchema = z.string().regex(/^\d{1,6}\.\d{6}$/, 'a rate has six decimals: 7.843417')
const errorCodeSchema = z.string().regex(/^-[1-9]\d{0,5}$/, 'an error is a negative number')

/** What the documents leave open; each default says why it is the default. */
export const behaviourSchema = z.strictObject({
  /** How redirect_url is written. The published desktop answer escapes it, the H5 answer does not. */
  redirectUrl: z.enum(['asPublished', 'escaped', 'unescaped']).default('asPublished'),
  /** `signed`: TXID is the orderid, with HASH; the text of both pages. `unsigned`: TXID is the
   * ppro_id, without HASH; the H5 example. `asPublished`: each method as in its example. */
  notification: z.enum(['signed', 'unsigned', 'asPublished']).default('signed'),
  /** What tx_diagnose says before the payer has paid: 2000 by its page, but the answer to the
   * payment itself says 0. */
  openCode: z.enum(['2000', '0']).default('2000'),
  /** Whether, how soon, and under which number a paid payment stands in the list of captures. */
  listsCaptures: z.boolean().default(true),
  captureAfterMs: z.int().min(0).default(0),
  captureNumbers: z.enum(['payment', 'own']).default('payment'),
  /** Which number the list of refunds shows, and whether items repeat the external_id (their page
   * does not name it). */
  refundNumbers: z.enum(['own', 'payment']).default('own'),
  listsExternalId: z.boolean().default(false),
  /** What tx_diagnose answers for a number that it does not know. */
  unknownNumber: z.enum(['empty', 'error']).default('empty'),
  /** `0` at once; `2000` pending, then done; an error refuses. */
  refundEndsAs: z.union([z.enum(['0', '2000']), errorCodeSchema]).default('0'),
  refundAfterMs: z
    .int()
    .min(0)
    .default(10 * MINUTE_MS),
  /** Refuses every new payment and refund with this code, such as -2400 for "too many". */
  refuseWith: errorCodeSchema.nullable().default(null),
  /** A word in error_code that no document has. */
  strangeCode: z.string().max(32).nullable().default(null),
  /** How far the sums in tx_diagnose are off. */
  sumsOffByMinor: z.int().default(0),
  /** How long a payment waits for its payer; WeChat's own QR codes live two hours. */
  lifetimeMs: z
    .int()
    .min(1_000)
    .default(2 * HOUR_MS),
  /** Nothing is documented: a few repeats with growing pauses. */
  notificationPausesMs: z
    .array(z.int().min(1))
    .max(20)
    .default([MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS]),
  /** CNY for one unit; USD is the published one. The wallet is debited with whole fen, cut off. */
  walletRates: z
    .strictObject({ EUR: rateSchema, USD: rateSchema, GBP: rateSchema })
    .default({ EUR: '8.466900', USD: '7.843417', GBP: '9.912600' }),
  /** How far payabl.'s own clock is off. */
  clockSkewMs: z.int().default(0),
})
export type PayablBehaviour = z.infer<typeof behaviourSchema>
export type PayablBehaviourInput = z.input<typeof behaviourSchema>
