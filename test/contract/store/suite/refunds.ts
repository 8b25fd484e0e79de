import { describe, expect, test } from 'vitest'
import type { Refund } from '../../../../server/domain/refund.ts'
import { type RefundNumber, StaleWrite, type Store } from '../../../../server/store/store.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { inWorld, numberedPayment, type OpenWorld, savePayment } from './world.ts'

async function saveRefund(store: Store, refund: Refund): Promise<void> {
  await store.transaction((tx) => tx.insertRefund(refund))
}

export function refunds(open: OpenWorld): void {
  describe('refunds', () => {
    test(
      'a refund with everything set comes back as it was stored',
      inWorld(open, async ({ store }) => {
        const refund = aRefund({
          status: 'needsAction',
          amount: { value: Number.MAX_SAFE_INTEGER, currency: 'CNY' },
          reason: '茶叶受潮',
          providerRefundId: 'R-1',
          advice: 'top up the account',
          settlement: { source: null, settled: null, rate: null },
          succeededAtMs: 1_790_000_000_123,
          dueAtMs: 8,
          attempts: 2,
          sentAtMs: 1_790_000_000_124,
          busyUntilMs: 1_790_000_030_124,
        })
        await savePayment(store, aPayment())
        await saveRefund(store, refund)
        expect(await store.refund('rf_1')).toEqual(refund)
        expect(await store.refund('rf_2')).toBeUndefined()
      }),
    )

    test(
      'an update raises the version by one; an older version is stale',
      inWorld(open, async ({ store }) => {
        const refund = aRefund({ sentAtMs: null })
        await savePayment(store, aPayment())
        await saveRefund(store, refund)
        const done: Refund = { ...refund, status: 'succeeded', sentAtMs: 8, succeededAtMs: 9 }
        await store.transaction((tx) => tx.updateRefund(done))
        expect(await store.refund('rf_1')).toEqual({ ...done, version: refund.version + 1 })
        const late = store.transaction((tx) => tx.updateRefund({ ...refund, status: 'failed' }))
        await expect(late).rejects.toThrow(StaleWrite)
        expect((await store.refund('rf_1'))?.status).toBe('succeeded')
      }),
    )

    test(
      'no update gives a refund another amount',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        await saveRefund(store, aRefund())
        const more = aRefund({ amount: { value: 501, currency: 'CNY' } })
        await expect(store.transaction((tx) => tx.updateRefund(more))).rejects.toThrow(
          'cannot be changed',
        )
        expect((await store.refund('rf_1'))?.amount.value).toBe(500)
      }),
    )

    test(
      'the refunds of a payment come oldest first, and no others',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        await savePayment(store, numberedPayment(2))
        await saveRefund(store, numbered(2, { createdAtMs: 20 }))
        await saveRefund(store, numbered(1, { createdAtMs: 10 }))
        await saveRefund(store, numbered(3, { paymentId: 'pay_2' }))
        const found = await store.refundsOfPayment('pay_1')
        expect(found.map(({ refundId }) => refundId)).toEqual(['rf_1', 'rf_2'])
        expect(await store.refundsOfPayment('unknown')).toEqual([])
      }),
    )

    test(
      'a refund needs its payment',
      inWorld(open, async ({ store }) => {
        await expect(saveRefund(store, aRefund())).rejects.toThrow()
        expect(await store.refund('rf_1')).toBeUndefined()
      }),
    )

    test.each([
      ['our number', named('rf1', null), 'rf_1'],
      ["the provider's number", named(null, 'R-2'), 'rf_2'],
      ['both numbers', named('rf2', 'R-2'), 'rf_2'],
      ["our number, while the provider's is not known yet", named('rf1', 'R-9'), 'rf_1'],
      ['numbers of two refunds', named('rf1', 'R-2'), undefined],
      ['a number of another account', { ...named('rf1', null), accountId: 'b' }, undefined],
      ['no number at all', named(null, null), undefined],
    ])('by %s', (_, name, expected) =>
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        await saveRefund(store, numbered(1))
        await saveRefund(store, numbered(2, { providerRefundId: 'R-2' }))
        expect((await store.refundByNumber(name))?.refundId).toBe(expected)
      })(),
    )
  })
}

function numbered(number: number, fields: Partial<Refund> = {}): Refund {
  return aRefund({
    refundId: `rf_${number}`,
    outRefundNo: `rf${number}`,
    idempotencyKey: `refund-key-${number}`,
    ...fields,
  })
}

function named(outRefundNo: string | null, providerRefundId: string | null): RefundNumber {
  return { accountId: 'worldline', outRefundNo, providerRefundId }
}
