import { z } from 'zod'

export const TERMINAL_TYPES = [
  'WEB',
  'WAP',
  'SCAN_CODE',
  'OFFICIAL_ACCOUNT',
  'MINI_PROGRAM',
] as const
export type TerminalType = (typeof TERMINAL_TYPES)[number]

/** One merchant's account as WooshPay knows it, in the mode that its secret key stands for. */
export interface WooshpayAccount {
  /** For the books of the sandbox only; nothing on the wire names it. */
  readonly name: string
  /** `sk_test_…` or `sk_live_…`. */
  readonly secretKey: string
  readonly webhooks: readonly WebhookTarget[]
  readonly wechat: {
    readonly mchId: string
    /** The key under MD5 and HMAC-SHA256 signatures. */
    readonly apiKey: string
    /** The key under RSA signatures, PEM; one is made up when it is needed and missing. */
    readonly privateKeyPem?: string
    /** The apps that the account is tied to. */
    readonly appIds: { readonly officialAccount: string; readonly miniProgram?: string }
  }
}

export interface WebhookTarget {
  readonly url: string
  readonly secret: string
  /** Every event where missing. */
  readonly enabledEvents?: readonly string[]
}

/** 50,000 USD, and what it is in the other currencies at the sandbox's own rates. */
export const MAX_MINOR: Readonly<Record<string, number>> = {
  CNY: 36_000_000,
  GBP: 3_900_000,
  USD: 5_000_000,
  EUR: 4_600_000,
  HKD: 39_000_000,
}

const MINUTE_MS = 60_000

/** 18 deliveries in 72 hours with growing gaps, as documented; the gaps themselves are not. */
const RETRY_MINUTES = [1, 2, 4, 8, 16, 32, 64, 128, 256, ...Array.from({ length: 8 }, () => 476)]

/** What the documents leave open; each default says why it is the default. */
export const behaviourSchema = z.strictObject({
  /** The sample shows MD5; which it is depends on WooshPay's own connection to WeChat. */
  signType: z.enum(['MD5', 'HMAC-SHA256', 'RSA']).default('MD5'),
  /** Which terminal types take a Mini Program's openid; nothing is documented, so both do. */
  miniProgramTerminals: z
    .array(z.enum(['OFFICIAL_ACCOUNT', 'MINI_PROGRAM']))
    .default(['OFFICIAL_ACCOUNT', 'MINI_PROGRAM']),
  /** Where the fields of an error stand: under `error` as in the API it is modelled on, or on top. */
  errorsStand: z.enum(['underError', 'onTop']).default('underError'),
  /** Milliseconds in the samples of WeChat Pay, seconds in some others. */
  createdIn: z.enum(['milliseconds', 'seconds']).default('milliseconds'),
  /** The published answer to GET has lists and settings as text; the one to POST has not. */
  listsAsText: z.boolean().default(false),
  /** The published sample of a success has null for amount_received. */
  amountReceived: z.enum(['null', 'told']).default('null'),
  /** How much more (or less) came in than was asked for: nothing, unless something is wrong. */
  receivedTooMuchMinor: z.int().default(0),
  /** Another word for success plays a status that nobody has heard of. */
  successWord: z.string().min(1).default('succeeded'),
  /** What an intent is after a failed try; `failed` is only seen in other people's code. */
  failureWord: z.enum(['requires_payment_method', 'failed']).default('requires_payment_method'),
  /** SCAN_CODE payments up to this sum need no password; how much that is, is the payer's choice. */
  passwordFreeUpToMinor: z.int().min(0).default(0),
  /** How long the search does not see a new intent; nothing says that it lags. */
  searchLagMs: z.int().min(0).default(0),
  /** Some accounts have no refunds: then they are refused with 402. */
  refundsEnabled: z.boolean().default(true),
  /** WeChat gives money back to a wallet within minutes. */
  refundTakesMs: z
    .int()
    .min(0)
    .default(5 * MINUTE_MS),
  /** Anything but succeeded plays the refund that WeChat turns down in the end. */
  refundEndsAs: z.enum(['succeeded', 'failed', 'canceled']).default('succeeded'),
  /** Requests in one second of the sandbox's clock before 429; null: as many as one likes. */
  requestsPerSecond: z.int().min(1).nullable().default(null),
  webhookRetryDelaysMs: z
    .array(z.int().min(0))
    .default(RETRY_MINUTES.map((minutes) => minutes * MINUTE_MS)),
  /** Whether a repeated webhook carries a fresh time and signature; the API it is modelled on does. */
  repeatsAreSignedAnew: z.boolean().default(true),
  /** How far WooshPay's own clock is off. */
  clockSkewMs: z.int().default(0),
})
export type WooshpayBehaviour = z.infer<typeof behaviourSchema>
export type WooshpayBehaviourInput = z.input<typeof behaviourSchema>
