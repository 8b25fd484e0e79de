import type { Money } from '../../../shared/money.ts'
import type { SettlementProblem, SettlementReport, SettlementRow } from '../../domain/settlement.ts'
import { ProviderError, type ProviderOutcome } from '../errors.ts'
import { lookUp } from './translate.ts'
import {
  amountIn,
  paymentIdOf,
  reportIn,
  textOf,
  type WireRecord,
  type WireReport,
} from './wire-settlement.ts'

/** WX files, as far as they are public, into rows; pure. */

type Meaning =
  | { readonly kind: 'payment'; readonly status: 'paid' | 'pending' }
  | { readonly kind: 'refund'; readonly status: 'succeeded' | 'processing' }
  | { readonly kind: 'chargeback'; readonly status: null }

/**
 * Record category and type. `+` and `-` are booked, `X` is under way or rejected. Named by two
 * integrators (reconciliation pages of Zuora, read 2026-11; the audit of wikimedia-fundraising-
 * SmashPig); which of them stand for WeChat Pay is not public, so every other word is reported.
 */
const RECORDS: Readonly<Record<string, Meaning>> = {
  '+ON': { kind: 'payment', status: 'paid' },
  '+IP': { kind: 'payment', status: 'paid' },
  XON: { kind: 'payment', status: 'pending' },
  '-CR': { kind: 'refund', status: 'succeeded' },
  '-RF': { kind: 'refund', status: 'succeeded' },
  XCR: { kind: 'refund', status: 'processing' },
  '-CB': { kind: 'chargeback', status: null },
}

const WECHAT_PAY = '863'

export interface ReadFor {
  readonly accountId: string
  readonly merchantId: string
}

/**
 * The rows of this merchant's WeChat payments in one WX file, plain or packed with gzip. Throws
 * `rejected` on what is no WX file in XML, and `unverifiable` where records are missing or the
 * packing is broken.
 */
export function readFile(
  file: { readonly name: string; readonly bytes: Uint8Array },
  account: ReadFor,
): SettlementReport {
  const { accountId } = account
  const report = wholeReport(file, accountId)
  const source = file.name.split(/[\\/]/).at(-1) ?? file.name
  const rows = new Map<string, SettlementRow>()
  const problems: SettlementProblem[] = []
  const alike = new Map<string, number>()
  for (const [index, record] of report.records.entries()) {
    const line = index + 1
    if (!belongsTo(record, account)) continue
    try {
      const name = nameOf(record)
      // Nothing but its place tells two refunds of one payment apart that are alike in all fields.
      const place = (alike.get(name) ?? 0) + 1
      alike.set(name, place)
      const rowId = place === 1 ? name : `${name}/${place}`
      rows.set(rowId, { accountId, source, line, rowId, ...rowOf(record) })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.push({ source, line, message: error.message })
    }
  }
  const total = totalsOf(report, { source, account })
  return { rows: [...rows.values(), ...total.rows], problems: [...problems, ...total.problems] }
}

function wholeReport(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  accountId: string,
): WireReport {
  let text: string
  try {
    text = textOf(bytes)
  } catch {
    throw fault(accountId, 'unverifiable', `${name} is damaged: it cannot be unpacked`)
  }
  const report = reportIn(text)
  if (!report) {
    const need = 'a WX file in XML; ask Worldline for that form, CSV and ASCII are not read'
    throw fault(accountId, 'rejected', `${name} is not ${need}`)
  }
  const { records, counts } = report
  const wrong = counts.find((count) => Number(count) !== records.length)
  if (counts.length > 0 && wrong === undefined) return report
  const told = counts.length === 0 ? 'not say how many' : `count ${wrong}`
  const message = `${name} is damaged: it has ${records.length} records and does ${told}`
  throw fault(accountId, 'unverifiable', message)
}

/** Other merchants and other payment products are other people's business. */
function belongsTo({ MerchantID, PaymentProductId }: WireRecord, { merchantId }: ReadFor): boolean {
  const isOurs = MerchantID === undefined || plain(MerchantID) === plain(merchantId)
  return isOurs && (PaymentProductId ?? WECHAT_PAY) === WECHAT_PAY
}

/** Without leading zeros: the same number is written in several widths. */
function plain(number: string): string {
  return number.replace(/^0+(?=\d)/, '')
}

function wordOf({ Recordcategory = '', Recordtype = '' }: WireRecord): string {
  return `${Recordcategory}${Recordtype}`
}

function nameOf(record: WireRecord): string {
  const { OrderID, EffortID, AttemptID, AdditionalReference, TransactionDateTime } = record
  const number = [OrderID, EffortID, AttemptID, AdditionalReference]
  const when = TransactionDateTime ?? record.DateDue
  return [wordOf(record), ...number, when, record.PaymentAmount ?? record.AmountDelivered]
    .map((part) => part ?? '')
    .join('/')
}

type Told<Row> = Row extends SettlementRow
  ? Omit<Row, 'accountId' | 'source' | 'line' | 'rowId'>
  : never

/** Throws RangeError. */
function rowOf(record: WireRecord): Told<SettlementRow> {
  const word = wordOf(record)
  if (word === '') throw new RangeError('a record without category and type')
  const { AdditionalReference: reference, ReferenceOriginalPayment: original } = record
  const meaning = lookUp(RECORDS, word) ?? { kind: 'payment', status: 'pending' }
  const isPayment = meaning.kind === 'payment'
  // In the published refunds both references are the payment's: then none is known of the refund.
  const ownReference = original !== undefined && original !== reference ? reference : undefined
  const common = {
    outTradeNo: (isPayment ? reference : (original ?? reference)) ?? null,
    providerPaymentId: paymentIdOf(record),
    outRefundNo: meaning.kind === 'refund' ? (ownReference ?? null) : null,
    providerRefundId: null,
    appId: null,
    // Without a time zone, so nobody knows.
    occurredAtMs: null,
    settled: amountIn(record.CurrencyDue, record.AmountDue),
    fee: null,
    rate: null,
    providerStatus: [word, record.PaymentStatus].filter(Boolean).join(' '),
    unknownStatus: lookUp(RECORDS, word) === undefined,
  }
  const amount = paymentAmount(record)
  if (amount === null && meaning.status !== null) throw new RangeError('a record without an amount')
  return { ...common, ...meaning, amount: isPayment ? amount : amount && away(amount) }
}

/** In the currency of the payment, which stands in one of three places. */
function paymentAmount(record: WireRecord): Money | null {
  const { PaymentCurrency, PaymentAmount, CurrencyDelivered, AmountDelivered } = record
  return (
    amountIn(PaymentCurrency, PaymentAmount) ??
    amountIn(CurrencyDelivered, AmountDelivered) ??
    amountIn(record.CurrencyLocal, record.AmountLocal)
  )
}

/** What is due to the merchant over all products; which records it adds up is not public. */
function totalsOf(
  { totals, filename, records }: WireReport,
  { source, account }: { source: string; account: ReadFor },
): SettlementReport {
  const rows: SettlementRow[] = []
  const problems: SettlementProblem[] = []
  for (const [index, { merchantId, currency, due }] of totals.entries()) {
    if (plain(merchantId) !== plain(account.merchantId)) continue
    try {
      rows.push({
        kind: 'total',
        status: null,
        accountId: account.accountId,
        rowId: `total/${filename}/${currency}`,
        source,
        line: records.length + index + 1,
        outTradeNo: null,
        providerPaymentId: null,
        outRefundNo: null,
        providerRefundId: null,
        appId: null,
        occurredAtMs: null,
        amount: null,
        settled: amountIn(currency, due),
        fee: null,
        rate: null,
        providerStatus: 'TotalAmountDue',
        unknownStatus: false,
      })
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      problems.push({ source, line: null, message: `TotalAmount: ${error.message}` })
    }
  }
  return { rows, problems }
}

/** Money away, whichever sign it was written with. */
function away({ value, currency }: Money): Money {
  return { value: value === 0 ? 0 : -Math.abs(value), currency }
}

function fault(accountId: string, outcome: ProviderOutcome, message: string): ProviderError {
  return new ProviderError({ outcome, accountId, message })
}
