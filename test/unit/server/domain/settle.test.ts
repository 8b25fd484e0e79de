import { describe, expect, test } from 'vitest'
import type { SettlementAmounts } from '../../../../server/domain/fact.ts'
import { doubtOf, meaningOf, missingFrom, rateAgrees } from '../../../../server/domain/settle.ts'
import type { SettlementRow } from '../../../../server/domain/settlement.ts'
import type { Money } from '../../../../shared/money.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { anotherRow, aPaymentRow, aRefundRow } from '../../../support/settlement.ts'

const cny = (value: number): Money => ({ value, currency: 'CNY' })
const usd = (value: number): Money => ({ value, currency: 'USD' })

const payment = aPayment()
const refund = aRefund()
const meaning = (row: SettlementRow) => meaningOf(row, { payment, refund })

describe('what a row of a payment says', () => {
  test('is a fact with its amount, its numbers and what reached the bank', () => {
    const row = aPaymentRow({
      providerPaymentId: 'W-1',
      appId: 'wx-mini',
      settled: usd(310),
      rate: '6.44145000',
      occurredAtMs: 4_000,
    })
    expect(meaning(row)).toEqual({
      look: false,
      fact: {
        kind: 'payment',
        source: 'settlement',
        accountId: 'worldline',
        outTradeNo: 'p1',
        providerPaymentId: 'W-1',
        status: 'paid',
        amount: cny(1999),
        appId: 'wx-mini',
        occurredAtMs: 4_000,
        settlement: { source: null, settled: usd(310), rate: '6.44145000' },
        providerStatus: 'SUCCESS',
        unknownStatus: false,
      },
    })
  })

  test('is its settled sum where that is in the currency of the payment', () => {
    const row = aPaymentRow({ amount: null, settled: cny(1999) })
    expect(meaning(row)).toMatchObject({ look: false, fact: { status: 'paid', amount: cny(1999) } })
  })

  test('is the same after fees, which the row tells', () => {
    const row = aPaymentRow({ amount: null, settled: cny(1987), fee: cny(-12) })
    expect(meaning(row)).toMatchObject({ fact: { amount: cny(1999) } })
  })

  test('is a wrong sum where the fees do not explain the difference', () => {
    const row = aPaymentRow({ amount: null, settled: cny(1987), fee: cny(-11) })
    expect(meaning(row)).toMatchObject({ fact: { amount: cny(1987) } })
  })

  test('claims nothing where only a sum in another currency is known: a reason to look', () => {
    const row = aPaymentRow({ amount: null, settled: usd(310) })
    expect(meaning(row)).toMatchObject({
      look: true,
      fact: { status: 'pending', amount: null, settlement: { settled: usd(310) } },
    })
  })

  test('is no reason to look while it is pending there too', () => {
    const row = aPaymentRow({ status: 'pending', amount: null, settled: usd(310) })
    expect(meaning(row)).toMatchObject({ look: false, fact: { amount: null, settlement: null } })
  })

  test('stays unknown with a word that no table has, and settles nothing', () => {
    const row = aPaymentRow({ unknownStatus: true, amount: null, settled: usd(310) })
    expect(meaning(row)).toMatchObject({
      look: false,
      fact: { unknownStatus: true, settlement: null },
    })
  })

  test('is compared with the payment where it was reversed and stands below zero', () => {
    const row = aPaymentRow({ status: 'cancelled', amount: cny(-1999) })
    expect(meaning(row)).toMatchObject({ fact: { status: 'cancelled', amount: cny(1999) } })
    const paid = aPaymentRow({ amount: cny(-1999) })
    expect(meaning(paid)).toMatchObject({ fact: { amount: cny(-1999) } })
  })
})

describe('what a row of a refund says', () => {
  test('is a fact whose amount is above zero, as the refund’s own', () => {
    const row = aRefundRow({ providerRefundId: 'R-1', settled: usd(-78) })
    expect(meaning(row)).toMatchObject({
      look: false,
      fact: {
        kind: 'refund',
        outRefundNo: 'rf1',
        providerRefundId: 'R-1',
        status: 'succeeded',
        amount: cny(500),
        settlement: { settled: usd(78) },
      },
    })
  })

  test('is a wrong sum where its money came towards us', () => {
    expect(meaning(aRefundRow({ amount: cny(500) }))).toMatchObject({ fact: { amount: cny(-500) } })
  })

  test('is only a reason to look where its own sum is not told', () => {
    const row = aRefundRow({ amount: null, settled: usd(-78) })
    expect(meaning(row)).toMatchObject({ look: true, fact: { status: 'processing', amount: null } })
  })
})

test.each(['fee', 'chargeback', 'payout', 'total'] as const)('a %s is no fact', (kind) => {
  const row = anotherRow(kind, { outTradeNo: 'p1', amount: cny(1999) })
  expect(meaning(row)).toEqual({ look: false, fact: null })
})

describe('a rate', () => {
  const amounts = (fields: Partial<SettlementAmounts>): SettlementAmounts => ({
    source: cny(1000),
    settled: usd(155),
    rate: '6.44145000',
    ...fields,
  })

  test.each<[string, Partial<SettlementAmounts>]>([
    ['divides, as units of the wallet’s currency for one of the bank’s', {}],
    ['multiplies, as units of the bank’s currency for one of the wallet’s', { rate: '0.155245' }],
    ['rounds to tenths, as PPRO’s published example does', { settled: usd(160) }],
    ['rounds by one minor unit', { settled: usd(156) }],
    ['crosses from two decimals to none', { settled: { value: 200, currency: 'JPY' }, rate: '20' }],
    ['converts nothing', { settled: cny(1) }],
    ['is no plain decimal', { rate: '0.60%' }],
    ['is not told', { rate: null }],
    ['has nothing to convert', { source: null }],
    ['has nothing to compare with', { settled: null }],
  ])('that %s agrees', (_, fields) => {
    expect(rateAgrees(amounts(fields))).toBe(true)
  })

  test.each<[string, Partial<SettlementAmounts>]>([
    ['more than ten minor units away', { settled: usd(166) }],
    ['more than ten minor units the other way', { settled: usd(145) }],
    ['of nothing', { rate: '0.00' }],
    ['of another scale', { settled: { value: 20_000, currency: 'JPY' }, rate: '20' }],
    [
      'near the largest whole numbers',
      { source: cny(9e15 + 1), settled: usd(9e15 - 10), rate: '1' },
    ],
  ])('%s does not', (_, fields) => {
    expect(rateAgrees(amounts(fields))).toBe(false)
  })
})

describe('what a person should look at', () => {
  const told = (row: SettlementRow, settlement: SettlementAmounts | null = null) =>
    doubtOf(row, { amount: cny(1000), settlement })
  const known = (
    settled: Money | null,
    rate: string | null = null,
    source: Money | null = null,
  ) => ({
    source,
    settled,
    rate,
  })

  test('nothing, where the bill says what the answer said', () => {
    const row = aPaymentRow({ amount: null, settled: usd(155) })
    expect(told(row, known(usd(155), '6.44145000'))).toBeNull()
    expect(told(row)).toBeNull()
  })

  test('another settled sum than was told before', () => {
    expect(told(aPaymentRow({ settled: usd(155) }), known(usd(160)))).toBe('settledMismatch')
    const euro = { value: 155, currency: 'EUR' }
    expect(told(aPaymentRow({ settled: usd(155) }), known(euro))).toBe('settledMismatch')
  })

  test('not where the fee explains it', () => {
    const row = aPaymentRow({ settled: usd(155), fee: usd(-5) })
    expect(told(row, known(usd(160)))).toBeNull()
  })

  test('a rate that leads elsewhere, whoever told it', () => {
    const row = aPaymentRow({ settled: usd(170) })
    expect(told(row, known(null, '6.44145000'))).toBe('rateMismatch')
    expect(told({ ...row, rate: '6.44145000' })).toBe('rateMismatch')
    expect(told(aPaymentRow({ rate: '6.44145000' }), known(usd(170)))).toBe('rateMismatch')
  })

  test('not where it leads there from the payer’s wallet', () => {
    const wallet = { value: 1100, currency: 'HKD' }
    expect(told(aPaymentRow({ settled: usd(171) }), known(null, '6.44145', wallet))).toBeNull()
  })

  test('money that was settled away with a payment', () => {
    expect(told(aPaymentRow({ settled: usd(-155) }))).toBe('wrongDirection')
    expect(told(aRefundRow({ settled: usd(155) }))).toBe('wrongDirection')
    expect(told(aRefundRow({ settled: usd(-155) }))).toBeNull()
  })
})

describe('what is missing from the provider’s books of a day', () => {
  const paid = aPayment({ status: 'paid' })

  test('is what is paid here and named by no row', () => {
    expect(missingFrom([aPaymentRow({ outTradeNo: 'p2' })], [paid])).toEqual([paid])
    expect(missingFrom([aPaymentRow({ status: 'failed' })], [paid])).toEqual([paid])
    expect(missingFrom([anotherRow('fee', { outTradeNo: 'p1' })], [paid])).toEqual([paid])
  })

  test('is nothing that a row names by either number, and nothing that is not paid', () => {
    expect(missingFrom([aPaymentRow()], [paid])).toEqual([])
    const theirs = { outTradeNo: null, providerPaymentId: paid.providerPaymentId }
    expect(missingFrom([aPaymentRow(theirs)], [paid])).toEqual([])
    expect(missingFrom([], [aPayment({ status: 'pending' })])).toEqual([])
    const nameless = aPayment({ status: 'paid', providerPaymentId: null })
    expect(missingFrom([aPaymentRow({ outTradeNo: null })], [nameless])).toEqual([nameless])
  })
})
