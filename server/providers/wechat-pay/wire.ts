import { z } from 'zod'
import type { Money } from '../../../shared/money.ts'
import type { ProviderOutcome } from '../errors.ts'

/**
 * WeChat Pay's own messages, in its own words: APIv3 for mainland and global merchants, direct and
 * partner mode (documents and SDK models, read 2026-06). Only what is used is named; the rest passes
 * by. In requests every field is listed: WeChat refuses one that it does not know, and null.
 */

const optionalText = z.string().nullish()
const minorUnits = z.int().min(0)

/** What an order is answered with, by product; global merchants' word for h5_url is mweb_url. */
export const placedSchema = z.union([
  z.object({ prepay_id: z.string().min(1) }),
  z.object({ code_url: z.string().min(1) }),
  z.object({ h5_url: z.string().min(1) }),
  z.object({ mweb_url: z.string().min(1) }),
])

const exchangeRateSchema = z.object({ rate: z.int().min(0).nullish() })

/** Of an order: the query's answer, a notification's content, and the answer to a payment code. */
export const transactionSchema = z.object({
  appid: optionalText,
  mchid: optionalText,
  sp_appid: optionalText,
  sp_mchid: optionalText,
  sub_appid: optionalText,
  sub_mchid: optionalText,
  out_trade_no: z.string().min(1),
  /** Missing while nobody has paid. */
  transaction_id: optionalText,
  /** Global merchants' word for transaction_id. */
  id: optionalText,
  trade_type: optionalText,
  trade_state: z.string().min(1),
  success_time: optionalText,
  amount: z
    .object({
      total: minorUnits.nullish(),
      payer_total: minorUnits.nullish(),
      currency: optionalText,
      payer_currency: optionalText,
      exchange_rate: exchangeRateSchema.nullish(),
    })
    .nullish(),
})
export type WireTransaction = z.infer<typeof transactionSchema>

/** The answers to a refund and to its query, and a refund notification's content. */
export const refundSchema = z.object({
  mchid: optionalText,
  sp_mchid: optionalText,
  sub_mchid: optionalText,
  refund_id: optionalText,
  /** Global merchants' word for refund_id. */
  id: optionalText,
  out_refund_no: z.string().min(1),
  transaction_id: optionalText,
  out_trade_no: optionalText,
  /** Of an answer; missing in a global merchant's answer to the refund itself. */
  status: optionalText,
  /** The same in a notification. */
  refund_status: optionalText,
  amount: z
    .object({
      refund: minorUnits.nullish(),
      currency: optionalText,
      payer_refund: minorUnits.nullish(),
      payer_currency: optionalText,
      exchange_rate: exchangeRateSchema.nullish(),
    })
    .nullish(),
})
export type WireRefund = z.infer<typeof refundSchema>

/** The merchant numbers of a message, compared with our own. */
export type WireMerchant = Pick<WireRefund, 'mchid' | 'sp_mchid' | 'sub_mchid'>

const sealedSchema = z.object({
  algorithm: z.literal('AEAD_AES_256_GCM'),
  ciphertext: z.base64(),
  nonce: z.string().length(12),
  associated_data: optionalText,
})
export type WireSealed = z.infer<typeof sealedSchema>

export const certificatesSchema = z.object({
  data: z.array(z.object({ serial_no: z.string().min(1), encrypt_certificate: sealedSchema })),
})
export type WireCertificates = z.infer<typeof certificatesSchema>

export const notificationSchema = z.object({
  id: z.string().min(1).max(64),
  event_type: z.string().min(1),
  resource: sealedSchema.extend({ original_type: optionalText }),
})

/** Enough of an order to ask for it, where the rest of it cannot be read. */
export const identifiedSchema = transactionSchema.pick({ out_trade_no: true })

export const errorSchema = z.object({ code: z.string().min(1) })

/** Who takes the money: every request carries one of these. */
export type WireParty =
  | { readonly mchid: string }
  | { readonly sp_mchid: string; readonly sub_mchid: string }

/** What is undefined is not sent. */
interface WireStore {
  readonly id: string
  readonly name?: string | undefined
  readonly address?: string | undefined
}

export interface WireOrder {
  readonly appid?: string
  readonly mchid?: string
  readonly sp_appid?: string
  readonly sp_mchid?: string
  readonly sub_appid?: string
  readonly sub_mchid?: string
  readonly description: string
  readonly out_trade_no: string
  readonly time_expire?: string
  readonly notify_url?: string
  readonly amount: { readonly total: number; readonly currency: string }
  readonly payer?:
    | { readonly openid: string }
    | { readonly sp_openid: string }
    | { readonly sub_openid: string }
    | { readonly auth_code: string }
  readonly scene_info?: {
    readonly payer_client_ip?: string
    readonly h5_info?: { readonly type: 'Wap' }
    readonly store_info?: WireStore
  }
  /** Global merchants only. */
  readonly trade_type?: 'JSAPI' | 'APP' | 'NATIVE' | 'MWEB' | 'MICROPAY'
  readonly merchant_category_code?: string
}

export interface WireRefundRequest {
  readonly mchid?: string
  readonly appid?: string
  readonly sp_mchid?: string
  readonly sp_appid?: string
  readonly sub_mchid?: string
  readonly out_trade_no: string
  readonly out_refund_no: string
  readonly reason?: string
  readonly notify_url?: string
  readonly amount: { readonly refund: number; readonly total: number; readonly currency: string }
}

export interface WireAbnormalRefund {
  readonly sub_mchid?: string
  readonly out_refund_no: string
  readonly type: 'USER_BANK_CARD' | 'MERCHANT_BANK_CARD'
  readonly bank_type?: string
  /** Encrypted. */
  readonly bank_account?: string
  /** Encrypted. */
  readonly real_name?: string
}

/**
 * Text as WeChat takes it: characters of one to three bytes, so no emoji; no line breaks; cut to the
 * length. Null where nothing is left.
 */
export function wireText(text: string, max: number): string | null {
  const plain = text.replaceAll(/[^\u0020-\ud7ff\ue000-\uffff]|\u007f/g, ' ')
  return plain.replaceAll(/ {2,}/g, ' ').trim().slice(0, max).trim() || null
}

/** RFC 3339 in WeChat's own zone, whole seconds. */
export function wireTime(atMs: number): string {
  return `${new Date(atMs + 8 * 60 * 60 * 1_000).toISOString().slice(0, 19)}+08:00`
}

/** Null where the text is no time with a zone. */
export function timeOf(text: string | null | undefined): number | null {
  if (!text || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) return null
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? null : atMs
}

/** Null where the number or the currency is missing. */
export function moneyOf(
  value: number | null | undefined,
  currency: string | null | undefined,
): Money | null {
  if (value === null || value === undefined || !/^[A-Z]{3}$/.test(currency ?? '')) return null
  return currency ? { value, currency } : null
}

/** Eight decimals in an integer, as text: 80000000 is `0.80000000`. */
export function rateOf(rate: number | null | undefined): string | null {
  if (rate === null || rate === undefined) return null
  const digits = String(rate).padStart(9, '0')
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`
}

/** What a refusal means, and what people can do about it. */
export interface RefusalMeaning {
  readonly outcome: ProviderOutcome
  readonly kind?: 'notFound' | 'alreadyPaid' | 'notEnough' | 'noBill' | 'billNotReady'
  readonly advice?: string
  /** True where the word says more than any number for support. */
  readonly exact?: true
}

const no = (advice?: string): RefusalMeaning =>
  advice === undefined ? { outcome: 'rejected' } : { outcome: 'rejected', advice }
const OPEN: RefusalMeaning = { outcome: 'unknown' }
const SLOWER: RefusalMeaning = { outcome: 'notSent', advice: 'too many calls' }
const NOT_FOUND: RefusalMeaning = { outcome: 'rejected', kind: 'notFound' }
const ALREADY_PAID: RefusalMeaning = { outcome: 'rejected', kind: 'alreadyPaid' }
/** The order exists, as it was sent the first time. */
const DIFFERS: RefusalMeaning = { outcome: 'unknown', advice: 'repeated with other parameters' }
const BOUND = 'bind the appId to the merchant number in the merchant console'
const CREDENTIALS = 'privateKey and merchantSerialNo must belong to one certificate of this mchId'

/** `code` of an error, without underscores: documents of different years differ in them. */
export const ERROR_CODES: Readonly<Record<string, RefusalMeaning>> = {
  PARAMERROR: no(),
  INVALIDREQUEST: no(),
  APPIDMCHIDNOTMATCH: no(BOUND),
  MCHNOTEXISTS: no('WeChat Pay does not know this merchant number'),
  SIGNERROR: no(CREDENTIALS),
  NOAUTH: no('the merchant number lacks the permission for this product'),
  OUTTRADENOUSED: ALREADY_PAID,
  ORDERPAID: ALREADY_PAID,
  ORDERCLOSED: no('the order is closed; a new one needs a new number'),
  RULELIMIT: no('a rule of WeChat Pay forbids it; the merchant console has the reason'),
  TRADEERROR: no(),
  OPENIDMISMATCH: no('the openid belongs to another app than the order'),
  ACCOUNTERROR: no(),
  INVALIDTRANSACTIONID: no(),
  NOTENOUGH: { outcome: 'rejected', kind: 'notEnough', exact: true },
  NOSTATEMENTEXIST: { outcome: 'rejected', kind: 'noBill', exact: true },
  STATEMENTCREATING: { outcome: 'notSent', kind: 'billNotReady', exact: true },
  USERACCOUNTABNORMAL: no("the payer's account is closed or frozen; settle it another way"),
  ORDERNOTEXIST: NOT_FOUND,
  RESOURCENOTEXISTS: NOT_FOUND,
  FREQUENCYLIMITED: SLOWER,
  RATELIMITEXCEEDED: SLOWER,
  RATELIMITED: SLOWER,
  SYSTEMERROR: OPEN,
  BANKERROR: OPEN,
  USERPAYING: OPEN,
  SERVICEUNAVAILABLE: OPEN,
}

/** The digits after the last `-` of Request-ID: finer than most codes, and stronger than those. */
export const SUPPORT_CODES: Readonly<Record<string, RefusalMeaning>> = {
  268512771: NOT_FOUND,
  268447840: SLOWER,
  268435461: no('a parameter is wrong'),
  268449538: ALREADY_PAID,
  268498689: ALREADY_PAID,
  270924358: no('a field that WeChat Pay does not know'),
  268443715: no('the merchant number is not usable'),
  268447843: no('the order belongs to another merchant number'),
  268447914: no('the order has expired; a new one needs a new number'),
  268448010: no('the merchant number may not collect money'),
  268443699: no(CREDENTIALS),
  268501013: no('the openid is missing'),
  268498688: DIFFERS,
  268445527: no(BOUND),
  268435464: no('a value is out of range'),
  268449641: no('a payment by code is reversed, not closed'),
}

/** What an answer that is no success means for the money. */
export function refusalMeaning(
  status: number,
  { code, requestId }: { code: string | null; requestId: string },
): RefusalMeaning {
  const supportCode = /-(\d+)$/.exec(requestId)?.[1] ?? ''
  const word = (code ?? '').replaceAll('_', '').toUpperCase()
  const said = lookUp(ERROR_CODES, word)
  const known = said?.exact ? said : (lookUp(SUPPORT_CODES, supportCode) ?? said)
  if (status === 429) return SLOWER
  if (status >= 500) return OPEN
  if (known) return known
  // Without a word of WeChat's it may be anybody's no: a proxy's, a firewall's.
  return status >= 400 && code !== null ? no() : OPEN
}

export function lookUp<Meaning>(table: Readonly<Record<string, Meaning>>, word: string) {
  return Object.hasOwn(table, word) ? table[word] : undefined
}

/** Only words that look like codes: free text may repeat what was sent. */
export function plainWord(word: string | null | undefined): string | null {
  return word && /^[A-Za-z0-9_.-]{1,128}$/.test(word) ? word : null
}
