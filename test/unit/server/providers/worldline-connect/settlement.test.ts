import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { SettlementReport } from '../../../../../server/domain/settlement.ts'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { readFile } from '../../../../../server/providers/worldline-connect/settlement.ts'

/**
 * Records in the form of the anonymised WX files that wikimedia-fundraising-SmashPig publishes with
 * its tests (version 01.02.26), with the product number of WeChat Pay.
 */

const NAME = '000000123420170728.010226.wx1'

type Fields = Readonly<Record<string, string>>

const PAID: Fields = {
  Recordcategory: '+',
  Recordtype: 'IP',
  PaymentReference: '657000777333',
  AdditionalReference: 'p1001',
  CurrencyDelivered: 'USD',
  AmountDelivered: '300',
  PaymentStatus: '1000',
  TransactionDateTime: '2017-07-29T22:56:08',
  PaymentProductId: '863',
  PaymentCurrency: 'USD',
  PaymentAmount: '300',
  CurrencyDue: 'USD',
  AmountDue: '300',
}

const REFUNDED: Fields = {
  Recordcategory: '-',
  Recordtype: 'CR',
  PaymentReference: '987654321',
  AdditionalReference: 'p1001',
  CurrencyDelivered: 'USD',
  AmountDelivered: '-10000',
  PaymentStatus: '1800',
  TransactionDateTime: '2017-07-25T00:23:40',
  PaymentProductId: '863',
  ReferenceOriginalPayment: 'p1001',
  PaymentCurrency: 'USD',
  PaymentAmount: '-10000',
  DebitedAmount: '10000',
  CurrencyDue: 'USD',
  AmountDue: '-10000',
}

function record(payment: Fields, head: Fields = {}): string {
  const leaves = (fields: Fields) =>
    Object.entries(fields).map(([name, text]) =>
      text === '' ? `<tns:${name}/>` : `<tns:${name}>${text}</tns:${name}>`,
    )
  const numbers = {
    MerchantID: '1234',
    OrderID: '123456789',
    EffortID: '1',
    AttemptID: '1',
    ...head,
  }
  return `<tns:DataRecord>${leaves(numbers).join('\n')}<tns:PaymentData>${leaves(payment).join('\n')}</tns:PaymentData><tns:ThirdPartyData/></tns:DataRecord>`
}

function report(records: readonly string[], count = records.length): string {
  const numberOf = `<tns:NumberOfRecords>${count}</tns:NumberOfRecords>`
  return `<?xml version="1.0" encoding="utf-8"?>
<tns:report xmlns:tns="https://wx.v2_6.globalcollect.com">
<tns:AccountID>1234</tns:AccountID><tns:Filename>000000123420170728.010226</tns:Filename>
<tns:FilenameExtension>wx1</tns:FilenameExtension><tns:SerialNumber/>
${records.join('\n')}
<tns:TotalAmount><tns:MerchantID>1234</tns:MerchantID><tns:CurrencyDue>USD</tns:CurrencyDue><tns:TotalAmountDue>-9700</tns:TotalAmountDue></tns:TotalAmount>
<tns:Totals>${numberOf}</tns:Totals>${numberOf}
</tns:report>`
}

function read(text: string | Uint8Array, merchantId = '1234'): SettlementReport {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return readFile({ name: `inbox/${NAME}`, bytes }, { accountId: 'worldline', merchantId })
}

function outcomeOf(text: string | Uint8Array): string {
  try {
    read(text)
  } catch (error) {
    if (error instanceof ProviderError) return error.outcome
    throw error
  }
  return 'read'
}

const details = ({ rows }: SettlementReport) => rows.filter(({ kind }) => kind !== 'total')

describe('a record is a row', () => {
  test('money that has come in is a paid payment, under the number of the Server API', () => {
    const { rows, problems } = read(report([record(PAID)]))
    expect(problems).toEqual([])
    expect(rows[0]).toEqual({
      kind: 'payment',
      status: 'paid',
      accountId: 'worldline',
      rowId: '+IP/123456789/1/1/p1001/2017-07-29T22:56:08/300',
      source: NAME,
      line: 1,
      outTradeNo: 'p1001',
      providerPaymentId: '000000123401234567890000100001',
      outRefundNo: null,
      providerRefundId: null,
      appId: null,
      occurredAtMs: null,
      amount: { value: 300, currency: 'USD' },
      settled: { value: 300, currency: 'USD' },
      fee: null,
      rate: null,
      providerStatus: '+IP 1000',
      unknownStatus: false,
    })
  })

  test('a refund takes money away from its payment, whose effort it counts below zero', () => {
    const [row] = details(read(report([record(REFUNDED, { EffortID: '-1' })])))
    expect(row).toMatchObject({
      kind: 'refund',
      status: 'succeeded',
      outTradeNo: 'p1001',
      outRefundNo: null,
      providerPaymentId: '000000123401234567890000100001',
      amount: { value: -10_000, currency: 'USD' },
      settled: { value: -10_000, currency: 'USD' },
    })
  })

  test('a refund with a reference of its own tells it', () => {
    const own = { ...REFUNDED, AdditionalReference: 'r1' }
    expect(details(read(report([record(own)])))).toMatchObject([
      { outTradeNo: 'p1001', outRefundNo: 'r1' },
    ])
  })

  test.each([
    ['+ON', 'payment', 'paid', false],
    ['XON', 'payment', 'pending', false],
    ['XCR', 'refund', 'processing', false],
    ['-RF', 'refund', 'succeeded', false],
    ['-CB', 'chargeback', null, false],
    ['+RF', 'payment', 'pending', true],
    ['XRN', 'payment', 'pending', true],
    ['constructor', 'payment', 'pending', true],
  ])('%s is a %s that is %s', (word, kind, status, unknownStatus) => {
    const [Recordcategory, Recordtype] = [word.slice(0, 1), word.slice(1)] as const
    const rows = details(read(report([record({ ...PAID, Recordcategory, Recordtype })])))
    expect(rows).toMatchObject([{ kind, status, unknownStatus }])
  })

  test('a sparse record is found by its reference alone', () => {
    const head = { OrderID: '0', EffortID: '', AttemptID: '' }
    const { PaymentProductId: _, ...sparse } = REFUNDED
    expect(details(read(report([record(sparse, head)])))).toMatchObject([
      { outTradeNo: 'p1001', providerPaymentId: null, amount: { value: -10_000 } },
    ])
  })

  test.each([
    ['JPY', '199900', 1999],
    ['KWD', '150', 1500],
  ])('amounts in %s have two decimals on the wire', (PaymentCurrency, PaymentAmount, value) => {
    const rows = details(read(report([record({ ...PAID, PaymentCurrency, PaymentAmount })])))
    expect(rows).toMatchObject([{ amount: { value, currency: PaymentCurrency } }])
  })

  test('two refunds that are alike in every field are two rows', () => {
    const rows = details(read(report([record(REFUNDED), record(REFUNDED)])))
    expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(2)
  })

  test('what is due is kept as a sum, and is no fact', () => {
    const { rows } = read(report([record(PAID)]))
    expect(rows.filter(({ kind }) => kind === 'total')).toMatchObject([
      { status: null, settled: { value: -9700, currency: 'USD' } },
    ])
  })

  test('other merchants and other products are left to their owners', () => {
    const foreign = [record(PAID, { MerchantID: '9' }), record({ ...PAID, PaymentProductId: '1' })]
    expect(details(read(report([...foreign, record(PAID)])))).toMatchObject([{ line: 3 }])
    expect(details(read(report([record(PAID)]), '0000001234'))).toHaveLength(1)
  })
})

describe('what is not whole is not believed', () => {
  test('a record too few', () => {
    expect(outcomeOf(report([record(PAID)], 2))).toBe('unverifiable')
    expect(outcomeOf(report([record(PAID)], 1))).toBe('read')
  })

  test('a file that has lost its counts', () => {
    const text = report([record(PAID)]).replaceAll(
      /<tns:NumberOfRecords>1<\/tns:NumberOfRecords>/g,
      '',
    )
    expect(outcomeOf(text)).toBe('unverifiable')
  })

  test('broken packing', () => {
    const packed = gzipSync(report([record(PAID)]))
    expect(outcomeOf(packed)).toBe('read')
    expect(outcomeOf(packed.subarray(0, -9))).toBe('unverifiable')
  })

  test.each([
    ['nothing', ''],
    ['a table', 'MerchantID,OrderID\n1234,1\n'],
    ['a file cut off', report([record(PAID)]).slice(0, -20)],
    ['another document', '<report><Filename>a</Filename></report>'],
    ['a document type', `<!DOCTYPE report>${report([record(PAID)])}`],
    ['elements that cross', report([record(PAID)]).replace('</tns:PaymentData>', '</tns:Other>')],
  ])('%s is no WX file', (_, text) => {
    expect(outcomeOf(text)).toBe('rejected')
  })

  test.each([
    ['no amount', { PaymentAmount: '', AmountDelivered: '' }],
    ['an amount in words', { PaymentAmount: '3.00' }],
    ['a currency that is none', { PaymentCurrency: 'usd' }],
    ['half a yen', { PaymentCurrency: 'JPY', PaymentAmount: '199950' }],
    ['no kind', { Recordcategory: '', Recordtype: '' }],
  ])('a record with %s is reported with its place, and the others are kept', (_, fields) => {
    const { rows, problems } = read(report([record({ ...PAID, ...fields }), record(PAID)]))
    expect(rows[0]).toMatchObject({ line: 2, status: 'paid' })
    expect(problems).toMatchObject([{ source: NAME, line: 1 }])
  })

  test('entities and comments are read, and nothing is made of unknown ones', () => {
    const odd = { ...PAID, AdditionalReference: 'a&amp;b &eacute;' }
    const text = report([record(odd)]).replace('<tns:SerialNumber/>', '<!-- a\n<b> -->')
    expect(details(read(text))).toMatchObject([{ outTradeNo: 'a&b &eacute;' }])
  })
})
