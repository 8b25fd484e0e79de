import { describe, expect, test } from 'vitest'
import {
  type DayLists,
  dayOf,
  reportOf,
} from '../../../../../server/providers/payabl/settlement.ts'
import { readDiagnosis, type WireItem } from '../../../../../server/providers/payabl/wire.ts'

const DAY = { accountId: 'payabl', day: '2026-06-24' }

/** Items as they come out of an answer. */
function items(...told: readonly Readonly<Record<string, string>>[]): readonly WireItem[] {
  const xml = told
    .map((fields) => {
      const inner = Object.entries(fields).map(([name, value]) => `<${name}>${value}</${name}>`)
      return `<transaction>${inner.join('')}</transaction>`
    })
    .join('')
  const head = '<process><error_message/><status>0</status></process>'
  return readDiagnosis(Buffer.from(`<response>${head}${xml}</response>`))?.items ?? []
}

const captured = {
  amount: '19.99',
  booking_date: '24.06.2026',
  currency: 'EUR',
  issue_date: '24.06.2026',
  order_id: 'p1001',
  transaction_id: '105175176',
}

describe('an item of a list is a row', () => {
  test('a capture is a paid payment of our order, and its sum is exact', () => {
    expect(reportOf({ capture: items(captured) }, DAY)).toEqual({
      rows: [
        {
          kind: 'payment',
          status: 'paid',
          accountId: 'payabl',
          rowId: 'capture/105175176/24.06.2026/19.99',
          source: 'tx_diagnose 2026-06-24',
          line: 1,
          outTradeNo: 'p1001',
          providerPaymentId: null,
          outRefundNo: null,
          providerRefundId: null,
          appId: null,
          occurredAtMs: null,
          amount: { value: 1999, currency: 'EUR' },
          settled: null,
          fee: null,
          rate: null,
          providerStatus: 'capture 105175176 24.06.2026',
          unknownStatus: false,
        },
      ],
      problems: [],
    })
  })

  test('without an order, their number is all there is', () => {
    const { order_id: _, ...foreign } = captured
    expect(reportOf({ capture: items(foreign) }, DAY).rows).toMatchObject([
      { outTradeNo: null, providerPaymentId: '105175176' },
    ])
  })

  test.each([
    ['pending', 'payment', 'pending', 1999],
    ['failed', 'payment', 'failed', 1999],
    ['refund', 'refund', 'succeeded', -1999],
    ['chb', 'chargeback', null, -1999],
  ] as const)('the list "%s" holds a %s that is %s', (list, kind, status, value) => {
    const lists: DayLists = { [list]: items(captured) }
    expect(reportOf(lists, DAY).rows).toMatchObject([{ kind, status, amount: { value } }])
  })

  test('a refund written as a negative sum is the same', () => {
    const { rows } = reportOf({ refund: items({ ...captured, amount: '-8.5' }) }, DAY)
    expect(rows).toMatchObject([{ amount: { value: -850, currency: 'EUR' } }])
  })
})

describe('an item that cannot be read is reported and the others are kept', () => {
  test.each([
    ['no sum', { amount: '' }],
    ['a thousandth', { amount: '19.999' }],
    ['a sum in words', { amount: 'EUR 19' }],
    ['nothing', { amount: '0.00' }],
    ['money away', { amount: '-19.99' }],
    ['no currency', { currency: '' }],
    ['a currency of its own', { currency: 'euro' }],
    ['no number', { transaction_id: '', order_id: '' }],
  ])('%s', (_, fields) => {
    const second = { ...captured, transaction_id: '2', order_id: 'p2' }
    const { rows, problems } = reportOf({ capture: items({ ...captured, ...fields }, second) }, DAY)
    expect(rows).toMatchObject([{ outTradeNo: 'p2', line: 2 }])
    expect(problems).toMatchObject([{ source: 'tx_diagnose 2026-06-24', line: 1 }])
  })
})

test.each([
  ['2026-06-24', '24.06.2026'],
  ['2024-02-29', '29.02.2024'],
  ['2026-02-29', null],
  ['2026-13-01', null],
  ['24.06.2026', null],
  ['2026-06-24T00:00', null],
])('the day %s is asked for as %s', (day, asked) => {
  expect(dayOf(day)).toBe(asked)
})
