import { gunzipSync } from 'node:zlib'
import { decimalToMinor, type Money, minorDigits } from '../../../shared/money.ts'
import { parseCsv } from '../csv.ts'

/**
 * PPRO's settlement and processing files in their own words (Simple API developer hub, "Settlement
 * files", "The reconciliation process - processing files" and the pages of each file, read 2026-11;
 * WeChat Pay Online page, tables 12 to 14). Names of files and columns, and nothing of their meaning.
 */

/** The settlement files by their suffix, and the processing files of one day. */
export type FileKind =
  | 'volume-per-transaction'
  | 'volume-per-refund'
  | 'volume-per-chargeback'
  | 'fee-per-transaction'
  | 'fee-per-refund'
  | 'fee-per-chargeback'
  | 'aggregate'
  | 'transaction'
  | 'refund'
  | 'chargeback'

export interface FileName {
  readonly kind: FileKind
  /** Without folders and `.gz`. */
  readonly name: string
  /** What all files of one settlement, or of one day, have in common: `1-999-W-2016-07`. */
  readonly stem: string
}

const VOLUME = 'EVENT_TIMESTAMP MERCHANT_ID PAYMENT_METHOD AMOUNT CURRENCY'
const FEE = 'FEE_TYPE EVENT_TIMESTAMP MERCHANT_ID PAYMENT_METHOD AMOUNT CURRENCY'

/** Columns without which a file is not what its name says; others pass by. */
const COLUMNS: Readonly<Record<FileKind, string>> = {
  'volume-per-transaction': `MERCHANT_TX_ID TX_ID EVENT_TYPE ${VOLUME}`,
  'volume-per-refund': `MERCHANT_TX_ID RF_ID EVENT_TYPE ${VOLUME} REFERENCE_TX_ID`,
  'volume-per-chargeback': `MERCHANT_TX_ID CB_ID ${VOLUME}`,
  'fee-per-transaction': `MERCHANT_TX_ID TX_ID ${FEE}`,
  'fee-per-refund': `MERCHANT_TX_ID RF_ID ${FEE} REFERENCE_TX_ID`,
  'fee-per-chargeback': `MERCHANT_TX_ID CB_ID ${FEE}`,
  aggregate: 'MERCHANT_ID PAYMENT_METHOD EVENT_TYPE EVENT_COUNT AGGREGATE_AMOUNT CURRENCY',
  transaction: 'TXID TXSTATE FUNDSTATE AMOUNT CURRENCY MERCHANTTXID',
  refund: 'REFUNDID REFUNDSTATE FUNDSSTATE AMOUNT CURRENCY REFTXID MERCHANTREFUNDID',
  chargeback: 'CBID AMOUNT CURRENCY TXID MERCHANTTXID CHARGEBACKTS',
}

/**
 * Settlement files are called `<entity>-<client>-<billing id>-<frequency>-<year>-<number>-<suffix>.csv`;
 * the billing id is missing for resellers, and the older files have `<merchant number>` in its place.
 */
const SETTLEMENT_NAME = /^((?:\d+-){1,3}[DWM]-\d{4}-\d{1,4})-([a-z-]+)\.csv$/i
/** `20260624Z_transaction_succeeded.consolidated.csv`, and the same for one contract alone. */
const PROCESSING_NAME = /^(\d{8}Z)_(?:(transaction|refund)_[a-z]+|(chargeback))(?:\.[\w-]+)?\.csv$/i

/** Null for what is none of PPRO's files. */
export function fileNameOf(path: string): FileName | null {
  const name = (path.split(/[\\/]/).at(-1) ?? '').replace(/\.gz$/i, '')
  const [, settlement, suffix] = SETTLEMENT_NAME.exec(name) ?? []
  const [, day, listed, chargeback] = PROCESSING_NAME.exec(name) ?? []
  const stem = settlement ?? day
  const kind = isKind((suffix ?? listed ?? chargeback ?? '').toLowerCase())
  if (stem === undefined || kind === null) return null
  const isOfDay = kind === 'transaction' || kind === 'refund' || kind === 'chargeback'
  return isOfDay === (day !== undefined) ? { kind, name, stem } : null
}

function isKind(word: string): FileKind | null {
  return isOneOf(word) ? word : null
}

function isOneOf(word: string): word is FileKind {
  return Object.hasOwn(COLUMNS, word)
}

/** Far beyond any real file; a packed one must not fill the memory. */
const MAX_BYTES = 256 * 1024 * 1024

/** The text of a file as it is, or packed with gzip. Throws where the packing is broken. */
export function textOf(bytes: Uint8Array): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const plain = packed ? gunzipSync(bytes, { maxOutputLength: MAX_BYTES }) : bytes
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain)
  } catch {
    return Buffer.from(plain).toString('latin1')
  }
}

/** One line of a file; a column that the file does not have is empty. */
export interface Line {
  /** From 1, the header included. */
  readonly line: number
  readonly of: (column: string) => string
}

export interface Table {
  readonly lines: readonly Line[]
  /** Lines with more or fewer fields than the header. */
  readonly broken: readonly number[]
  /** What stands at the end of a settlement file; empty in processing files. */
  readonly footer: Footer
}

export interface Footer {
  readonly RECORD_COUNT?: string
  readonly CHECKSUM_AGGREGATE_AMOUNT?: string
}

/** Of these, the date is when the money is sent to the bank, for all lines of the file alike. */
const FOOTER_NAMES = ['SETTLEMENT_DATE', 'RECORD_COUNT', 'CHECKSUM_AGGREGATE_AMOUNT']

/**
 * Lines by column name. The aggregate file writes EVENT-COUNT on one page and EVENT_COUNT on another;
 * both are read. Throws RangeError where the text is no such table.
 */
export function tableOf(text: string, kind: FileKind): Table {
  const records = parseCsv(text).map((cells, index) => ({ cells, line: index + 1 }))
  const written = records.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  const [head, ...body] = written
  const columns = (head?.cells ?? []).map(columnName)
  const missing = COLUMNS[kind].split(' ').filter((column) => !columns.includes(column))
  if (missing.length > 0) throw new RangeError(`it has no ${missing.join(', ')}`)
  const isFooter = ({ cells }: { cells: readonly string[] }) =>
    FOOTER_NAMES.includes(columnName(cells[0] ?? ''))
  const lines = body.filter((record) => !isFooter(record))
  const isWhole = ({ cells }: { cells: readonly string[] }) => cells.length === columns.length
  return {
    lines: lines.filter(isWhole).map(({ cells, line }) => ({
      line,
      of: (column) => (cells[columns.indexOf(column)] ?? '').trim(),
    })),
    broken: lines.filter((record) => !isWhole(record)).map(({ line }) => line),
    footer: Object.fromEntries(
      body.filter(isFooter).map(({ cells }) => [
        columnName(cells[0] ?? ''),
        cells
          .slice(1)
          .find((cell) => cell.trim() !== '')
          ?.trim() ?? '',
      ]),
    ),
  }
}

function columnName(cell: string): string {
  return cell.trim().toUpperCase().replaceAll('-', '_')
}

/** `2021-06-15T11:37:01Z`, or the same with a space and without a zone, which is UTC; else null. */
export function instantOf(text: string): number | null {
  const [, day, time] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d{1,9})?)Z?$/.exec(text) ?? []
  const atMs = Date.parse(`${day}T${time}Z`)
  return Number.isNaN(atMs) ? null : Math.floor(atMs)
}

/** Throws RangeError where the field is empty. */
export function needed({ of }: Line, column: string): string {
  const value = of(column)
  if (value === '') throw new RangeError(`${column} is empty`)
  return value
}

/** Decimal major units, as settlement files write them. Throws RangeError. */
export function decimalIn(line: Line, column = 'AMOUNT'): Money {
  return decimalToMinor(needed(line, column), currencyIn(line))
}

/** Whole minor units, as processing files write them. Throws RangeError. */
export function minorIn(line: Line): Money {
  const amount = needed(line, 'AMOUNT')
  if (!/^-?\d{1,15}$/.test(amount)) throw new RangeError(`AMOUNT is not in cents: ${amount}`)
  const value = Number(amount)
  return { value: value === 0 ? 0 : value, currency: currencyIn(line) }
}

/** Null for a fee of more decimals than its currency has, which no money can be. Throws RangeError. */
export function feeIn(line: Line): Money | null {
  const currency = currencyIn(line)
  const digits = minorDigits(currency)
  const [, fraction = ''] = /^-?\d+\.(\d+)$/.exec(needed(line, 'AMOUNT')) ?? []
  return /^0*$/.test(fraction.slice(digits)) ? decimalIn(line) : null
}

function currencyIn(line: Line): string {
  const currency = needed(line, 'CURRENCY')
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`CURRENCY is none: ${currency}`)
  return currency
}

const ID_COLUMNS = ['TX_ID', 'RF_ID', 'CB_ID']

export interface FooterProblem {
  readonly message: string
  /** Whether it proves that lines are missing or changed. */
  readonly isProof: boolean
}

/**
 * What a settlement file's footer says against its own lines. In volume files that proves damage.
 * Fee files may count transactions or their fees, and nobody says which: there it is only reported.
 */
export function footerProblems({ lines, broken, footer }: Table, kind: FileKind): FooterProblem[] {
  if (!/^(?:volume|fee|aggregate)/.test(kind)) return []
  const isProof = kind.startsWith('volume')
  const { RECORD_COUNT: count, CHECKSUM_AGGREGATE_AMOUNT: checksum } = footer
  if (count === undefined && checksum === undefined) {
    return [{ message: 'it has no footer, so it may have lost its end', isProof: false }]
  }
  const counts = [
    lines.length + broken.length,
    ...(kind.startsWith('fee') ? [mentioned(lines)] : []),
  ]
  const sum = broken.length === 0 ? sumOf(lines, kind) : null
  const wrongCount = count !== undefined && !counts.includes(Number(count))
  const wrongSum = checksum !== undefined && sum !== null && sum !== scaled(checksum)
  return [
    ...(wrongCount ? [`its footer counts ${count} records, it has ${counts[0]}`] : []),
    ...(wrongSum ? [`its lines do not add up to ${checksum}, as its footer says`] : []),
  ].map((message) => ({ message, isProof }))
}

/** How many transactions, refunds or chargebacks the lines are about. */
function mentioned(lines: readonly Line[]): number {
  return new Set(lines.map(({ of }) => ID_COLUMNS.map(of).join(' '))).size
}

/** The sum over all currencies, as their footer has it; null where a line has no decimal. */
function sumOf(lines: readonly Line[], kind: FileKind): bigint | null {
  const column = kind === 'aggregate' ? 'AGGREGATE_AMOUNT' : 'AMOUNT'
  return lines.reduce<bigint | null>((sum, { of }) => {
    const amount = scaled(of(column))
    return sum === null || amount === null ? null : sum + amount
  }, 0n)
}

const SCALE = 10

/** A decimal in units of its tenth digit; null where it is none. */
function scaled(decimal: string): bigint | null {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,10}))?$/.exec(decimal) ?? []
  if (whole === undefined) return null
  return BigInt(`${sign}${whole}${fraction.padEnd(SCALE, '0')}`)
}

/**
 * What PPRO settles for a payment: the same sum, and for one in CNY the sum at the rate of its
 * SPECOUT.FXRATE (CNY for one unit of the settlement currency). WeChat Pay calculates it, by a
 * rounding that is not documented: the published example turns 10.00 CNY at 6.44145 into 1.60 USD,
 * which is the quotient in whole tenths and not in cents. So `stepMinor` says what is rounded to,
 * half and more upwards. Exact to the last digit of the rate. Throws RangeError on a rate of none.
 */
export function settlementFor(
  paid: Money,
  terms: { readonly currency: string; readonly rate: string; readonly stepMinor?: number },
): Money {
  if (paid.currency === terms.currency) return paid
  const rate = scaled(terms.rate)
  if (rate === null || rate <= 0n) throw new RangeError(`not a rate: ${terms.rate}`)
  const shift = BigInt(SCALE + minorDigits(terms.currency))
  const divisor = rate * 10n ** BigInt(minorDigits(paid.currency)) * BigInt(terms.stepMinor ?? 1)
  const dividend = BigInt(Math.abs(paid.value)) * 10n ** shift
  const value = Number((2n * dividend + divisor) / (2n * divisor)) * (terms.stepMinor ?? 1)
  return { value: value === 0 ? 0 : Math.sign(paid.value) * value, currency: terms.currency }
}
