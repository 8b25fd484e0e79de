import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { SettlementRow } from '../../../../server/domain/settlement.ts'
import type { StoreTransaction } from '../../../../server/store/store.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { importSettlement } from '../../../../server/usecases/import-settlement.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { KEYED } from '../../../support/scripted-provider.ts'
import { anotherRow, aPaymentRow, aRefundRow } from '../../../support/settlement.ts'
import { aPaidPayment, createWorld, type World } from '../../../support/world.ts'

const READS = { ...KEYED, settlement: ['day', 'file'] } as const
const DAY = { kind: 'day', day: '2026-06-24' } as const
const usd = (value: number) => ({ value, currency: 'USD' })

let world: World
beforeEach(async () => {
  world = await createWorld({ capabilities: READS })
})
afterEach(() => world.close())

/** The bill of the day says just this. */
function bill(...rows: readonly SettlementRow[]) {
  const ours = rows.map((row): SettlementRow => ({ ...row, accountId: 'scripted' }))
  world.provider.books = { rows: ours, problems: [] }
  return importSettlement(world, 'scripted', DAY)
}

async function aPendingPayment(): Promise<Payment> {
  await world.anOrder()
  return createPayment(world, world.wish())
}

const rowOf = (rowId: string) => world.store.settlementEntry('scripted', rowId)
const quarantined = async () =>
  (await world.store.quarantined(10)).map(({ reason, paymentId }) => ({ reason, paymentId }))

describe('a payment that the bill has as paid', () => {
  test.each(['pending', 'failed', 'closed'] as const)(
    'is paid here, though %s before',
    async (status) => {
      const payment = await aPendingPayment()
      if (status !== 'pending') {
        await world.store.transaction((tx) => tx.updatePayment({ ...payment, status }))
      }
      const paidAtMs = Date.parse('2026-06-24T03:00:00Z')
      const row = aPaymentRow({
        outTradeNo: payment.outTradeNo,
        occurredAtMs: paidAtMs,
        settled: usd(310),
        rate: '6.448',
      })
      expect(await bill(row)).toEqual({
        read: 1,
        new: 1,
        applied: 1,
        matched: 1,
        unmatched: 0,
        quarantined: 0,
        problems: [],
      })
      const settlement = { source: null, settled: usd(310), rate: '6.448' }
      expect(await world.store.payment(payment.paymentId)).toMatchObject({
        status: 'paid',
        late: status !== 'pending',
        paidAtMs,
        settlement,
      })
      expect(await world.store.order('tea-1001')).toMatchObject({ status: 'paid' })
      expect(await rowOf('payment 1')).toMatchObject({
        state: 'matched',
        paymentId: payment.paymentId,
        problem: null,
      })
    },
  )

  test('with another amount is set aside, and seen', async () => {
    const payment = await aPendingPayment()
    const amount = { value: 1998, currency: 'CNY' }
    const report = await bill(aPaymentRow({ outTradeNo: payment.outTradeNo, amount }))
    expect(report).toMatchObject({ applied: 0, matched: 0, quarantined: 1 })
    expect(report.problems).toMatchObject([{ source: 'bill 2026-06-24', line: 2 }])
    expect(report.problems[0]?.message).toContain('amountMismatch')
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'pending' })
    const { paymentId } = payment
    expect(await quarantined()).toEqual([{ reason: 'amountMismatch', paymentId }])
    expect(await rowOf('payment 1')).toMatchObject({ state: 'quarantined', paymentId })
  })

  test('under the numbers of two payments moves neither', async () => {
    const one = await aPaidPayment(world, 'tea-1')
    const two = await aPaidPayment(world, 'tea-2')
    const { outTradeNo } = one
    const report = await bill(
      aPaymentRow({ outTradeNo, providerPaymentId: two.providerPaymentId, settled: usd(310) }),
    )
    expect(report).toMatchObject({ quarantined: 1, applied: 0 })
    expect(await quarantined()).toMatchObject([{ reason: 'numberMismatch' }])
    for (const { paymentId } of [one, two]) {
      expect(await world.store.payment(paymentId)).toMatchObject({ settlement: null })
    }
  })

  test('a word that nobody knows moves nothing, and is reported', async () => {
    const payment = await aPendingPayment()
    const words = { unknownStatus: true, providerStatus: 'SPLENDID' }
    const report = await bill(aPaymentRow({ outTradeNo: payment.outTradeNo, ...words }))
    expect(report).toMatchObject({ matched: 1, applied: 0 })
    expect(report.problems[0]?.message).toContain('unknownStatus')
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'pending' })
  })
})

describe('a payment of which the bill tells only what reached the bank', () => {
  const settledOnly = (payment: Payment) =>
    aPaymentRow({ outTradeNo: payment.outTradeNo, amount: null, settled: usd(310) })

  test('is asked about at once where it is not paid here', async () => {
    const payment = await aPendingPayment()
    world.provider.pay(payment.outTradeNo)
    expect(await bill(settledOnly(payment))).toMatchObject({ matched: 1, applied: 0 })
    await world.work()
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      settlement: { settled: usd(310) },
    })
  })

  test('is not paid by that alone', async () => {
    const payment = await aPendingPayment()
    await bill(settledOnly(payment))
    await world.work()
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'pending' })
  })

  test('learns it where it is paid, and is asked about no more', async () => {
    const payment = await aPaidPayment(world)
    const asked = world.provider.calls.length
    await bill(settledOnly(payment))
    await world.work()
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      status: 'paid',
      dueAtMs: null,
      settlement: { source: null, settled: usd(310), rate: null },
    })
    expect(world.provider.calls.slice(asked)).toEqual(['readSettlement'])
  })

  test('and tells another sum than before is a problem, and the first word stays', async () => {
    const payment = await aPaidPayment(world)
    await bill(settledOnly(payment))
    const other = { ...settledOnly(payment), rowId: 'payment 1 again', settled: usd(309) }
    const report = await bill(other)
    expect(report.problems[0]?.message).toContain('settledMismatch')
    expect(await world.store.payment(payment.paymentId)).toMatchObject({
      settlement: { settled: usd(310) },
    })
  })
})

describe('a refund in the bill', () => {
  let payment: Payment
  beforeEach(async () => {
    payment = await aPaidPayment(world)
  })
  const refundOf500 = () =>
    requestRefund(world, {
      paymentId: payment.paymentId,
      amount: { value: 500, currency: 'CNY' },
      reason: null,
      idempotencyKey: 'refund-of-500',
    })

  test('that is under way here succeeds, and learns what it cost at the bank', async () => {
    world.provider.refundEndsAs = 'processing'
    const { refundId, outRefundNo } = await refundOf500()
    const report = await bill(aRefundRow({ outRefundNo, settled: usd(-78) }))
    expect(report).toMatchObject({ matched: 1, applied: 1, problems: [] })
    expect(await world.store.refund(refundId)).toMatchObject({
      status: 'succeeded',
      settlement: { source: null, settled: usd(78), rate: null },
    })
    expect(await rowOf('refund 1')).toMatchObject({ paymentId: payment.paymentId, refundId })
  })

  test('of another amount is set aside', async () => {
    world.provider.refundEndsAs = 'processing'
    const { refundId, outRefundNo } = await refundOf500()
    const amount = { value: -501, currency: 'CNY' }
    expect(await bill(aRefundRow({ outRefundNo, amount }))).toMatchObject({ quarantined: 1 })
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'processing' })
  })

  test('without its own sum is a reason to ask, and no success', async () => {
    world.provider.refundEndsAs = 'processing'
    const { refundId, outRefundNo } = await refundOf500()
    const asked = world.provider.calls.length
    await bill(aRefundRow({ outRefundNo, amount: null, settled: usd(-78) }))
    await world.work()
    expect(world.provider.calls.slice(asked)).toEqual(['readSettlement', 'queryRefund'])
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'processing' })
  })

  test('that was made elsewhere is seen by people', async () => {
    const { paymentId, providerPaymentId } = payment
    const row = aRefundRow({ outRefundNo: 'console', providerRefundId: 'R-9', providerPaymentId })
    const report = await bill(row)
    expect(report).toMatchObject({ matched: 0, unmatched: 1 })
    expect(report.problems[0]?.message).toContain('foreignRefund')
    expect(await quarantined()).toEqual([{ reason: 'foreignRefund', paymentId }])
    expect(await rowOf('refund 1')).toMatchObject({ state: 'unmatched', paymentId, refundId: null })
  })

  test('that may be ours, whose number we never heard, waits and is matched when we know', async () => {
    world.provider.fail({ on: 'refund', when: 'after', outcome: 'unknown' })
    const { refundId, outRefundNo } = await refundOf500()
    const { providerPaymentId } = payment
    const providerRefundId = `R-${outRefundNo}`
    const row = aRefundRow({ outRefundNo: null, providerRefundId, providerPaymentId })
    expect(await bill(row)).toMatchObject({ unmatched: 1 })
    expect(await quarantined()).toEqual([])
    await world.later(60_000)
    expect(await world.store.refund(refundId)).toMatchObject({ status: 'succeeded' })
    expect(await bill(row)).toMatchObject({ new: 0, matched: 1, problems: [] })
    expect(await rowOf('refund 1')).toMatchObject({ state: 'matched', refundId })
  })
})

describe('rows about nothing of ours', () => {
  test('are kept: strangers to be looked at, sums only noted', async () => {
    const stranger = aPaymentRow({ outTradeNo: 'somebody', providerPaymentId: 'else' })
    const report = await bill(stranger, anotherRow('total'), anotherRow('payout'))
    expect(report).toMatchObject({ read: 3, new: 3, matched: 0, unmatched: 1, problems: [] })
    expect(await rowOf('payment 1')).toMatchObject({ state: 'unmatched', paymentId: null })
    expect(await rowOf('total 1')).toMatchObject({ state: 'noted' })
    expect(await quarantined()).toEqual([])
  })

  test('name the payment of a fee and of a chargeback, and move nothing', async () => {
    const payment = await aPaidPayment(world)
    const { outTradeNo } = payment
    await bill(anotherRow('fee', { outTradeNo }), anotherRow('chargeback', { outTradeNo }))
    const entries = await world.store.settlementOfPayment(payment.paymentId)
    expect(entries.map(({ state }) => state)).toEqual(['matched', 'matched'])
    expect(await world.store.payment(payment.paymentId)).toEqual(payment)
  })

  test('a kind that no table has is reported', async () => {
    const report = await bill(anotherRow('payout', { unknownStatus: true }))
    expect(report.problems[0]?.message).toContain('unknownStatus')
  })
})

describe('reading again', () => {
  test('changes nothing, and says so', async () => {
    const payment = await aPendingPayment()
    const rows = [
      aPaymentRow({ outTradeNo: payment.outTradeNo }),
      aPaymentRow({ rowId: 'payment 2', outTradeNo: 'somebody' }),
    ]
    await bill(...rows)
    const paid = await world.store.payment(payment.paymentId)
    const events = await world.store.events({ afterSeq: 0, limit: 100 })
    const again = await bill(...rows, ...rows)
    expect(again).toMatchObject({ read: 4, new: 0, applied: 0, matched: 2, unmatched: 2 })
    expect(await world.store.payment(payment.paymentId)).toEqual(paid)
    expect(await world.store.events({ afterSeq: 0, limit: 100 })).toEqual(events)
  })

  test('finishes what a crash cut off between two batches', async () => {
    const payment = await aPendingPayment()
    const strangers = Array.from({ length: 120 }, (_, index) =>
      aPaymentRow({ rowId: `a stranger ${index}`, outTradeNo: `s${index}` }),
    )
    const rows = [...strangers, aPaymentRow({ outTradeNo: payment.outTradeNo })]
    let batches = 0
    const failing = {
      ...world,
      store: {
        ...world.store,
        transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
          batches += 1
          if (batches === 3) throw new Error('the process died')
          return world.store.transaction(work)
        },
      },
    }
    world.provider.books = {
      rows: rows.map((row) => ({ ...row, accountId: 'scripted' })),
      problems: [],
    }
    await expect(importSettlement(failing, 'scripted', DAY)).rejects.toThrow('died')
    expect(await world.store.payment(payment.paymentId)).toMatchObject({ status: 'pending' })
    const report = await importSettlement(world, 'scripted', DAY)
    expect(report).toMatchObject({ read: 121, new: 21, applied: 1, unmatched: 120 })
  })
})
