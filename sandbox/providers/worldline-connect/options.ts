import { z } from 'zod'

export const INTEGRATION_TYPES = [
  'desktopQRCode',
  'urlIntent',
  'nativeInApp',
  'javaScriptAPI',
  'miniProgram',
] as const
export type IntegrationType = (typeof INTEGRATION_TYPES)[number]

/** One merchant as the Configuration Center knows it. */
export interface WorldlineMerchant {
  readonly merchantId: string
  readonly apiKeyId: string
  readonly secretApiKey: string
  readonly webhooks: readonly WebhookEndpoint[]
  readonly wechat: {
    readonly mchId: string
    /** The key under MD5 and HMAC-SHA256 signatures. */
    readonly apiKey: string
    /** The key under RSA signatures, PEM; one is made up when it is needed and missing. */
    readonly privateKeyPem?: string
    /** The app registered for each way to pay; a way without an app is not offered. */
    readonly appIds: Readonly<Partial<Record<IntegrationType, string>>>
  }
  /** ISO 4217; where missing, every currency that WeChat wallets are charged in here. */
  readonly currencies?: readonly string[]
}

export interface WebhookEndpoint {
  readonly url: string
  readonly keyId: string
  readonly secret: string
}

export const DEFAULT_CURRENCIES: readonly string[] =
  'AUD CAD CHF CNY EUR GBP HKD JPY NZD SGD USD'.split(' ')

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What the documents leave open; each default says why it is the default. */
export const behaviourSchema = z.strictObject({
  /** The product page says SHOW_FORM for all, the SDK CALL_THIRD_PARTY for these two; the page's own
   * words "third party data" side with the SDK. */
  jsapiAction: z.enum(['CALL_THIRD_PARTY', 'SHOW_FORM']).default('CALL_THIRD_PARTY'),
  /** MD5 is what WeChat assumes when nobody says; the platform's own choice is not documented. */
  signType: z.enum(['MD5', 'HMAC-SHA256', 'RSA']).default('MD5'),
  /** The SDK has the field, the product page has not. */
  signTypeGiven: z.boolean().default(true),
  /** Not documented for a payment that waits for the payer; no is the answer that needs care. */
  cancellable: z.boolean().default(false),
  /** An account setting; most accounts refund at once. */
  refundsNeedApproval: z.boolean().default(false),
  /** Whether an API key may approve them, or only a person in the payment console. */
  approvalByApi: z.boolean().default(true),
  /** WeChat gives money back to a wallet within minutes. */
  refundTakesMs: z
    .int()
    .min(0)
    .default(5 * MINUTE_MS),
  /** REJECTED plays the refund that WeChat turns down in the end. */
  refundEndsAs: z.enum(['REFUNDED', 'REJECTED']).default('REFUNDED'),
  /** PAID means that the acquirer has the money, which takes about a day. */
  paidAfterMs: z
    .int()
    .min(0)
    .default(24 * HOUR_MS),
  /** The timetable is not documented: five repeats with growing gaps. */
  webhookRetryDelaysMs: z
    .array(z.int().min(0))
    .default([MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS]),
  /** How long the search by reference does not see a new payment; nothing says that it lags. */
  findLagMs: z.int().min(0).default(0),
  /** A repeat answers the payment as it was (false) or as it is (true); "possibly refreshed". */
  repeatsAreRefreshed: z.boolean().default(false),
  /** How far the Date header may be off; the figure is not documented, five minutes is usual. */
  dateToleranceMs: z
    .int()
    .min(0)
    .default(5 * MINUTE_MS),
  /** How far the platform's own clock is off. */
  clockSkewMs: z.int().default(0),
  /** GlobalCollect's limit, the stricter of the two back-ends. */
  referenceMaxLength: z.int().min(1).default(30),
  /** The live platform wants https and no loopback; a sandbox shop lives on loopback. */
  strictReturnUrl: z.boolean().default(false),
  /** Which record of the WX file stands for WeChat money that has come in is not public; `+IP` is
   * what others have seen for methods that are no cards. */
  wxPaidRecord: z.enum(['+IP', '+ON']).default('+IP'),
  /** The published refunds carry the payment's reference twice. */
  wxRefundReference: z.enum(['payment', 'own']).default('payment'),
  /** A record category and type that no document has, for payments. */
  wxStrangeRecord: z.string().min(2).max(4).nullable().default(null),
  wxPacked: z.boolean().default(false),
  /** Amounts on the wire that are always turned down with 402; none are documented for WeChat. */
  declinedAmounts: z.array(z.int()).default([]),
})
export type WorldlineBehaviour = z.infer<typeof behaviourSchema>
export type WorldlineBehaviourInput = z.input<typeof behaviourSchema>
