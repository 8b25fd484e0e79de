import { z } from 'zod'

/** A merchant number at WeChat Pay, as the merchant platform knows it. */
export interface WechatPayMerchant {
  readonly mchId: string
  /** 32 characters; null where nobody ever set one: then nothing is notified. */
  readonly apiV3Key: string | null
  /** Apps bound to the number. */
  readonly appIds: readonly string[]
  /** Mainland numbers are served by api.mch and api2.mch, cross-border ones by apihk.mch. */
  readonly region: 'mainland' | 'global'
  /**
   * Which of WeChat's keys it is given: platform certificates, a public key only (as merchants that
   * opened since late 2024), or both while it changes over.
   */
  readonly wechatKeys: 'certificate' | 'publicKey' | 'both'
  /** Present for a service provider (mainland) or an institution (global): whom it orders for. */
  readonly subMerchants?: readonly SubMerchant[]
  /** Its own API certificates; one is issued at the start where there are none. */
  readonly apiCertificates?: readonly ApiCertificate[]
}

export interface SubMerchant {
  readonly mchId: string
  readonly appIds?: readonly string[]
}

/** The public half of what the merchant signs its requests with. */
export interface ApiCertificate {
  /** Forty hex digits, upper case. */
  readonly serialNo: string
  readonly publicKeyPem: string
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** 15s 15s 30s 3m 10m 20m 30m 30m 30m 60m 3h 3h 3h 6h 6h: 24 h 4 min in all. */
const RETRY_DELAYS_MS = [
  15 * SECOND_MS,
  15 * SECOND_MS,
  30 * SECOND_MS,
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  20 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  6 * HOUR_MS,
]

const hostSchema = z.enum(['up', 'unreachable', 'unavailable']).default('up')
const durationMs = z.int().min(0)

/** What the documents leave open, and what a test may want otherwise. */
export const behaviourSchema = z.strictObject({
  /** Which code goes with ordering a closed number again is not documented; both are reported. */
  closedReorderCode: z.enum(['ORDER_CLOSED', 'INVALID_REQUEST']).default('ORDER_CLOSED'),
  /** The table of 2020 spells `ORDERNOTEXIST`, `NOTENOUGH`; today's pages have underscores. */
  codeSpelling: z.enum(['underscores', 'legacy']).default('underscores'),
  /** `asLogged`: an unpaid order answers without currency, type and payer, as published logs show;
   * `complete`: with the currency, as the reference page suggests. */
  unpaidAnswers: z.enum(['asLogged', 'complete']).default('asLogged'),
  /** WeChat wants https and a public host; a sandbox shop lives on loopback. */
  strictNotifyUrl: z.boolean().default(false),
  /** H5 wants the payer's real address; a sandbox shop sees loopback ones. */
  strictIpAddress: z.boolean().default(false),
  /** Whether ordinary merchants have payment codes in v3: the documents contradict each other. */
  codepay: z.boolean().default(false),
  /** What becomes of the next payment codes: paid at once, after a password, or not at all. */
  codepayEndsAs: z.enum(['SUCCESS', 'USERPAYING', 'PAYERROR']).default('SUCCESS'),
  /** An unpaid order is closed by WeChat after a week. */
  unpaidOrderLivesMs: durationMs.default(7 * DAY_MS),
  /** A refund to the balance takes about five minutes. */
  refundTakesMs: durationMs.default(5 * MINUTE_MS),
  /** ABNORMAL: the payer's card is gone. CLOSED: the refund is given up. */
  refundEndsAs: z.enum(['SUCCESS', 'ABNORMAL', 'CLOSED']).default('SUCCESS'),
  /** Refunds of one order stand a minute apart. */
  refundGapMs: durationMs.default(MINUTE_MS),
  /** `short`: the merchant's balance does not cover any refund. */
  merchantFunds: z.enum(['enough', 'short']).default('enough'),
  /** Guideline for orders, limits for good and for erring refund calls; per merchant and second. */
  ordersPerSecond: z.int().min(0).default(500),
  refundsPerSecond: z.int().min(0).default(150),
  erringRefundsPerSecond: z.int().min(0).default(6),
  notificationRetryDelaysMs: z.array(durationMs).default(RETRY_DELAYS_MS),
  /** `associated_data` of a notification may be empty. */
  emptyAssociatedData: z.boolean().default(false),
  /** Sends a SIGNTEST probe before every notification. */
  probeNotifications: z.boolean().default(false),
  /** Share of notifications signed with the public key on day 1, 2, … of the changeover; in percent.
   * The seven steps are documented, their days are not: one step a day. */
  migrationPercents: z.array(z.number().min(0).max(100)).default([0.1, 1, 5, 10, 20, 50, 100]),
  /** What queries, notifications and bills say instead of the state: a word that nobody knows yet. */
  tradeStateWord: z.string().min(1).nullable().default(null),
  refundStatusWord: z.string().min(1).nullable().default(null),
  /** What paid orders claim beyond their total: an answer that contradicts the order. */
  totalOffBy: z.int().default(0),
  /** `unreachable` tears the connection down, `unavailable` answers 503. */
  primaryHost: hostSchema,
  secondaryHost: hostSchema,
  globalHost: hostSchema,
  /** How far a request's timestamp may be off. */
  clockToleranceMs: durationMs.default(5 * MINUTE_MS),
  /** How far WeChat Pay's own clock is off. */
  clockSkewMs: z.int().default(0),
  /** `changed`: a bill arrives with an amount that is not the announced one's; `cut`: its end is lost. */
  billsArrive: z.enum(['whole', 'changed', 'cut']).default('whole'),
  /** Lines of bills end so; published files have both. */
  billLineEnd: z.enum(['\r\n', '\n']).default('\r\n'),
})
export type WechatPayBehaviour = z.infer<typeof behaviourSchema>
export type WechatPayBehaviourInput = z.input<typeof behaviourSchema>
