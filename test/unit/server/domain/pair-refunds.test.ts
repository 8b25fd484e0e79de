import { describe, expect, test } from 'vitest'
import { isNameless, pairRefunds } from '../../../../server/domain/pair-refunds.ts'
import type { Refund } from '../../../../server/domain/refund.ts'
import type { SettlementEntry } from '../../../../server/domain/settlement.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { anEntry, aPaymentRow, aRefundRow } from '../../../support/settlement.ts'

const cny = (value: number) => ({ value, currency: 'CNY' })

const older = aRefund({ refundId: 'rf_b', outRefundNo: 'b', createdAtMs: 3_000 })
const younger = aRefund({ refundId: 'rf_a', outRefundNo: 'a', createdAtMs: 4_000 })
type Fields = Parameters<typeof aRefundRow>[0]
const nameless = (rowId: string, fields: Fields = {}) =>
  anEntry(aRefundRow({ rowId, outRefundNo: null, ...fields }))

function pairsOf(refunds: readonly Refund[], entries: readonly SettlementEntry[]) {
  const pairs = pairRefunds(aPayment(), { refunds, entries })
  return Object.fromEntries([...pairs].map(([rowId, { refund }]) => [rowId, refund?.outRefundNo]))
}

describe('a row of a refund without a number', () => {
  test('is the one refund of its amount', () => {
    const other = aRefund({ refundId: 'rf_o', outRefundNo: 'o', amount: cny(300) })
    expect(pairsOf([other, older], [nameless('1')])).toEqual({ 1: 'b' })
    const ofOther = nameless('1', { amount: cny(-300) })
    expect(pairsOf([older, other], [ofOther])).toEqual({ 1: 'o' })
  })

  test('is the oldest of several, the next row the next one, and the last nobody’s', () => {
    const rows = ['3', '1', '2'].map((rowId) => nameless(rowId))
    const expected = { 1: 'b', 2: 'a', 3: undefined }
    expect(pairsOf([younger, older], rows)).toEqual(expected)
    expect(pairsOf([older, younger], rows.toReversed())).toEqual(expected)
  })

  test('tells whether it might be another one', () => {
    const [alone] = pairRefunds(aPayment(), {
      refunds: [older],
      entries: [nameless('1')],
    }).values()
    const [several] = pairRefunds(aPayment(), {
      refunds: [older, younger],
      entries: [nameless('1')],
    }).values()
    expect(alone?.isOneOfSeveral).toBe(false)
    expect(several?.isOneOfSeveral).toBe(true)
  })

  test('under way and the same one done are of one refund', () => {
    const underWay = nameless('1', { status: 'processing' })
    expect(pairsOf([older, younger], [underWay, nameless('2')])).toEqual({ 1: 'b', 2: 'b' })
  })

  test('is paired by the time of the row first, where it has one', () => {
    const rows = [nameless('1', { occurredAtMs: 9 }), nameless('2', { occurredAtMs: 8 })]
    expect(pairsOf([older, younger], rows)).toEqual({ 1: 'a', 2: 'b' })
  })

  test.each<[string, Partial<Refund>]>([
    ['has failed', { status: 'failed' }],
    ['was never sent', { sentAtMs: null }],
    ['was asked for after the row was read', { createdAtMs: 9_001 }],
    ['is of another amount', { amount: cny(501) }],
    ['is of another currency', { amount: { value: 500, currency: 'USD' } }],
  ])('is no refund that %s', (_, fields) => {
    expect(pairsOf([aRefund(fields)], [nameless('1')])).toEqual({ 1: undefined })
  })

  test('is not the refund that another row names, unless that one says something else', () => {
    const named = anEntry(aRefundRow({ rowId: 'named', outRefundNo: 'b' }), {
      state: 'matched',
      refundId: 'rf_b',
    })
    expect(pairsOf([older, younger], [named, nameless('1')])).toEqual({ 1: 'a' })
    expect(pairsOf([older], [named, nameless('1')])).toEqual({ 1: undefined })
    const underWay = nameless('1', { status: 'processing' })
    expect(pairsOf([older], [named, underWay])).toEqual({ 1: 'b' })
    const setAside = { ...named, state: 'quarantined' as const }
    expect(pairsOf([older], [setAside, nameless('1')])).toEqual({ 1: 'b' })
  })
})

test('only rows of refunds with neither number are nameless', () => {
  const neither = { outRefundNo: null, providerRefundId: null }
  expect(isNameless(aRefundRow(neither))).toBe(true)
  expect(isNameless(aRefundRow({ ...neither, providerRefundId: 'R-1' }))).toBe(false)
  expect(isNameless(aRefundRow())).toBe(false)
  expect(isNameless(aPaymentRow())).toBe(false)
})
