import { describe, expect, test } from 'vitest'
import { pairRefunds } from '../../../../server/domain/pair-refunds.ts'
import type { Refund } from '../../../../server/domain/refund.ts'
import type { SettlementEntry } from '../../../../server/domain/settlement.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { anEntry, aRefundRow } from '../../../support/settlement.ts'

const older = aRefund({ refundId: 'rf_b', createdAtMs: 3_000 })
const younger = aRefund({ refundId: 'rf_a', createdAtMs: 4_000 })
const nameless = (rowId: string, fields: Parameters<typeof aRefundRow>[0] = {}) =>
  anEntry(aRefundRow({ rowId, outRefundNo: null, ...fields }))

/** Row ids with the refund that each is paired with, sorted by row. */
function pairsOf(refunds: readonly Refund[], entries: readonly SettlementEntry[]) {
  const pairs = pairRefunds(aPayment(), { refunds, entries })
  return [...pairs].map(([rowId, { refund }]) => `${rowId} ${refund?.refundId ?? '-'}`).toSorted()
}

describe('rows of refunds are paired', () => {
  test('the same again when they are read again', () => {
    const matched = { ...nameless('1'), state: 'matched' as const, refundId: 'rf_b' }
    expect(pairsOf([older], [matched])).toEqual(['1 rf_b'])
  })

  test('only where they have no number of their own', () => {
    const named = anEntry(aRefundRow({ rowId: 'named' }), { state: 'matched', refundId: 'rf_b' })
    expect(pairsOf([older, younger], [named])).toEqual([])
  })

  test('with nobody’s where they tell no amount', () => {
    expect(pairsOf([older], [nameless('1', { amount: null })])).toEqual(['1 -'])
  })

  test('with a refund that was asked for at the moment of the reading', () => {
    expect(pairsOf([aRefund({ refundId: 'rf_c', createdAtMs: 9_000 })], [nameless('1')])).toEqual([
      '1 rf_c',
    ])
  })

  test('in the order of their times, whatever the order of the lines', () => {
    const rows = [nameless('1', { occurredAtMs: 9 }), nameless('2', { occurredAtMs: 8 })]
    const expected = ['1 rf_a', '2 rf_b']
    expect(pairsOf([older, younger], rows)).toEqual(expected)
    expect(pairsOf([older, younger], rows.toReversed())).toEqual(expected)
  })
})
