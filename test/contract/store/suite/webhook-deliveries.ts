import { describe, expect, test } from 'vitest'
import type { WebhookDelivery } from '../../../../server/domain/webhook.ts'
import { newDelivery } from '../../../../server/domain/webhook-body.ts'
import { anEndpoint, anEvent, deliveriesOf, everything, save } from './webhook-world.ts'
import { inWorld, listen, type OpenWorld, upTo } from './world.ts'

export function webhookDeliveries(open: OpenWorld): void {
  describe('the way of a webhook', () => {
    claimedWay(open)
    handledWay(open)
  })
}

const claimOf = (nowMs: number, limit = 10) => ({
  endpointId: 'whe_1',
  nowMs,
  leaseMs: 1_000,
  limit,
})

function claimedWay(open: OpenWorld): void {
  test(
    'is in one hand at a time, for one endpoint at a time, the oldest first',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint(), anEndpoint({ endpointId: 'whe_2' }))
      for (const number of upTo(3)) await anEvent(store, number)
      expect(await store.webhookBacklog()).toEqual([
        { endpointId: 'whe_1', nextAtMs: 1 },
        { endpointId: 'whe_2', nextAtMs: 1 },
      ])
      const first = await store.claimDueDeliveries(claimOf(100, 2))
      expect(first.map(({ seq, attempts }) => [seq, attempts])).toEqual([
        [1, 1],
        [2, 1],
      ])
      expect(first[0]?.leasedUntilMs).toBe(1_100)
      expect((await store.claimDueDeliveries(claimOf(100))).map(({ seq }) => seq)).toEqual([3])
      expect(await store.claimDueDeliveries(claimOf(1_099))).toEqual([])
      expect(await store.webhookBacklog()).toEqual([
        { endpointId: 'whe_2', nextAtMs: 1 },
        { endpointId: 'whe_1', nextAtMs: 1_100 },
      ])
      expect(await store.claimDueDeliveries(claimOf(1_100))).toHaveLength(3)
    }),
  )

  test(
    '20 claims at once take each of 30 exactly once',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      for (const number of upTo(30)) await anEvent(store, number)
      const batches = await Promise.all(
        upTo(20).map(() => store.claimDueDeliveries(claimOf(100, 3))),
      )
      const rest = await store.claimDueDeliveries(claimOf(100, 30))
      const taken = [...batches.flat(), ...rest].map(({ deliveryId }) => deliveryId)
      expect([taken.length, new Set(taken).size]).toEqual([30, 30])
    }),
  )

  test(
    'is written by its claimant only: one whose lease is over, or that was overtaken, is too late',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      await anEvent(store)
      const [late] = await store.claimDueDeliveries(claimOf(100))
      const [owner] = await store.claimDueDeliveries(claimOf(1_100))
      if (!late || !owner) throw new Error('nothing was claimed')
      const settle = (claimed: typeof late, state: 'delivered' | 'dead') => {
        const became = { ...claimed, state, dueAtMs: null, lastStatus: 200 }
        return store.transaction((tx) => tx.settleWebhookDelivery({ claimed, became }))
      }
      expect(await settle(late, 'dead')).toBe(false)
      expect(await store.webhookDelivery(late.deliveryId)).toMatchObject({ state: 'waiting' })
      expect(await settle(owner, 'delivered')).toBe(true)
      expect(await settle(owner, 'dead')).toBe(false)
      expect(await store.webhookDelivery(late.deliveryId)).toMatchObject({
        state: 'delivered',
        attempts: 2,
        lastStatus: 200,
        dueAtMs: null,
      })
      expect(await store.webhookBacklog()).toEqual([])
    }),
  )

  test(
    'that a person starts anew is not ended by the attempt that was under way',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      await anEvent(store)
      const [claimed] = await store.claimDueDeliveries(claimOf(100))
      if (!claimed) throw new Error('nothing was claimed')
      const { leasedUntilMs: _, ...delivery } = claimed
      await store.transaction((tx) => tx.updateWebhookDelivery({ ...delivery, dueAtMs: 200 }))
      const became = { ...delivery, state: 'dead' as const, dueAtMs: null }
      const settled = store.transaction((tx) => tx.settleWebhookDelivery({ claimed, became }))
      expect(await settled).toBe(false)
      expect(await store.claimDueDeliveries(claimOf(200))).toHaveLength(1)
    }),
  )
}

function handledWay(open: OpenWorld): void {
  test(
    'stands still while its endpoint is switched off, and nobody wakes for it',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      await anEvent(store)
      const off = anEndpoint({ state: 'disabled', disabledReason: 'merchant' })
      await store.transaction((tx) => tx.updateWebhookEndpoint(off))
      expect(await store.webhookBacklog()).toEqual([])
      const { next, stop } = listen(store)
      await store.transaction((tx) => tx.updateWebhookEndpoint(anEndpoint()))
      await next((change) => change.kind === 'due')
      stop()
      expect(await store.webhookBacklog()).toEqual([{ endpointId: 'whe_1', nextAtMs: 1 }])
    }),
  )

  test(
    'ends where its endpoint is deleted; what was delivered stays so',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      for (const number of upTo(2)) await anEvent(store, number)
      const [claimed] = await store.claimDueDeliveries(claimOf(100, 1))
      if (!claimed) throw new Error('nothing was claimed')
      const became = { ...claimed, state: 'delivered' as const, dueAtMs: null }
      await store.transaction((tx) => tx.settleWebhookDelivery({ claimed, became }))
      const wish = { endpointId: 'whe_1', reason: 'deleted' }
      await store.transaction((tx) => tx.abandonWebhookDeliveries(wish))
      const states = (await deliveriesOf(store)).map(({ seq, state, dueAtMs }) => [
        seq,
        state,
        dueAtMs,
      ])
      expect(states).toEqual([
        [2, 'dead', null],
        [1, 'delivered', null],
      ])
    }),
  )

  test(
    'is one per event and endpoint, however often it is laid out; tests are as many as wished',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint())
      await anEvent(store)
      const [first] = await deliveriesOf(store)
      if (!first) throw new Error('there is no delivery')
      const lay = (delivery: WebhookDelivery) =>
        store.transaction((tx) => tx.insertWebhookDeliveries([delivery]))
      expect(await lay({ ...first, body: '{}' })).toBe(0)
      expect(await lay({ ...first, deliveryId: 'whd_other', body: '{}' })).toBe(0)
      expect(await deliveriesOf(store)).toEqual([first])
      for (const webhookId of ['evt_test_1', 'evt_test_2']) {
        const plain = { endpointId: 'whe_1', webhookId, seq: null, body: '{}', dueAtMs: 9 }
        expect(await lay(newDelivery({ ...plain, type: 'webhook.test' }))).toBe(1)
      }
      expect(await deliveriesOf(store)).toHaveLength(3)
    }),
  )

  test(
    'is listed newest first, page by page, by endpoint and by state',
    inWorld(open, async ({ store }) => {
      await save(store, anEndpoint(), anEndpoint({ endpointId: 'whe_2' }))
      for (const number of upTo(3)) await anEvent(store, number)
      const page = { ...everything, limit: 2, endpointId: 'whe_1' }
      const first = await store.webhookDeliveries(page)
      const last = first.at(-1)
      const before = { atMs: last?.createdAtMs ?? 0, deliveryId: last?.deliveryId ?? '' }
      const second = await store.webhookDeliveries({ ...page, before })
      expect([...first, ...second].map(({ seq }) => seq)).toEqual([3, 2, 1])
      const everyPage = await store.webhookDeliveries({ ...everything, before })
      expect(everyPage.length).toBeGreaterThanOrEqual(2)
      expect(await store.webhookDeliveries({ ...everything, state: 'dead' })).toEqual([])
      expect(await store.webhookDeliveries({ ...everything, state: 'waiting' })).toHaveLength(6)
    }),
  )
}
