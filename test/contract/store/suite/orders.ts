import { describe, expect, test } from 'vitest'
import { anOrder } from '../../../support/domain.ts'
import { inWorld, type OpenWorld } from './world.ts'

export function orders(open: OpenWorld): void {
  describe('orders', () => {
    const full = anOrder({
      status: 'paid',
      amount: { value: Number.MAX_SAFE_INTEGER, currency: 'JPY' },
      description: '龙井 50 克, "first" flush 🍵',
      goodsKind: 'virtual',
      payer: { appId: 'wx-oa', openid: 'o-wang' },
      paidPaymentId: 'pay_9',
      paidLate: true,
      closeReason: 'expired',
      paidAtMs: 1_790_000_000_123,
    })

    test(
      'an order comes back as it was stored, with an amount of 2^53 - 1 exact',
      inWorld(open, async ({ store }) => {
        expect(await store.transaction((tx) => tx.insertOrder(full))).toBe(true)
        expect(await store.order(full.orderRef)).toEqual(full)
      }),
    )

    test(
      'an order with nothing optional comes back with nulls',
      inWorld(open, async ({ store }) => {
        const order = anOrder()
        await store.transaction((tx) => tx.insertOrder(order))
        expect(await store.order(order.orderRef)).toEqual(order)
        expect(await store.order('another')).toBeUndefined()
      }),
    )

    test(
      'a taken orderRef is refused and the first order stays',
      inWorld(open, async ({ store }) => {
        const order = anOrder()
        await store.transaction((tx) => tx.insertOrder(order))
        const other = anOrder({ amount: { value: 1, currency: 'EUR' }, description: 'other' })
        expect(await store.transaction((tx) => tx.insertOrder(other))).toBe(false)
        expect(await store.order(order.orderRef)).toEqual(order)
      }),
    )

    test(
      'an update is read back, inside its transaction and after it',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertOrder(anOrder()))
        const paid = anOrder({ status: 'paid', paidPaymentId: 'pay_1', paidAtMs: 7 })
        const seen = await store.transaction(async (tx) => {
          await tx.updateOrder(paid)
          return tx.lockOrder(paid.orderRef)
        })
        expect(seen).toEqual(paid)
        expect(await store.order(paid.orderRef)).toEqual(paid)
      }),
    )

    test.each([
      ['another amount', { amount: { value: 1, currency: 'CNY' } }],
      ['another currency', { amount: { value: 1999, currency: 'EUR' } }],
      ['another name', { orderRef: 'tea-1002' }],
    ])('no update gives an order %s', (_, fields) =>
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertOrder(anOrder()))
        const changed = anOrder({ status: 'paid', ...fields })
        await expect(store.transaction((tx) => tx.updateOrder(changed))).rejects.toThrow(
          'not stored with this amount',
        )
        expect(await store.order('tea-1001')).toEqual(anOrder())
      })(),
    )

    test.each([
      ['nothing', 0],
      ['a negative amount', -1],
      ['a fraction', 10.5],
      ['more than 2^53 - 1', 2 ** 53],
    ])('the database refuses an order over %s', (_, value) =>
      inWorld(open, async ({ store }) => {
        const order = anOrder({ amount: { value, currency: 'CNY' } })
        await expect(store.transaction((tx) => tx.insertOrder(order))).rejects.toThrow()
        expect(await store.order(order.orderRef)).toBeUndefined()
      })(),
    )
  })
}
