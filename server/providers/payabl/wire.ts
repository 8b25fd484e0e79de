import { z } from 'zod'

/**
 * payabl. in its own words: forms out, forms and XML back, all of it ISO-8859-1 (developer pages
 * "WeChat Pay", "Diagnose", "Refund", read 2026-06). Only what is used is named.
 */

/** An empty value is how payabl. says that there is none. */
const text = z
  .string()
  .transform((value) => (value.trim() === '' ? undefined : value.trim()))
  .optional()

/** Of the answers to payment_preauthorize and payment_refund; the old duplicates are compared. */
export const answerSchema = z
  .object({
    status: z.string().min(1),
    transactionid: text,
    transid: text,
    errormessage: text,
    errmsg: text,
    amount: text,
    price: text,
    currency: text,
    orderid: text,
    redirect_url: text,
    ppro_id: text,
  })
  .refine(({ transactionid, transid }) => agree(transactionid, transid), { path: ['transid'] })
  .refine(({ amount, price }) => agree(amount, price), { path: ['price'] })
  .transform(({ transid, price, errmsg, ...answer }) => ({
    ...answer,
    transactionid: answer.transactionid ?? transid,
    amount: answer.amount ?? price,
    errormessage: answer.errormessage ?? errmsg,
  }))
export type WireAnswer = z.output<typeof answerSchema>

/** One transaction of tx_diagnose; which of the fields are there depends on the question. */
const itemSchema = z.object({
  transaction_id: text,
  order_id: text,
  amount: text,
  currency: text,
  error_code: text,
  creation_date: text,
  /** The word for this method is not documented; only refunds are told apart by it. */
  type: text,
  booking_date: text,
  /** Not documented for answers; decides where it is there. */
  external_id: text,
})
export type WireItem = z.output<typeof itemSchema>

export interface WireDiagnosis {
  /** Whether the question worked; it says nothing about a transaction. */
  readonly status: string
  readonly message: string
  readonly items: readonly WireItem[]
}

/** The layout of payment method 5. HASH is missing in the published H5 example. */
export const notificationSchema = z.object({
  TXID: z.string().regex(/^[\x21-\x7e]{1,40}$/),
  STATUS: z.string().regex(/^[A-Z_]{1,32}$/),
  TAG: z.enum(['wechatpay', 'wechatpayh5']),
  REQUESTSTATUS: z.string().regex(/^[A-Z_]{1,32}$/),
  HASH: z.string().optional(),
  /** What the wallet was debited with and what is settled: minor units, but for CNYAMOUNT. */
  'SPECOUT.SRCAMOUNT': text,
  'SPECOUT.SRCCURRENCY': text,
  'SPECOUT.CNYAMOUNT': text,
  'SPECOUT.SETTLEMENTAMOUNT': text,
  'SPECOUT.SETTLEMENTCURRENCY': text,
  'SPECOUT.FXRATE': text,
})
export type WireNotification = z.output<typeof notificationSchema>

export type WireForm = Readonly<Record<string, string>>

/** A form in Latin-1 bytes: a space is `%20`, `é` is `%E9`. Throws RangeError beyond Latin-1. */
export function encodeForm(fields: WireForm): Uint8Array {
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${encodeText(value)}`)
  return Buffer.from(pairs.join('&'), 'latin1')
}

function encodeText(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9_.~-]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0
    if (code > 0xff) throw new RangeError('payabl. takes Latin-1 only')
    return `%${code.toString(16).toUpperCase().padStart(2, '0')}`
  })
}

/** Parameters of the payer's page that the published H5 answer shows unescaped after its address. */
const ADDRESS_PARAMETERS: ReadonlySet<string> = new Set(['tx', 'rs', 'cs'])

/**
 * The fields of a form. An address that stands unescaped in it is put together again, as it is:
 * its own `&rs=` and `&cs=` look like fields. Null where one name comes with two values.
 */
export function decodeForm(body: Uint8Array): WireForm | null {
  const fields = new Map<string, string>()
  let openAddress = false
  for (const pair of Buffer.from(body).toString('latin1').trim().split('&')) {
    const at = pair.indexOf('=')
    if (at < 1) continue
    const name = decodeText(pair.slice(0, at))
    const raw = pair.slice(at + 1)
    if (openAddress && ADDRESS_PARAMETERS.has(name)) {
      fields.set('redirect_url', `${fields.get('redirect_url')}&${pair}`)
      continue
    }
    const unescaped = name === 'redirect_url' && /^https?:\/\/[^%]*\?/i.test(raw)
    const value = unescaped ? raw : decodeText(raw)
    if ((fields.get(name) ?? value) !== value) return null
    fields.set(name, value)
    openAddress ||= unescaped
  }
  return Object.fromEntries(fields)
}

/** Never fails: a `%` that begins no byte stands for itself. */
function decodeText(encoded: string): string {
  return encoded
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** Letters without an accent to take off. */
const LATIN_FORMS: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  Œ: 'OE',
  œ: 'oe',
  ı: 'i',
  ẞ: 'SS',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '€': 'EUR',
}

/** The text in Latin-1: accents go where they must, and what has no Latin form becomes U+FFFD. */
export function inLatin1(value: string): string {
  return Array.from(value.normalize('NFC'), (letter) => {
    if (letter <= '\u00ff') return letter
    const form = LATIN_FORMS[letter] ?? letter.normalize('NFKD').replaceAll(/\p{M}/gu, '')
    return form !== '' && /^[\u0020-\u00ff]+$/.test(form) ? form : '\ufffd'
  }).join('')
}

/** Every error is a negative number. */
export function isErrorCode(code: string): boolean {
  return /^-[1-9]\d{0,8}$/.test(code)
}

const DAY_MS = 24 * 60 * 60 * 1_000
/** They ask for ranges of about a month. */
const RANGE_MS = 31 * DAY_MS

/** The last month until tomorrow: nobody says in which time zone their days begin. */
export function lastMonth(nowMs: number): WireForm {
  return { start_date: day(nowMs + DAY_MS - RANGE_MS), end_date: day(nowMs + DAY_MS) }
}

/** The days in which a payment can have been captured, beginning with the one before it was made. */
export function daysSince(created: string | undefined, nowMs: number): WireForm {
  const [, dd, mm, yyyy] = /^(\d\d)\.(\d\d)\.(\d{4})/.exec(created ?? '') ?? []
  const createdAtMs = Date.UTC(Number(yyyy), Number(mm) - 1, Number(dd))
  if (Number.isNaN(createdAtMs) || createdAtMs > nowMs + DAY_MS) return lastMonth(nowMs)
  const startMs = createdAtMs - DAY_MS
  const endMs = Math.min(nowMs + DAY_MS, startMs + RANGE_MS)
  return { start_date: day(startMs), end_date: day(endMs) }
}

/** `24.06.2026` */
function day(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10).split('-').toReversed().join('.')
}

interface Element {
  readonly name: string
  readonly children: Element[]
  text: string
}

/** Reads an answer of tx_diagnose. Null where it is not one. */
export function readDiagnosis(body: Uint8Array): WireDiagnosis | null {
  const root = parseXml(Buffer.from(body).toString('latin1'))
  const [head] = root ? allNamed(root, 'process') : []
  const process = head && fieldsOf(head)
  if (!root || !process?.['status']) return null
  const items = allNamed(root, 'transaction').map((element) =>
    itemSchema.safeParse(fieldsOf(element)),
  )
  if (items.some(({ success }) => !success)) return null
  return {
    status: process['status'].trim(),
    message: process['error_message'] ?? '',
    items: items.flatMap(({ data }) => data ?? []),
  }
}

function allNamed(element: Element, name: string): Element[] {
  if (element.name === name) return [element]
  return element.children.flatMap((child) => allNamed(child, name))
}

/** Null where one name comes with two values: nobody could say which counts. */
function fieldsOf({ children }: Element): Record<string, string> | null {
  const names = new Set(children.map(({ name }) => name))
  if (names.size !== children.length) return null
  return Object.fromEntries(children.map(({ name, text: value }) => [name, value]))
}

const XML_TOKEN =
  /<\?[^>]*\?>|<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gsy

/** Elements and text, which is all they send; null for anything else, a document type included. */
function parseXml(source: string): Element | null {
  const top: Element = { name: '', children: [], text: '' }
  const open: Element[] = [top]
  let end = 0
  for (const token of source.trim().matchAll(XML_TOKEN)) {
    end = token.index + token[0].length
    const [, cdata, closing, name, selfClosing, words] = token
    const current = open.at(-1)
    if (!current) return null
    if (name === undefined) current.text += cdata ?? unescapeXml(words ?? '')
    else if (closing) {
      if (current.name !== name || open.length === 1) return null
      open.pop()
    } else {
      const element: Element = { name, children: [], text: '' }
      current.children.push(element)
      if (!selfClosing) open.push(element)
    }
  }
  const whole = end === source.trim().length && open.length === 1 && top.text.trim() === ''
  return whole && top.children.length === 1 ? (top.children[0] ?? null) : null
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

function unescapeXml(words: string): string {
  return words.replaceAll(/&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|(\w+));/gi, (whole, dec, hex, name) => {
    if (dec) return String.fromCodePoint(Number(dec))
    if (hex) return String.fromCodePoint(parseInt(hex, 16))
    return XML_ENTITIES[name] ?? whole
  })
}

function agree(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || right === undefined || left === right
}
