import { describe, expect, test } from 'vitest'
import { doubtOf, meaningOf, rateAgrees } from '../../../../server/domain/settle.ts'
import type { SettlementRow } from '../../../../server/domain/settlement.ts'
import type { Money } from '../../../../shared/money.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { aPaymentRow, aRefundRow } from '../../../support/settlement.ts'

/** Rows as real books have them besides the plain ones: half told, at nought, or nobody's. */

const cny = (value: number): Money => ({ value, currency: 'CNY' })
const usd = (value: number): Money => ({ value, currency: 'USD' })
const meaning = (row: SettlementRow, refund = [aRefund()]) =>
  meaningOf(row, { payment: aPayment(), refund: refund[0] ?? null })

describe('a row that tells no amount', () => {
  test('and nothing settled is a reason to look', () => {
    expect(meaning(aPaymentRow({ amount: null }))).toMatchObject({
      look: true,
      fact: { amount: null, settlement: null },
    })
  })

  test('keeps its word where no money moved by it', () => {
    const failed = { look: false, fact: { status: 'failed', amount: null, settlement: null } }
    expect(meaning(aPaymentRow({ status: 'failed', amount: null }))).toMatchObject(failed)
    expect(meaning(aRefundRow({ status: 'failed', amount: null }))).toMatchObject(failed)
  })

  test.each([{ status: 'processing' }, { unknownStatus: true }] as const)(
    'is no reason to look for a refund with %j',
    (fields) => {
      const { look, fact } = meaning(aRefundRow({ amount: null, ...fields }))
      expect(look).toBe(false)
      expect(fact).toMatchObject({ kind: 'refund', source: 'settlement', amount: null })
    },
  )
})

describe('the sum of a row', () => {
  test('of a refund is compared with the refund, fees put back', () => {
    const row = aRefundRow({ amount: null, settled: cny(-512), fee: cny(-12) })
    expect(meaning(row)).toMatchObject({ fact: { amount: cny(500) } })
  })

  test('of a refund that is none of ours is still told', () => {
    const row = aRefundRow({ amount: null, settled: cny(-500) })
    expect(meaning(row, [])).toMatchObject({ fact: { amount: cny(500) } })
  })

  test('of a cancelled payment that stands above zero is left there', () => {
    const row = aPaymentRow({ status: 'cancelled', amount: cny(1999) })
    expect(meaning(row)).toMatchObject({ fact: { amount: cny(1999) } })
  })

  test.each([
    ['is nought where fees took all', usd(0), { settled: usd(0) }],
    ['is not told where it went the wrong way', usd(-155), null],
    ['is not told where the row has none', null, null],
  ])('that reached the bank %s', (_, settled, settlement) => {
    const { fact } = meaning(aPaymentRow({ settled }))
    if (settlement === null) expect(fact?.settlement).toBeNull()
    else expect(fact?.settlement).toMatchObject(settlement)
  })
})

describe('nobody has to look', () => {
  const told = (row: SettlementRow) => doubtOf(row, { amount: cny(1000), settlement: null })

  test.each([
    ['at a payment that is not paid', aPaymentRow({ status: 'pending', settled: usd(-155) })],
    ['where fees took all', aPaymentRow({ settled: usd(0) })],
    ['where nothing is told', aPaymentRow()],
    ['at a rate alone', aPaymentRow({ rate: '6.44145000' })],
    [
      'where the rate leads to the sum before or after the fee',
      aPaymentRow({ settled: usd(155), fee: usd(-50), rate: '6.44145000' }),
    ],
  ])('%s', (_, row) => {
    expect(told(row)).toBeNull()
  })
})

describe('a rate', () => {
  const agrees = (settled: Money, rate: string, source = cny(1000)) =>
    rateAgrees({ source, settled, rate })

  test('may be off by exactly ten minor units, and by no more', () => {
    expect([989, 990, 1000, 1010, 1011].map((value) => agrees(usd(value), '1'))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
  })

  test('with a sign is none that we read, and one of nought converts nothing into something', () => {
    expect(agrees(usd(155), '-1')).toBe(true)
    expect(agrees(usd(155), '0', cny(0))).toBe(false)
  })
})
