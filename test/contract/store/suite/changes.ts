import { describe, expect, test } from 'vitest'
import type { Change } from '../../../../server/store/store.ts'
import { anOrder, aPayment, aRefund } from '../../../support/domain.ts'
import {
  inWorld,
  isWakeUp,
  listen,
  numberedPayment,
  type OpenWorld,
  savePayment,
  tellsOf,
} from './world.ts'

/** What was told of this store's own doings; a wake-up says nothing about them. */
function told(heard: readonly Change[]): readonly Change[] {
  return heard.filter((change) => !isWakeUp(change))
}

export function changes(open: OpenWorld): void {
  describe('changes', () => {
    test(
      'a payment is told of when it is stored and whenever it changes, with its due time',
      inWorld(open, async ({ store }) => {
        const listener = listen(store)
        await savePayment(store, aPayment({ dueAtMs: 5_000 }))
        await listener.next(({ kind }) => kind === 'due')
        expect(told(listener.heard)).toEqual([
          { kind: 'payment', paymentId: 'pay_1', status: 'pending' },
          { kind: 'due', atMs: 5_000 },
        ])
        listener.heard.length = 0
        const paid = aPayment({ status: 'paid', dueAtMs: null })
        await store.transaction((tx) => tx.updatePayment(paid))
        await listener.next(tellsOf('pay_1'))
        expect(told(listener.heard)).toEqual([
          { kind: 'payment', paymentId: 'pay_1', status: 'paid' },
        ])
      }),
    )

    test(
      'a listener that hears of a payment reads it as it is committed',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment())
        const read = Promise.withResolvers<string | undefined>()
        store.onChange((change) => {
          if (!tellsOf('pay_1')(change)) return
          void store.payment('pay_1').then((payment) => read.resolve(payment?.status))
        })
        await store.transaction((tx) => tx.updatePayment(aPayment({ status: 'paid' })))
        expect(await read.promise).toBe('paid')
      }),
    )

    test(
      'refunds and inbox rows are told of when they become due',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment({ dueAtMs: null }))
        const listener = listen(store)
        const refund = aRefund({ dueAtMs: 6_000 })
        await store.transaction((tx) => tx.insertRefund(refund))
        await store.transaction((tx) => tx.updateRefund({ ...refund, dueAtMs: 6_001 }))
        const row = {
          accountId: 'worldline',
          eventId: 'evt-1',
          facts: [],
          queries: [],
          state: 'waiting',
          receivedAtMs: 1,
          dueAtMs: 6_002,
          attempts: 0,
        } as const
        await store.transaction((tx) => tx.insertInbox(row))
        await store.transaction((tx) => tx.insertInbox({ ...row, dueAtMs: 1 }))
        await store.transaction((tx) => tx.updateInbox({ ...row, dueAtMs: 6_003 }))
        await listener.next((change) => change.kind === 'due' && change.atMs === 6_003)
        expect(told(listener.heard)).toEqual(
          [6_000, 6_001, 6_002, 6_003].map((atMs) => ({ kind: 'due', atMs })),
        )
      }),
    )

    test(
      'a transaction that fails is not told of, nor one that only reads',
      inWorld(open, async ({ store }) => {
        const listener = listen(store)
        const failing = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder())
          await tx.insertPayment(aPayment())
          throw new Error('undone')
        })
        await expect(failing).rejects.toThrow('undone')
        await store.transaction((tx) => tx.payment('pay_1'))
        await savePayment(store, numberedPayment(2, { dueAtMs: null }))
        await listener.next(tellsOf('pay_2'))
        expect(told(listener.heard)).toEqual([
          { kind: 'payment', paymentId: 'pay_2', status: 'pending' },
        ])
      }),
    )

    test(
      'a store may be closed as soon as somebody listens, and takes no listener afterwards',
      inWorld(open, async ({ store }) => {
        listen(store)
        await store.close()
        expect(() => listen(store)).toThrow('closed')
      }),
    )

    test(
      'a listener that was taken off hears nothing more; the others still do',
      inWorld(open, async ({ store }) => {
        const leaving = listen(store)
        const staying = listen(store)
        await savePayment(store, numberedPayment(1))
        await leaving.next(tellsOf('pay_1'))
        leaving.stop()
        await savePayment(store, numberedPayment(2))
        await staying.next(tellsOf('pay_2'))
        expect(leaving.heard.some(tellsOf('pay_2'))).toBe(false)
      }),
    )
  })
}
