import { describe, expect, test } from 'vitest'
import { rowOf } from '../../../../../server/providers/ppro/translate-settlement.ts'
import type { FileKind } from '../../../../../server/providers/ppro/wire-settlement.ts'

/** What one line of each of PPRO's files says: every column that a book-keeper would ask about. */

const AT = '2021-06-15T11:37:01Z'
const atMs = Date.UTC(2021, 5, 15, 11, 37, 1)
const usd = (value: number) => ({ value, currency: 'USD' })
const cny = (value: number) => ({ value, currency: 'CNY' })

function row(kind: FileKind, fields: Record<string, string>) {
  const line = { line: 2, of: (column: string) => fields[column] ?? '' }
  return rowOf(line, { named: { kind, name: 'the.csv', stem: '1-999' }, accountId: 'ppro' })
}

const NOTHING = {
  accountId: 'ppro',
  source: 'the.csv',
  line: 2,
  outTradeNo: null,
  providerPaymentId: null,
  outRefundNo: null,
  providerRefundId: null,
  appId: null,
  occurredAtMs: atMs,
  amount: null,
  settled: null,
  fee: null,
  rate: null,
  unknownStatus: false,
}

describe('a line of a settlement file', () => {
  const money = { EVENT_TIMESTAMP: AT, CURRENCY: 'USD' }
  const paid = { ...money, TX_ID: '7', EVENT_TYPE: 'SUCCEEDED', AMOUNT: '1.60' }
  const refunded = { ...money, RF_ID: '8', EVENT_TYPE: 'SUCCEEDED', AMOUNT: '-1.60' }

  test('of a payment in pounds tells what was paid as well: nothing is converted', () => {
    const pounds = row('volume-per-transaction', { ...paid, CURRENCY: 'GBP' })
    expect(pounds.amount).toEqual({ value: 160, currency: 'GBP' })
    expect(row('volume-per-transaction', paid).amount).toBeNull()
  })

  test('of a payment or refund keeps its sign, and is not read with the other one', () => {
    const wrong = { ...paid, AMOUNT: '-1.60' }
    expect(() => row('volume-per-transaction', wrong)).toThrow('should be above zero')
    const away = { ...refunded, AMOUNT: '1.60' }
    expect(() => row('volume-per-refund', away)).toThrow('should be below zero')
    const nought = { ...paid, AMOUNT: '0.00' }
    expect(() => row('volume-per-transaction', nought)).toThrow('should be above zero')
  })

  test('with an event that nobody knows has whatever sign, and decides nothing', () => {
    const lost = { ...paid, EVENT_TYPE: 'FUNDSMISSING', AMOUNT: '-1.60' }
    expect(row('volume-per-transaction', lost)).toMatchObject({
      status: 'pending',
      unknownStatus: true,
      settled: usd(-160),
    })
    const back = { ...refunded, EVENT_TYPE: 'FUNDSREJECTED', AMOUNT: '1.60' }
    expect(row('volume-per-refund', back)).toMatchObject({ status: 'failed', settled: usd(160) })
  })

  test('of a refund names refund and payment, whose number it begins with', () => {
    const fields = { ...refunded, MERCHANT_TX_ID: 'p1', REFERENCE_TX_ID: '7' }
    expect(row('volume-per-refund', fields)).toEqual({
      ...NOTHING,
      kind: 'refund',
      status: 'succeeded',
      rowId: `settled refund/8/SUCCEEDED/${AT}`,
      outTradeNo: 'p1',
      providerRefundId: '8',
      providerPaymentId: '7',
      settled: usd(-160),
      providerStatus: 'SUCCEEDED',
    })
    expect(row('volume-per-refund', refunded)).toMatchObject({
      outTradeNo: null,
      outRefundNo: null,
      providerPaymentId: null,
    })
  })

  test('of a chargeback is kept with its reason', () => {
    const fields = { ...money, CB_ID: '9', AMOUNT: '-1.60', MERCHANT_TX_ID: 'p1' }
    const more = { REFERENCE_TX_ID: '7', CHARGEBACK_REASON: 'FRAUD' }
    const chargeback = {
      ...NOTHING,
      kind: 'chargeback',
      status: null,
      rowId: `settled chargeback/9/${AT}`,
      outTradeNo: 'p1',
      providerPaymentId: '7',
      settled: usd(-160),
      providerStatus: 'CHARGEBACK FRAUD',
    }
    expect(row('volume-per-chargeback', { ...fields, ...more })).toEqual(chargeback)
    expect(row('volume-per-chargeback', { ...fields, MERCHANT_TX_ID: '' })).toEqual({
      ...chargeback,
      outTradeNo: null,
      providerPaymentId: null,
      providerStatus: 'CHARGEBACK',
    })
  })

  test.each([
    ['fee-per-transaction', 'TX_ID', { outTradeNo: 'm1', providerPaymentId: '9' }],
    [
      'fee-per-refund',
      'RF_ID',
      { outTradeNo: 'm1', providerRefundId: '9', providerPaymentId: '7' },
    ],
    ['fee-per-chargeback', 'CB_ID', { outTradeNo: 'm1', providerPaymentId: '7' }],
  ] as const)('of %s is a fee for %s', (kind, column, numbers) => {
    const fee = { ...money, [column]: '9', FEE_TYPE: 'discount_fee', AMOUNT: '-0.07' }
    expect(row(kind, { ...fee, MERCHANT_TX_ID: 'm1', REFERENCE_TX_ID: '7' })).toEqual({
      ...NOTHING,
      kind: 'fee',
      status: null,
      rowId: `fee/${column}/9/DISCOUNT_FEE//${AT}`,
      ...numbers,
      fee: usd(-7),
      providerStatus: 'DISCOUNT_FEE',
    })
    const { providerRefundId, outRefundNo, outTradeNo } = row(kind, fee)
    expect([outRefundNo, outTradeNo]).toEqual([null, null])
    expect(providerRefundId).toBe(column === 'RF_ID' ? '9' : null)
  })

  test('of the aggregate is a sum over many, and says over how many', () => {
    const total = { CURRENCY: 'USD', PAYMENT_METHOD: 'WeChatPay', EVENT_TYPE: 'succeeded' }
    const sum = { ...total, AGGREGATE_AMOUNT: '1600.00', EVENT_COUNT: '0012' }
    expect(row('aggregate', sum)).toEqual({
      ...NOTHING,
      occurredAtMs: null,
      kind: 'total',
      status: null,
      rowId: 'total/1-999/WeChatPay/SUCCEEDED/USD',
      settled: usd(160_000),
      providerStatus: 'SUCCEEDED 12',
    })
    for (const EVENT_COUNT of ['x1', '1x', '1.5', '1234567890']) {
      expect(() => row('aggregate', { ...sum, EVENT_COUNT })).toThrow('EVENT-COUNT is no number')
    }
  })
})

describe('a line of a processing file', () => {
  const money = { AMOUNT: '1000', CURRENCY: 'CNY', INITTS: '2021-06-15 11:00:00' }
  const initMs = Date.UTC(2021, 5, 15, 11)

  test('of a payment tells what was paid, and when', () => {
    const paid = { ...money, TXID: '7', TXSTATE: 'succeeded', FUNDSTATE: 'RECEIVED' }
    expect(row('transaction', { ...paid, MERCHANTTXID: 'p1', SUCCEEDEDTS: AT })).toEqual({
      ...NOTHING,
      kind: 'payment',
      status: 'paid',
      rowId: 'payment/7/SUCCEEDED/RECEIVED',
      outTradeNo: 'p1',
      providerPaymentId: '7',
      amount: cny(1000),
      providerStatus: 'SUCCEEDED RECEIVED',
    })
    const bare = row('transaction', { ...paid, FUNDSTATE: '', FAILTYPE: 'TIMEOUT' })
    expect(bare).toMatchObject({
      status: 'paid',
      occurredAtMs: initMs,
      providerStatus: 'SUCCEEDED',
    })
  })

  test('of a failed payment tells how it failed', () => {
    const failed = { ...money, TXID: '7', TXSTATE: 'FAILED', FAILTYPE: 'timeout' }
    expect(row('transaction', failed)).toMatchObject({
      status: 'expired',
      providerStatus: 'FAILED TIMEOUT',
    })
  })

  test('of a refund takes money away, whichever sign it has', () => {
    const refund = { ...money, REFUNDID: '8', REFUNDSTATE: 'SUCCEEDED', FUNDSSTATE: 'sent' }
    const told = { MERCHANTREFUNDID: 'rf1', REFTXID: '7', FAILTYPE: 'NONE', SUCCEEDEDTS: AT }
    const expected = {
      ...NOTHING,
      kind: 'refund',
      status: 'succeeded',
      rowId: 'refund/8/SUCCEEDED/SENT',
      outRefundNo: 'rf1',
      providerRefundId: '8',
      providerPaymentId: '7',
      amount: cny(-1000),
      providerStatus: 'SUCCEEDED NONE SENT',
    }
    for (const AMOUNT of ['1000', '-1000']) {
      expect(row('refund', { ...refund, ...told, AMOUNT })).toEqual(expected)
    }
    expect(row('refund', { ...refund, FUNDSSTATE: '', AMOUNT: '0' })).toMatchObject({
      occurredAtMs: initMs,
      providerStatus: 'SUCCEEDED',
      amount: cny(0),
    })
  })

  test.each([
    ['SUCCEEDED', 'failed'],
    ['PENDING', 'processing'],
  ])('of a refund that is %s and whose money was rejected is %s', (REFUNDSTATE, status) => {
    const fields = { ...money, REFUNDID: '8', REFUNDSTATE, FUNDSSTATE: 'REJECTED' }
    expect(row('refund', fields).status).toBe(status)
  })

  test('of a chargeback takes money away', () => {
    const fields = { ...money, CBID: '9', TXID: '7', MERCHANTTXID: 'p1', CHARGEBACKTS: AT }
    expect(row('chargeback', fields)).toEqual({
      ...NOTHING,
      kind: 'chargeback',
      status: null,
      rowId: 'chargeback/9',
      outTradeNo: 'p1',
      providerPaymentId: '7',
      amount: cny(-1000),
      providerStatus: 'CHARGEBACK',
    })
  })
})
