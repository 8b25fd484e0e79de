import { gzipSync } from 'node:zlib'
import type { Money } from '../../../shared/money.ts'
import { SandboxError } from '../../simulator.ts'
import type { PaymentRow, RefundRow } from './ledger.ts'
import { toCents } from './requests.ts'
import type { World } from './world.ts'

/**
 * The WX file of one day and merchant, as far as it is public: the elements and their order are those
 * of anonymised files of version 01.02.26 in the tests of wikimedia-fundraising-SmashPig.
 */
export interface WxFile {
  readonly name: string
  readonly text: string
  /** As it would be fetched; it may be packed with gzip. */
  readonly bytes: Uint8Array
}

const DAY_MS = 24 * 60 * 60 * 1_000
const NAMESPACE = 'https://wx.v2_6.globalcollect.com'

interface WxRecord {
  readonly payment: PaymentRow
  /** Category and type in one word, such as `+IP`. */
  readonly word: string
  readonly status: number
  readonly reference: string | null
  readonly original: string | null
  /** Below zero for money that goes back. */
  readonly amount: Money
  readonly atMs: number
  /** Whether it is booked, and so counts in what is due. */
  readonly isBooked: boolean
}

export function wxFilesOf(world: World, day: string): readonly WxFile[] {
  const fromMs = Date.parse(`${day}T00:00:00Z`)
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || Number.isNaN(fromMs)) {
    throw new SandboxError(400, `not a day: ${day}`)
  }
  const isOfDay = (atMs: number) => atMs >= fromMs && atMs < fromMs + DAY_MS
  return [...world.merchants.keys()].map((merchantId) => {
    const rows = world.ledger.payments().filter((row) => row.merchantId === merchantId)
    const records = rows.flatMap((row) => recordsOf(world, row)).filter(({ atMs }) => isOfDay(atMs))
    const name = `${merchantId.padStart(10, '0')}${day.replaceAll('-', '')}.010226`
    const text = reportText({ merchantId, name, day, records })
    return world.behaviour().wxPacked
      ? { name: `${name}.wx1.gz`, text, bytes: gzipSync(text) }
      : { name: `${name}.wx1`, text, bytes: Buffer.from(text) }
  })
}

/** Everything that ever happens to a payment: taken, booked, and given back. */
function recordsOf(world: World, row: PaymentRow): readonly WxRecord[] {
  const { wxPaidRecord, wxStrangeRecord, paidAfterMs } = world.behaviour()
  const { paidAtMs, amount, merchantReference: reference } = row
  if (paidAtMs === null) return []
  const common = { payment: row, reference, original: null, amount }
  const taken = { ...common, word: 'XON', status: 975, atMs: paidAtMs, isBooked: false }
  const word = wxStrangeRecord ?? wxPaidRecord
  const booked = { ...common, word, status: 1000, atMs: paidAtMs + paidAfterMs, isBooked: true }
  return [
    taken,
    ...(row.status === 'PAID' ? [booked] : []),
    ...row.refunds.flatMap((refund) => refundRecord(world, refund)),
  ]
}

function refundRecord(world: World, refund: RefundRow): readonly WxRecord[] {
  const { status, payment, amount, changedAtMs } = refund
  if (status !== 'REFUNDED' && status !== 'REFUND_REQUESTED') return []
  const isBooked = status === 'REFUNDED'
  const own = world.behaviour().wxRefundReference === 'own' ? refund : payment
  return [
    {
      payment,
      word: isBooked ? '-CR' : 'XCR',
      status: isBooked ? 1800 : 800,
      reference: own.merchantReference,
      original: payment.merchantReference,
      amount: { value: -amount.value, currency: amount.currency },
      atMs: changedAtMs,
      isBooked,
    },
  ]
}

interface Report {
  readonly merchantId: string
  readonly name: string
  readonly day: string
  readonly records: readonly WxRecord[]
}

function reportText({ merchantId, name, day, records }: Report): string {
  const count = leaf('NumberOfRecords', records.length)
  const account = merchantId.replace(/^0+(?=.)/, '')
  const body = [
    leaf('AccountID', account),
    leaf('Filename', name),
    leaf('FilenameExtension', 'wx1'),
    leaf('DateProduction', day),
    leaf('SerialNumber', ''),
    leaf('PeriodFrom', day),
    leaf('PeriodTo', day),
    leaf('Version', '01.02.26'),
    ...records.map(recordText),
    ...totalTexts(account, records),
    branch('Totals', [count]),
    count,
  ]
  const head = '<?xml version="1.0" encoding="utf-8"?>'
  return `${head}\n<tns:report xmlns:tns="${NAMESPACE}">\n${body.join('\n')}\n</tns:report>\n`
}

function recordText(record: WxRecord): string {
  const { payment, word, amount, atMs, isBooked } = record
  const { id } = payment
  const isAway = amount.value < 0
  const cents = toCents(amount)
  const due = [
    leaf(isAway ? 'DebitedCurrency' : 'CreditedCurrency', amount.currency),
    leaf(isAway ? 'DebitedAmount' : 'CreditedAmount', Math.abs(cents)),
    leaf('CurrencyDue', amount.currency),
    leaf('AmountDue', cents),
    leaf('DateDue', new Date(atMs).toISOString().slice(0, 10)),
  ]
  return branch('DataRecord', [
    leaf('MerchantID', Number(id.slice(0, 10))),
    leaf('OrderID', Number(id.slice(10, 20))),
    leaf('EffortID', `${isAway ? '-' : ''}${Number(id.slice(20, 25))}`),
    leaf('AttemptID', Number(id.slice(25))),
    branch('PaymentData', [
      leaf('Recordcategory', word.slice(0, 1)),
      leaf('Recordtype', word.slice(1)),
      leaf('PaymentReference', payment.paymentReference),
      leaf('AdditionalReference', record.reference ?? ''),
      leaf('PaymentStatus', record.status),
      leaf('TransactionDateTime', new Date(atMs).toISOString().slice(0, 19)),
      leaf('PaymentProductId', 863),
      ...(record.original === null ? [] : [leaf('ReferenceOriginalPayment', record.original)]),
      leaf('PaymentCurrency', amount.currency),
      leaf('PaymentAmount', cents),
      ...(isBooked ? due : []),
    ]),
    leaf('ThirdPartyData', ''),
  ])
}

function totalTexts(merchantId: string, records: readonly WxRecord[]): readonly string[] {
  const booked = records.filter(({ isBooked }) => isBooked)
  const currencies = [...new Set(booked.map(({ amount }) => amount.currency))]
  return currencies.map((currency) => {
    const cents = booked
      .filter(({ amount }) => amount.currency === currency)
      .map(({ amount }) => toCents(amount))
    const sum = (part: readonly number[]) => part.reduce((total, one) => total + one, 0)
    const debited = sum(cents.filter((one) => one < 0))
    return branch('TotalAmount', [
      leaf('MerchantID', merchantId),
      leaf('CurrencyDue', currency),
      leaf('TotalAmountCredited', sum(cents) - debited),
      leaf('TotalAmountDebited', -debited),
      leaf('TotalAmountDue', sum(cents)),
    ])
  })
}

function branch(name: string, children: readonly string[]): string {
  return `<tns:${name}>\n${children.join('\n')}\n</tns:${name}>`
}

function leaf(name: string, content: string | number): string {
  const text = String(content)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return text === '' ? `<tns:${name}/>` : `<tns:${name}>${text}</tns:${name}>`
}
