import { describe, expect, test } from 'vitest'
import {
  dayRange,
  type Listed,
  reportOf,
} from '../../../../../server/providers/saferpay/settlement.ts'
import type { TransactionState } from '../../../../../server/providers/saferpay/wire-settlement.ts'

const DAY = { accountId: 'saferpay', day: '2025-08-14' }

/** The published example of the list, which is one of PayPal. */
const PUBLISHED = {
  MerchantAmount: '5.00',
  MerchantCurrency: 'EUR',
  CustomerId: 123456,
  TerminalId: 1000001,
  TerminalType: 'ECOM',
  Application: 'Saferpay Payment Page',
  TransactionId: 'j8nCKMAr5bptUApfdp1MbEQpMpSb',
  OrderId: '6a9bb0cd6ec841698ae375e981002af5',
  Provider: 'PayPal',
  PaymentMethod: 'PayPal',
  Description: 'Test Transaction',
  AuthorizationDetails: {
    AuthorizationDate: '2025-08-14T12:41:30.618',
    LastActionDate: '2025-08-14T12:41:30.618',
    Type: 'PAYMENT',
    State: 'AUTHORIZED',
    CapturedMerchantAmount: '3.00',
    IsCaptured: false,
  },
}

function authorized(Type: string, State: string, fields: Readonly<Record<string, unknown>> = {}) {
  const AuthorizationDetails = { AuthorizationDate: '2025-08-14T12:41:30.618', Type, State }
  return { ...PUBLISHED, AuthorizationDetails, ...fields }
}

function list(state: TransactionState, ...transactions: readonly unknown[]): Listed {
  return { state, total: transactions.length, transactions }
}

function failed(OrderId: string, TransactionId: string) {
  const { AuthorizationDetails: _, ...head } = PUBLISHED
  const FailedDetails = { DeclinedBy: 'ACQUIRER', SaferpayErrorCode: 'TRANSACTION_DECLINED' }
  return { ...head, OrderId, TransactionId, FailedDetails }
}

describe('a listed transaction is a row', () => {
  test('the published example is read whole; authorised alone is no money, and is reported', () => {
    expect(reportOf([list('SUCCESSFUL', PUBLISHED)], DAY)).toEqual({
      rows: [
        {
          kind: 'payment',
          status: 'pending',
          accountId: 'saferpay',
          rowId: 'PAYMENT/AUTHORIZED/j8nCKMAr5bptUApfdp1MbEQpMpSb',
          source: 'transactions 2025-08-14',
          line: 1,
          outTradeNo: '6a9bb0cd6ec841698ae375e981002af5',
          providerPaymentId: null,
          outRefundNo: null,
          providerRefundId: null,
          appId: null,
          occurredAtMs: null,
          amount: { value: 500, currency: 'EUR' },
          settled: null,
          fee: null,
          rate: null,
          providerStatus: 'PAYMENT AUTHORIZED PayPal',
          unknownStatus: true,
        },
      ],
      problems: [],
    })
  })

  test.each([
    ['PAYMENT', 'CAPTURED', 'payment', 'paid'],
    ['PAYMENT', 'CANCELED', 'payment', 'cancelled'],
    ['REFUND', 'CAPTURED', 'refund', 'succeeded'],
    ['REFUND', 'AUTHORIZED', 'refund', 'processing'],
    ['REFUND', 'CANCELED', 'refund', 'failed'],
  ])('a %s that is %s', (type, state, kind, status) => {
    const { rows } = reportOf([list('SUCCESSFUL', authorized(type, state))], DAY)
    const value = kind === 'refund' ? -500 : 500
    expect(rows).toMatchObject([{ kind, status, unknownStatus: false, amount: { value } }])
  })

  test.each([
    ['PAYMENT', 'TELEPORTED', 'payment', 'pending'],
    ['REFUND', 'TELEPORTED', 'refund', 'processing'],
    ['GIFT', 'CAPTURED', 'payment', 'pending'],
    ['PAYMENT', 'constructor', 'payment', 'pending'],
  ])('a %s that is %s stays open and is reported', (type, state, kind, status) => {
    const { rows } = reportOf([list('SUCCESSFUL', authorized(type, state))], DAY)
    expect(rows).toMatchObject([{ kind, status, unknownStatus: true }])
  })

  test('a paid payment and a refund have the numbers by which both sides know them', () => {
    const { rows } = reportOf(
      [
        list(
          'SUCCESSFUL',
          authorized('PAYMENT', 'CAPTURED'),
          authorized('REFUND', 'CAPTURED', { OrderId: 'r1', TransactionId: 't2' }),
        ),
      ],
      DAY,
    )
    expect(rows).toMatchObject([
      {
        outTradeNo: PUBLISHED.OrderId,
        providerPaymentId: PUBLISHED.TransactionId,
        outRefundNo: null,
      },
      { outTradeNo: null, providerPaymentId: null, outRefundNo: 'r1', providerRefundId: 't2' },
    ])
  })

  test('a sum as an object is the same', () => {
    const { MerchantCurrency: _, ...head } = PUBLISHED
    const MerchantAmount = { Value: '5.00', CurrencyCode: 'EUR' }
    const { rows } = reportOf([list('SUCCESSFUL', { ...head, MerchantAmount })], DAY)
    expect(rows).toMatchObject([{ amount: { value: 500, currency: 'EUR' } }])
  })

  test('a time is believed with its zone only', () => {
    const AuthorizationDetails = {
      ...PUBLISHED.AuthorizationDetails,
      AuthorizationDate: '2025-08-14T12:41:30.618+02:00',
    }
    const { rows } = reportOf([list('SUCCESSFUL', { ...PUBLISHED, AuthorizationDetails })], DAY)
    expect(rows[0]?.occurredAtMs).toBe(Date.UTC(2025, 7, 14, 10, 41, 30, 618))
  })
})

describe('a failed try', () => {
  test('ends a payment of which nothing else is known', () => {
    expect(reportOf([list('FAILED', failed('p1', 't1'))], DAY).rows).toMatchObject([
      {
        status: 'failed',
        outTradeNo: 'p1',
        providerPaymentId: null,
        providerStatus: 'FAILED ACQUIRER TRANSACTION_DECLINED PayPal',
      },
    ])
  })

  test.each(['SUCCESSFUL', 'PENDING'] as const)(
    'ends nothing where another try of the order is %s',
    (state) => {
      const other = authorized('PAYMENT', 'CAPTURED', { OrderId: 'p1' })
      const lists = [list(state, other), list('FAILED', failed('p1', 't1'))]
      const { rows } = reportOf(lists, DAY)
      expect(rows[1]).toMatchObject({ status: 'pending', unknownStatus: false, outTradeNo: 'p1' })
    },
  )

  test('is another row for each try', () => {
    const { rows } = reportOf([list('FAILED', failed('p1', 't1'), failed('p1', 't2'))], DAY)
    expect(new Set(rows.map(({ rowId }) => rowId)).size).toBe(2)
  })
})

describe('what is missing or cannot be read is reported', () => {
  test('fewer transactions than Saferpay counts', () => {
    const { rows, problems } = reportOf(
      [{ state: 'SUCCESSFUL', total: 3, transactions: [PUBLISHED] }],
      DAY,
    )
    expect(rows).toHaveLength(1)
    expect(problems).toMatchObject([{ line: null }])
    expect(problems[0]?.message).toContain('3 SUCCESSFUL')
  })

  test('a transaction given twice is one row', () => {
    const { rows, problems } = reportOf([list('SUCCESSFUL', PUBLISHED, PUBLISHED)], DAY)
    expect(rows).toHaveLength(1)
    expect(problems).toMatchObject([{ line: 2 }])
  })

  test.each([
    ['no number', { TransactionId: '' }],
    ['no sum', { MerchantAmount: undefined }],
    ['a sum as a number', { MerchantAmount: 5 }],
    ['a thousandth', { MerchantAmount: '5.001' }],
    ['a comma', { MerchantAmount: '5,00' }],
    ['no currency', { MerchantCurrency: '' }],
  ])('a transaction with %s, and the others are kept', (_, fields) => {
    const broken = { ...PUBLISHED, ...fields }
    const { rows, problems } = reportOf([list('SUCCESSFUL', broken, PUBLISHED)], DAY)
    expect(rows).toMatchObject([{ line: 2 }])
    expect(problems).toMatchObject([{ source: 'transactions 2025-08-14', line: 1 }])
  })
})

test.each([
  ['2025-08-14', { from: '2025-08-13T23:58', until: '2025-08-14T23:59' }],
  ['2024-03-01', { from: '2024-02-29T23:58', until: '2024-03-01T23:59' }],
  ['2026-02-30', null],
  ['14.08.2025', null],
  ['2025-08-14T00:00', null],
])('the day %s is asked for as %j', (day, range) => {
  expect(dayRange(day)).toEqual(range)
})
