import { describe, expect, test } from 'vitest'
import type { OrderCentrePath } from '../../../../server/store/store.ts'
import { inWorld, listen, type OpenWorld } from './world.ts'

const WAITING: OrderCentrePath = {
  appId: 'wx-mini',
  path: 'pages/order/order?outTradeNo=\u0024{商品订单号}',
  state: 'waiting',
  reason: null,
  dueAtMs: 5_000,
  attempts: 0,
}

export function orderCentre(open: OpenWorld): void {
  describe('order pages of the order centre', () => {
    test(
      'are one per app, as they were put last, and wake the workers',
      inWorld(open, async ({ store }) => {
        const listener = listen(store)
        await store.transaction((tx) => tx.putOrderCentrePath(WAITING))
        await listener.next((change) => change.kind === 'due' && change.atMs === 5_000)
        expect(await store.orderCentrePath('wx-mini')).toEqual(WAITING)
        expect(await store.orderCentrePath('wx-other')).toBeUndefined()
        const failed = { ...WAITING, state: 'failed', reason: 'no', dueAtMs: null } as const
        await store.transaction((tx) => tx.putOrderCentrePath({ ...failed, attempts: 2 }))
        expect(await store.orderCentrePath('wx-mini')).toEqual({ ...failed, attempts: 2 })
      }),
    )

    test(
      'are claimed when they are due, by one of those that look',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.putOrderCentrePath(WAITING))
        const at = (nowMs: number) => ({ nowMs, leaseMs: 1_000, limit: 10 })
        expect((await store.nextDue()).orderCentrePaths).toBe(5_000)
        expect(await store.claimDueOrderCentrePaths(at(4_999))).toEqual([])
        const claims = await Promise.all(
          [1, 2].map(() => store.claimDueOrderCentrePaths(at(5_000))),
        )
        expect(claims.flat()).toEqual([{ ...WAITING, attempts: 1 }])
        expect(await store.claimDueOrderCentrePaths(at(6_000))).toHaveLength(1)
      }),
    )
  })
}
