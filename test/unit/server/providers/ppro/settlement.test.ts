import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { compareWithAggregate } from '../../../../../server/providers/ppro/settlement.ts'
import { settlementFor } from '../../../../../server/providers/ppro/wire-settlement.ts'
import {
  AGGREGATE_HEADER,
  footer,
  PAID_LINE,
  REFUND_HEADER,
  REFUND_LINE,
  read,
  STEM,
  VOLUME_HEADER,
} from './settlement-world.ts'

const VOLUME = `${STEM}-volume-per-transaction.csv`
const REFUNDS = `${STEM}-volume-per-refund.csv`
const AGGREGATE = `${STEM}-aggregate.csv`
const USD = (value: number) => ({ value, currency: 'USD' })

const feeHeader = VOLUME_HEADER.replace(',AMOUNT', ',FEE_TYPE,AMOUNT')
const feeLine = (type: string, amount: string) => PAID_LINE.replace(',1.60', `,${type},${amount}`)

describe('the published examples of a settlement (WeChat Pay Online page, tables 12 to 14)', () => {
  test('the payment reaches the bank as 1.60 USD, and the file tells no sum in yuan', () => {
    const { rows, problems } = read(VOLUME, `${VOLUME_HEADER}\n${PAID_LINE}\n${footer(1, '1.60')}`)
    expect(problems).toEqual([])
    expect(rows).toEqual([
      {
        kind: 'payment',
        status: 'paid',
        accountId: 'ppro',
        rowId: 'settled payment/999111222/SUCCEEDED/2021-06-15T11:37:01Z',
        source: VOLUME,
        line: 2,
        outTradeNo: '202106151',
        providerPaymentId: '999111222',
        outRefundNo: null,
        providerRefundId: null,
        appId: null,
        occurredAtMs: Date.UTC(2021, 5, 15, 11, 37, 1),
        amount: null,
        settled: USD(160),
        fee: null,
        rate: null,
        providerStatus: 'SUCCEEDED',
        unknownStatus: false,
      },
    ])
  })

  test('the refund takes 1.60 USD away again', () => {
    const text = `${REFUND_HEADER}\n${REFUND_LINE}\n${footer(1, '-1.60')}`
    const { rows, problems } = read(REFUNDS, text)
    expect(problems).toEqual([])
    expect(rows).toMatchObject([
      {
        kind: 'refund',
        status: 'succeeded',
        outTradeNo: '202106151',
        outRefundNo: null,
        providerRefundId: '999111222',
        providerPaymentId: '999111222',
        amount: null,
        settled: USD(-160),
      },
    ])
  })

  test('the aggregate, its hyphen included, agrees with the files of the settlement', () => {
    const aggregate = read(AGGREGATE, published)
    expect(aggregate.problems).toEqual([])
    expect(
      aggregate.rows.map(({ kind, status, providerStatus, settled }) => {
        return [kind, status, providerStatus, settled?.value]
      }),
    ).toEqual([
      ['total', null, 'TRANSACTION 1', 160],
      ['total', null, 'REFUND 1', -160],
      ['total', null, 'ACQUIRING_FEE 2', -20],
      ['total', null, 'SUCCEEDED_FEE 2', -20],
    ])
    expect(compareWithAggregate(theFiles(), aggregate.rows)).toEqual([])
  })
})

const published = [
  AGGREGATE_HEADER,
  'TESTCONTRACT,WeChatPay,TRANSACTION,1,1.60,USD',
  'TESTCONTRACT,WeChatPay,REFUND,1,-1.60,USD',
  'TESTCONTRACT,WeChatPay,ACQUIRING_FEE,2,-0.20,USD',
  'TESTCONTRACT,WeChatPay,SUCCEEDED_FEE,2,-0.20,USD',
  footer(4, '-0.40'),
].join('\n')

/** The payment, its refund, and two fees of 0.10 for each. */
function theFiles(discount: readonly string[] = []) {
  const fees = ['ACQUIRING_FEE,-0.10', 'SUCCEEDED_FEE,-0.10', ...discount].map((fee) =>
    fee.split(','),
  )
  const feesOf = (line: string) =>
    fees.map(([type, amount]) => line.replace(/,-?1\.60/, `,${type},${amount}`))
  const refundFees = REFUND_HEADER.replace(',AMOUNT', ',FEE_TYPE,AMOUNT')
  return [
    read(VOLUME, `${VOLUME_HEADER}\n${PAID_LINE}\n`),
    read(REFUNDS, `${REFUND_HEADER}\n${REFUND_LINE}\n`),
    read(`${STEM}-fee-per-transaction.csv`, [feeHeader, ...feesOf(PAID_LINE)].join('\n')),
    read(`${STEM}-fee-per-refund.csv`, [refundFees, ...feesOf(REFUND_LINE)].join('\n')),
  ].flatMap(({ rows }) => rows)
}

describe('a settlement that does not add up is told', () => {
  test.each([
    ['a payment too few', 'TRANSACTION,1,1.60', 'TRANSACTION,2,3.20', 'TRANSACTION USD'],
    ['another sum', 'REFUND,1,-1.60', 'REFUND,1,-1.50', 'REFUND USD'],
    ['another currency', 'REFUND,1,-1.60,USD', 'REFUND,1,-1.60,EUR', 'REFUND EUR'],
    ['a fee of another sum', 'ACQUIRING_FEE,2,-0.20', 'ACQUIRING_FEE,2,-0.21', 'ACQUIRING_FEE USD'],
    ['a kind that the files do not have', 'REFUND,1', 'CHARGEBACK,1', 'CHARGEBACK USD'],
  ])('%s', (_, from, to, told) => {
    const { rows } = read(AGGREGATE, published.replace(from, to).replace(/SETTLEMENT_DATE.*/s, ''))
    const problems = compareWithAggregate(theFiles(), rows)
    expect(problems.map(({ message }) => message).join('\n')).toContain(told)
    expect(problems[0]?.source).toBe(AGGREGATE)
  })

  test('one-off fees stand in the aggregate alone, and processing files tell of no settlement', () => {
    const wire = 'TESTCONTRACT,,WIRE_FEE,1,-5.00,USD'
    const { rows } = read(
      AGGREGATE,
      published
        .replace('\nSETTLEMENT', `\n${wire}\nSETTLEMENT`)
        .replace('RECORD_COUNT,4', 'RECORD_COUNT,5')
        .replace('-0.40', '-5.40'),
    )
    expect(rows).toHaveLength(5)
    const daily = read(
      '20210615Z_transaction_succeeded.consolidated.csv',
      'TXID,TXSTATE,FUNDSTATE,AMOUNT,CURRENCY,MERCHANTTXID\n1,SUCCEEDED,WAITING,1000,CNY,p1\n',
    )
    expect(compareWithAggregate([...theFiles(), ...daily.rows], rows)).toEqual([])
  })

  test('a percentage fee with more decimals than money is kept, and rounded only by the aggregate', () => {
    const files = theFiles(['DISCOUNT_FEE,-0.0345'])
    const discounts = files.filter(({ providerStatus }) => providerStatus.startsWith('DISCOUNT'))
    expect(discounts.map(({ fee, providerStatus }) => [fee, providerStatus])).toEqual([
      [null, 'DISCOUNT_FEE SUCCEEDED -0.0345 USD'],
      [null, 'DISCOUNT_FEE SUCCEEDED -0.0345 USD'],
    ])
    const line = (count: number) => `TESTCONTRACT,WeChatPay,DISCOUNT_FEE,${count},-0.07,USD\n`
    const withDiscount = (count: number) =>
      read(AGGREGATE, published.replace(/SETTLEMENT_DATE.*/s, line(count))).rows
    expect(compareWithAggregate(files, withDiscount(2))).toEqual([])
    expect(compareWithAggregate(files, withDiscount(3))).toHaveLength(1)
  })
})

describe('what PPRO settles for a payment (CNY processing, tables 8 to 11)', () => {
  const rate = '6.44145000'
  test('10.00 CNY at 6.44145 are 1.60 USD as published, in whole tenths', () => {
    const terms = { currency: 'USD', rate, stepMinor: 10 }
    const paid = { value: 1000, currency: 'CNY' }
    expect(settlementFor(paid, terms)).toEqual(USD(160))
    expect(settlementFor({ ...paid, value: -1000 }, terms)).toEqual(USD(-160))
    expect(settlementFor(paid, { currency: 'USD', rate })).toEqual(USD(155))
  })

  test.each(['GBP', 'EUR', 'CHF', 'USD'])(
    '%s is settled like for like, whatever the rate',
    (currency) => {
      const paid = { value: 1055, currency }
      expect(settlementFor(paid, { currency, rate })).toEqual(paid)
    },
  )

  test('half a cent is rounded up, exactly', () => {
    const half = (value: number) =>
      settlementFor({ value, currency: 'CNY' }, { currency: 'EUR', rate: '2.00000000' }).value
    expect([1, 2, 3, 5].map(half)).toEqual([1, 1, 2, 3])
    expect(() =>
      settlementFor({ value: 1, currency: 'CNY' }, { currency: 'EUR', rate: '0' }),
    ).toThrow(RangeError)
  })
})

describe('all files of a settlement are read', () => {
  const chargebackHeader =
    'MERCHANT_TX_ID,CB_ID,PAYMENT_REFERENCE,EVENT_TIMESTAMP,MERCHANT_ID,PAYMENT_METHOD,AMOUNT,CURRENCY,COUNTRY,REFERENCE_TX_ID,CHARGEBACK_REASON'
  const chargeback =
    'p1,555,3CPCKRA,2021-06-16T09:00:00Z,TESTCONTRACT,WeChatPay,-1.60,USD,CN,999111222,MD06 Refund'

  test('chargebacks and their fees are kept and are no facts', () => {
    const volume = read(
      `${STEM}-volume-per-chargeback.csv`,
      `${chargebackHeader}\n${chargeback}\n${footer(1, '-1.60')}`,
    )
    expect(volume).toMatchObject({
      rows: [
        { kind: 'chargeback', status: null, settled: USD(-160), providerPaymentId: '999111222' },
      ],
      problems: [],
    })
    const fees = read(
      `${STEM}-fee-per-chargeback.csv`,
      `${chargebackHeader.replace(',AMOUNT', ',FEE_TYPE,AMOUNT')}\n${chargeback.replace(',-1.60', ',EXTERNAL_FEE,-9.00')}\n${footer(1, '-9.00')}`,
    )
    expect(fees).toMatchObject({
      rows: [{ kind: 'fee', status: null, fee: USD(-900), providerStatus: 'EXTERNAL_FEE' }],
      problems: [],
    })
  })

  test('fees name their payment, and several of one payment stay apart', () => {
    const lines = [feeLine('ACQUIRING_FEE', '-0.10'), feeLine('SUCCEEDED_FEE', '-0.10')]
    const text = [feeHeader, ...lines, footer(1, '-0.20')].join('\n')
    const { rows, problems } = read(`${STEM}-fee-per-transaction.csv`, text)
    expect(problems).toEqual([])
    expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(2)
    expect(rows.every(({ providerPaymentId }) => providerPaymentId === '999111222')).toBe(true)
  })

  test.each([
    [`1-999-7-D-2026-175-volume-per-transaction.csv`],
    [`1-478-W-2023-61-volume-per-transaction.csv`],
    [`106-12-3456-M-2026-06-VOLUME-PER-TRANSACTION.CSV`],
    [`inbox/2026/999-W-2016-07-volume-per-transaction.csv`],
  ])('the name %s', (name) => {
    const text = `${VOLUME_HEADER}\n${PAID_LINE}\n${footer(1, '1.60')}`
    expect(read(name, text).rows).toHaveLength(1)
  })

  test.each([',', ';', '\t'])(
    'fields separated by %j, packed or not, with or without a mark',
    (mark) => {
      const text = `\ufeff${VOLUME_HEADER}\r\n${PAID_LINE}\r\n${footer(1, '1.60')}`.replaceAll(
        ',',
        mark,
      )
      expect(read(VOLUME, text)).toMatchObject({ rows: [{ settled: USD(160) }], problems: [] })
      expect(read(`${VOLUME}.gz`, gzipSync(text))).toEqual(read(VOLUME, text))
    },
  )

  test('sums in GBP and CHF are the payment’s own, as only CNY is converted, to EUR or USD', () => {
    const amounts = ['GBP', 'CHF', 'EUR', 'USD'].map((currency) => {
      const text = `${VOLUME_HEADER}\n${PAID_LINE.replace('USD', currency)}\n`
      return read(VOLUME, text).rows[0]?.amount
    })
    expect(amounts).toEqual([
      { value: 160, currency: 'GBP' },
      { value: 160, currency: 'CHF' },
      null,
      null,
    ])
  })
})
