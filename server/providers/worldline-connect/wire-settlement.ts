import { gunzipSync } from 'node:zlib'
import { type Money, minorDigits } from '../../../shared/money.ts'
import { moneyOf } from './wire.ts'

/**
 * The WX file in its own words, as far as it is public. Worldline gives its layout to merchants only
 * (product page "Reporting", read 2026-11); what is named here is what anonymised files of version
 * 01.02.26 hold that another project has published with its tests (wikimedia-fundraising-SmashPig,
 * Ingenico audit, files of 2017 to 2020): XML, one DataRecord for each thing that happened.
 */

/** Of a DataRecord and its PaymentData; empty elements and missing ones are the same. */
export const RECORD_FIELDS = [
  'MerchantID',
  'OrderID',
  'EffortID',
  'AttemptID',
  'Recordcategory',
  'Recordtype',
  'PaymentReference',
  'AdditionalReference',
  'ReferenceOriginalPayment',
  'PaymentProductId',
  'PaymentStatus',
  'TransactionDateTime',
  'DateDue',
  'PaymentCurrency',
  'PaymentAmount',
  'CurrencyDelivered',
  'AmountDelivered',
  'CurrencyLocal',
  'AmountLocal',
  'CurrencyDue',
  'AmountDue',
] as const
export type WireRecord = Readonly<Partial<Record<(typeof RECORD_FIELDS)[number], string>>>

export interface WireReport {
  /** What they call the file. */
  readonly filename: string
  readonly records: readonly WireRecord[]
  readonly totals: readonly {
    readonly merchantId: string
    readonly currency: string
    readonly due: string
  }[]
  /** How many records they wrote, where the file says; it says so twice. */
  readonly counts: readonly string[]
}

const MAX_BYTES = 256 * 1024 * 1024

/** The text of a file as it is, or packed with gzip. Throws where the packing is broken. */
export function textOf(bytes: Uint8Array): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = packed ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
  return new TextDecoder('utf-8').decode(plain)
}

/** Null where the text is no WX file in XML. */
export function reportIn(text: string): WireReport | null {
  const root = parseXml(text)
  if (root?.name !== 'report' || textAt(root, 'FilenameExtension')?.startsWith('wx') !== true) {
    return null
  }
  return {
    filename: textAt(root, 'Filename') ?? '',
    records: allNamed(root, 'DataRecord').map(recordIn),
    totals: allNamed(root, 'TotalAmount').map((total) => ({
      merchantId: textAt(total, 'MerchantID') ?? '',
      currency: textAt(total, 'CurrencyDue') ?? '',
      due: textAt(total, 'TotalAmountDue') ?? '',
    })),
    counts: allNamed(root, 'NumberOfRecords').map((element) => element.text.trim()),
  }
}

function recordIn(element: Element): WireRecord {
  return Object.fromEntries(
    RECORD_FIELDS.flatMap((name) => {
      const value = textAt(element, name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Their amounts have two decimals in every currency. Throws RangeError on what is no such amount. */
export function amountIn(currency: string | undefined, amount: string | undefined): Money | null {
  if (currency === undefined || amount === undefined) return null
  if (!/^[A-Z]{3}$/.test(currency) || !/^-?\d{1,15}$/.test(amount)) {
    throw new RangeError(`not an amount: ${amount} ${currency}`)
  }
  const money = moneyOf({ amount: Number(amount), currencyCode: currency })
  if (money) return { ...money, value: money.value === 0 ? 0 : money.value }
  throw new RangeError(`${currency} has ${minorDigits(currency)} decimals: ${amount} hundredths`)
}

/**
 * The number of the payment at the Server API: merchant, order, effort and attempt in one word of
 * thirty digits. A refund counts efforts below zero. Null where a part is missing or longer.
 */
export function paymentIdOf(record: WireRecord): string | null {
  const { MerchantID = '', OrderID = '', EffortID = '', AttemptID = '' } = record
  const parts = [MerchantID, OrderID, EffortID.replace(/^-/, ''), AttemptID]
  const widths = [10, 10, 5, 5]
  const fits = parts.every(
    (part, index) => /^\d+$/.test(part) && part.length <= (widths[index] ?? 0),
  )
  if (!fits || /^0+$/.test(OrderID)) return null
  return parts.map((part, index) => part.padStart(widths[index] ?? 0, '0')).join('')
}

interface Element {
  readonly name: string
  readonly children: Element[]
  text: string
}

const XML_TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<(\/?)(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(?:\s[^<>]*?)?(\/?)>|([^<]+)/gy

/** Elements without their namespace, and text; null for anything else, a document type included. */
function parseXml(source: string): Element | null {
  const top: Element = { name: '', children: [], text: '' }
  const open: Element[] = [top]
  const whole = source.replace(/^\ufeff/, '').trim()
  let end = 0
  for (const token of whole.matchAll(XML_TOKEN)) {
    end = token.index + token[0].length
    const [, closing, name, selfClosing, words] = token
    const current = open.at(-1)
    if (!current) return null
    if (name === undefined) current.text += unescapeXml(words ?? '')
    else if (closing) {
      if (current.name !== name || open.length === 1) return null
      open.pop()
    } else {
      const element: Element = { name, children: [], text: '' }
      current.children.push(element)
      if (!selfClosing) open.push(element)
    }
  }
  const isDocument = end === whole.length && open.length === 1 && top.text.trim() === ''
  return isDocument && top.children.length === 1 ? (top.children[0] ?? null) : null
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
}

function unescapeXml(words: string): string {
  return words.replaceAll(/&\w+;/g, (entity) => XML_ENTITIES[entity] ?? entity)
}

function allNamed(element: Element, name: string): Element[] {
  if (element.name === name) return [element]
  return element.children.flatMap((child) => allNamed(child, name))
}

/** The first that is not empty. */
function textAt(element: Element, name: string): string | undefined {
  return allNamed(element, name)
    .map(({ text }) => text.trim())
    .find((text) => text !== '')
}
