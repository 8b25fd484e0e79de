import { z } from 'zod'
import { decimalToMinor, type Money } from '../../../shared/money.ts'

/**
 * PPRO's Simple API in its own words: forms both ways (developer hub, TRANSACTION, GETTXSTATUS and
 * WeChat Pay Online pages, read 2026-06). Only what is used is named; the rest, such as the salt
 * parameter with its random name, passes by.
 */

/** An empty value is how PPRO says that there is none. */
const text = z
  .string()
  .transform((value) => (value === '' ? undefined : value))
  .optional()
const digits = z
  .string()
  .regex(/^\d{0,15}$/)
  .transform((value) => (value === '' ? undefined : Number(value)))
  .optional()
const cnyDecimal = z
  .string()
  .regex(/^(?:\d{1,13}(?:\.\d{1,2})?)?$/)
  .transform((value) => (value === '' ? undefined : decimalToMinor(value, 'CNY')))
  .optional()

const moneyFields = {
  /** Not documented for answers, but compared wherever they stand. */
  AMOUNT: digits,
  CURRENCY: text,
  // For the books only: a spelling that is not understood must not hold up a payment.
  'SPECOUT.SETTLEMENTAMOUNT': digits.catch(undefined),
  'SPECOUT.SETTLEMENTCURRENCY': text,
  'SPECOUT.FXRATE': text,
}

export const transactionAnswerSchema = z.object({
  ...moneyFields,
  REQUESTSTATUS: text,
  REQUESTFAILREASON: text,
  STATUS: text,
  TXID: text,
  MERCHANTTXID: text,
  ERRMSG: text,
  FAILREASON: text,
  REDIRECTURL: text,
  REDIRECTSECRET: text,
  'SPECOUT.QRCODEURL': text,
  /** Unix time in seconds. */
  'SPECOUT.EXPIRYTIMESTAMP': digits.catch(undefined),
  'SPECOUT.SRCAMOUNT': digits,
  'SPECOUT.SRCCURRENCY': text,
  /** Major units, such as `10.00`. */
  'SPECOUT.CNYAMOUNT': cnyDecimal,
})
export type WireTransaction = z.output<typeof transactionAnswerSchema>

export const refundAnswerSchema = z.object({
  ...moneyFields,
  REQUESTSTATUS: text,
  REQUESTFAILREASON: text,
  STATUS: text,
  REFUNDID: text,
  MERCHANTREFUNDID: text,
  ERRMSG: text,
  FAILREASON: text,
  'SPECOUT.DSTAMOUNT': digits,
  'SPECOUT.DSTCURRENCY': text,
})
export type WireRefund = z.output<typeof refundAnswerSchema>

export const notificationSchema = z.object({
  TXID: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/),
  FINALTIMESTAMP: z.string().min(1).max(64),
  SHA256HASH: z.string(),
})

export type WireForm = Readonly<Record<string, string>>

/** A form as PPRO's examples write it: a space is `%20`. */
export function encodeForm(fields: WireForm): Uint8Array {
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`,
  )
  return new TextEncoder().encode(pairs.join('&'))
}

/**
 * The fields of a form by normalised name: upper case, and `SPECOUT.` also where it is written
 * `SPECOUT_`. The samples of the documents have a colon for the equals sign, and spaces around
 * values; both are read. Null where one name comes with two values: nobody could say which counts.
 */
export function decodeForm(body: Uint8Array): WireForm | null {
  const fields = new Map<string, string>()
  for (const pair of Buffer.from(body).toString('latin1').split('&')) {
    const match = /^\s*([^=:\s]+)\s*[=:](.*)$/s.exec(pair)
    if (!match) continue
    const [, name = '', value = ''] = match
    const key = decodeText(name)
      .toUpperCase()
      .replace(/^SPECOUT_/, 'SPECOUT.')
    const decoded = decodeText(value.trim())
    if ((fields.get(key) ?? decoded) !== decoded) return null
    fields.set(key, decoded)
  }
  return Object.fromEntries(fields)
}

/**
 * Percent-decoding that never fails: UTF-8 where the bytes are UTF-8, otherwise Latin-1. A byte order
 * mark stays: what is hashed is every byte.
 */
function decodeText(encoded: string): string {
  // Most fields are plain, and a hostile form has thousands of them.
  if (!/[%+\u0080-\u00ff]/.test(encoded)) return encoded
  const bytes = Buffer.from(
    encoded
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  )
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

export function isIpv4(address: string): boolean {
  return z.ipv4().safeParse(address).success
}

/** Whether the internet knows this IPv4 address: none of a private network, host or group. */
export function isRouted(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number)
  const isLocal =
    [0, 10, 127].includes(first) ||
    first >= 224 ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254) ||
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168)
  return !isLocal
}

/** Both halves of an amount, or null where one is missing. */
export function moneyFrom(value: number | undefined, currency: string | undefined): Money | null {
  if (value === undefined || currency === undefined || !/^[A-Z]{3}$/.test(currency)) return null
  return { value, currency }
}

/** What the payer's wallet was debited with. */
export function debitOf(answer: WireTransaction): Money | null {
  return moneyFrom(answer['SPECOUT.SRCAMOUNT'], answer['SPECOUT.SRCCURRENCY'])
}

/** What the payer's wallet was credited with. */
export function creditOf(answer: WireRefund): Money | null {
  return moneyFrom(answer['SPECOUT.DSTAMOUNT'], answer['SPECOUT.DSTCURRENCY'])
}

/** What reaches the bank. */
export function settledOf(answer: WireTransaction | WireRefund): Money | null {
  return moneyFrom(answer['SPECOUT.SETTLEMENTAMOUNT'], answer['SPECOUT.SETTLEMENTCURRENCY'])
}

/** Units of the wallet's currency for one of the settlement currency, as PPRO wrote it. */
export function rateOf(answer: WireTransaction | WireRefund): string | null {
  return /^\d+(?:\.\d+)?$/.exec(answer['SPECOUT.FXRATE'] ?? '')?.[0] ?? null
}

/** `0` is how PPRO says that nothing was made. */
export function numberOf(id: string | undefined): string | null {
  return id === undefined || id === '0' ? null : id
}
