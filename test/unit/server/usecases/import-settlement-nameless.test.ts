import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { SettlementRow } from '../../../../server/domain/settlement.ts'
import { importSettlement } from '../../../../server/usecases/import-settlement.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { anotherRow, aRefundRow } from '../../../support/settlement.ts'
import { aPaidPayment, createWorld, type World } from '../../../support/world.ts'

/** Books that tell of a refund only its payment and its sum, and rows that people have to see. */

const READS = { ...KEYED, settlement: ['day'] } as const
const usd = (value: number) => ({ value, currency: 'USD' })

let world: World
let payment: Payment
const open = async () => {
  world = await createWorld({ capabilities: READS })
  payment = await aPaidPayment(world)
  world.provider.refundEndsAs = 'processing'
}
beforeEach(open)
afterEach(() => world.close())

function bill(...rows: readonly SettlementRow[]) {
  const ours = rows.map((row): SettlementRow => ({ ...row, accountId: 'scripted' }))
  world.provider.books = { rows: ours, problems: [] }
  return importSettlement(world, 'scripted', { kind: 'day', day: '2026-06-24' })
}

const refundOf = (value: number, idempotencyKey = `refund of ${value}`) =>
  requestRefund(world, {
    paymentId: payment.paymentId,
    amount: { value, currency: 'CNY' },
    reason: null,
    idempotencyKey,
  })
const nameless = (rowId: string, fields: Parameters<typeof aRefundRow>[0] = {}) =>
  aRefundRow({ rowId, outTradeNo: payment.outTradeNo, outRefundNo: null, ...fields })
const rowOf = (rowId: string) => world.store.settlementEntry('scripted', rowId)
const quarantined = async () => (await world.store.quarantined(10)).map(({ reason }) => reason)

describe('a row of a refund that carries no number of it', () => {
  test('is the refund of its sum, which succeeds and learns what it cost', async () => {
    const { refundId } = await refundOf(500)
    const other = await refundOf(300)
    const report = await bill(nameless('r1', { settled: usd(-78) }))
    expect(report).toMatchObject({ matched: 1, applied: 1, problems: [] })
    const settlement = { source: null, settled: usd(78), rate: null }
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'succeeded', settlement })
    expect(await rowOf('r1')).toMatchObject({ state: 'matched', refundId })
    expect(await world.store.refund(other.refundId)).toMatchObject({ status: 'processing' })
  })

  test('that nobody here asked for was made elsewhere', async () => {
    const { refundId } = await refundOf(500)
    const report = await bill(nameless('r1', { amount: { value: -501, currency: 'CNY' } }))
    expect(report).toMatchObject({ unmatched: 1, matched: 0, applied: 0 })
    expect(report.problems[0]?.message).toContain('foreignRefund')
    expect(await quarantined()).toEqual(['foreignRefund'])
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'processing' })
  })

  test('stays foreign when an equal refund is asked for later, however often it is read', async () => {
    await bill(nameless('r1'))
    await world.later(60_000)
    const { refundId } = await refundOf(500)
    expect(await bill(nameless('r1'))).toMatchObject({ unmatched: 1, applied: 0 })
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'processing' })
    expect(await quarantined()).toEqual(['foreignRefund'])
  })

  test('under way and done are two rows of one refund', async () => {
    const { refundId } = await refundOf(500)
    await refundOf(500, 'another one')
    await bill(nameless('r1', { status: 'processing' }), nameless('r2'))
    expect([await rowOf('r1'), await rowOf('r2')]).toMatchObject([{ refundId }, { refundId }])
  })

  test('among several equal ones teaches no settled sum: it may be another one’s', async () => {
    const one = await refundOf(500)
    await refundOf(500, 'another one')
    const report = await bill(nameless('r1', { settled: usd(-78) }))
    expect(report).toMatchObject({ matched: 1, problems: [] })
    expect(await world.store.refund(one.refundId)).toMatchObject({
      status: 'succeeded',
      settlement: null,
    })
  })

  test('makes room for a row that names its refund', async () => {
    const one = await refundOf(500)
    const two = await refundOf(500, 'another one')
    await bill(nameless('r1'))
    expect(await rowOf('r1')).toMatchObject({ refundId: one.refundId })
    await bill(aRefundRow({ rowId: 'named', outRefundNo: one.outRefundNo }))
    expect(await rowOf('named')).toMatchObject({ state: 'matched', refundId: one.refundId })
    expect(await rowOf('r1')).toMatchObject({ state: 'matched', refundId: two.refundId })
  })

  test('ends the same in whatever order and however often it is read', async () => {
    const order = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 })
    const outcomeOf = async (parts: readonly number[]) => {
      await world.close()
      await open()
      const [one, two] = [await refundOf(500), await refundOf(500, 'another one')]
      const rows = [
        nameless('r1', { settled: usd(-78) }),
        nameless('r2', { settled: usd(-77) }),
        nameless('r3', { status: 'processing' }),
        nameless('r4'),
      ]
      for (const index of [...parts, 0, 1, 2, 3]) await bill(...rows.slice(index, index + 1))
      const entries = await world.store.settlementOfPayment(payment.paymentId)
      const refunds = [one, two].map(({ refundId }) => world.store.refund(refundId))
      return {
        rows: entries.map(({ row, state, refundId, problem }) => {
          return [row.rowId, state, refundId, problem]
        }),
        refunds: (await Promise.all(refunds)).map((refund) => [refund?.status, refund?.settlement]),
        quarantine: await quarantined(),
      }
    }
    const expected = await outcomeOf([])
    expect(expected.rows.map(([, state]) => state)).toEqual([
      'matched',
      'matched',
      'matched',
      'unmatched',
    ])
    expect(expected.refunds).toEqual([
      ['succeeded', null],
      ['succeeded', null],
    ])
    expect(expected.quarantine).toEqual(['foreignRefund'])
    await fc.assert(
      fc.asyncProperty(order, async (parts) => {
        expect(await outcomeOf(parts)).toEqual(expected)
      }),
      { numRuns: 20 },
    )
  }, 60_000)
})

describe('what people see', () => {
  const foreign = (outRefundNo: string | null, providerRefundId: string | null = null) =>
    aRefundRow({
      rowId: `row of ${outRefundNo ?? providerRefundId}`,
      outTradeNo: payment.outTradeNo,
      outRefundNo,
      providerRefundId,
    })

  test('are two foreign refunds of equal amount, each once, however often they are told', async () => {
    const rows = [foreign('console-1'), foreign('console-2'), foreign(null, 'R-3')]
    await bill(...rows)
    await bill(...rows)
    expect(await quarantined()).toEqual(['foreignRefund', 'foreignRefund', 'foreignRefund'])
  })

  test('is a chargeback, of our payment or of nobody’s, and nothing moves by it', async () => {
    const { outTradeNo } = payment
    const report = await bill(
      anotherRow('chargeback', { rowId: 'ours', outTradeNo }),
      anotherRow('chargeback', { rowId: 'stranger', outTradeNo: 'somebody' }),
      anotherRow('fee', { rowId: 'fee', outTradeNo }),
    )
    expect(report.problems.map(({ message }) => message)).toEqual([
      `chargeback (chargeback ${outTradeNo})`,
      'chargeback (chargeback somebody)',
    ])
    expect(await rowOf('ours')).toMatchObject({ state: 'matched', problem: 'chargeback' })
    expect(await rowOf('stranger')).toMatchObject({ state: 'unmatched', problem: 'chargeback' })
    expect(await rowOf('fee')).toMatchObject({ state: 'matched', problem: null })
    expect(await world.store.payment(payment.paymentId)).toEqual(payment)
    expect(await quarantined()).toEqual([])
  })
})
