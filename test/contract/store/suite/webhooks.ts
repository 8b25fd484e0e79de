import { describe, expect, test } from 'vitest'
import type { DomainEvent } from '../../../../server/domain/event.ts'
import type { WebhookDelivery } from '../../../../server/domain/webhook.ts'
import { webhookBodySchema } from '../../../../shared/contract/webhooks.ts'
import { anOrder, aPayment, aRefund } from '../../../support/domain.ts'
import { anEndpoint, anEvent, deliveriesOf, save } from './webhook-world.ts'
import { inWorld, listen, type OpenWorld, orderEvent, savePayment, upTo } from './world.ts'

const paymentEvent = (type: DomainEvent['type']): DomainEvent => ({
  type,
  orderRef: 'tea-1001',
  paymentId: 'pay_1',
  refundId: null,
})

function bodyOf({ body }: WebhookDelivery) {
  return webhookBodySchema.parse(JSON.parse(body))
}

export function webhooks(open: OpenWorld): void {
  endpoints(open)
  outbox(open)
}

function endpoints(open: OpenWorld): void {
  describe('webhook endpoints', () => {
    test(
      'come back as they were stored, oldest first, and once however often they are made',
      inWorld(open, async ({ store }) => {
        const first = anEndpoint({ events: ['payment.paid'], createdAtMs: 2 })
        const second = anEndpoint({ endpointId: 'whe_2', description: null, createdAtMs: 1 })
        await save(store, first, second)
        expect(await store.webhookEndpoints()).toEqual([second, first])
        expect(await store.webhookEndpoint('whe_1')).toEqual(first)
        expect(await store.webhookEndpoint('whe_9')).toBeUndefined()
        const again = anEndpoint({ url: 'https://else.example' })
        expect(await store.transaction((tx) => tx.insertWebhookEndpoint(again))).toBe(false)
        expect(await store.webhookEndpoint('whe_1')).toEqual(first)
      }),
    )

    test(
      'change as a whole; deleted ones are not listed, and still known',
      inWorld(open, async ({ store }) => {
        await save(store, anEndpoint())
        const gone = anEndpoint({ state: 'disabled', disabledReason: 'gone', secrets: [] })
        await store.transaction((tx) => tx.updateWebhookEndpoint(gone))
        expect(await store.webhookEndpoints()).toEqual([gone])
        const deleted = { ...gone, state: 'deleted' as const }
        await store.transaction((tx) => tx.updateWebhookEndpoint(deleted))
        expect(await store.webhookEndpoints()).toEqual([])
        expect(await store.webhookEndpoint('whe_1')).toEqual(deleted)
        const unknown = anEndpoint({ endpointId: 'whe_9' })
        const update = store.transaction((tx) => tx.updateWebhookEndpoint(unknown))
        await expect(update).rejects.toThrow('not stored')
      }),
    )
  })
}

function outbox(open: OpenWorld): void {
  describe('an event and its webhooks', () => {
    test(
      'are written together, one for every endpoint that wants it, and wake whoever sleeps',
      inWorld(open, async ({ store }) => {
        await save(
          store,
          anEndpoint(),
          anEndpoint({ endpointId: 'whe_2', events: ['order.created', 'order.paid'] }),
          anEndpoint({ endpointId: 'whe_3', events: ['order.paid'] }),
          anEndpoint({ endpointId: 'whe_4', state: 'disabled', disabledReason: 'merchant' }),
        )
        const { next, stop } = listen(store)
        expect((await store.nextDue()).deliveries).toBe(false)
        await anEvent(store)
        await next((change) => change.kind === 'due' && change.atMs === 1)
        stop()
        expect((await store.nextDue()).deliveries).toBe(true)
        const found = await deliveriesOf(store)
        expect(found.map(({ endpointId }) => endpointId).toSorted()).toEqual(['whe_1', 'whe_2'])
        expect(new Set(found.map(({ webhookId }) => webhookId)).size).toBe(1)
        expect(new Set(found.map(({ body }) => body)).size).toBe(1)
        for (const delivery of found) {
          expect(delivery).toMatchObject({ seq: 1, state: 'waiting', dueAtMs: 1, attempts: 0 })
          expect(bodyOf(delivery)).toMatchObject({
            type: 'order.created',
            timestamp: '1970-01-01T00:00:00.001Z',
            data: { seq: 1, orderRef: 'tea-1', order: { status: 'open' } },
          })
        }
      }),
    )

    test(
      'tell how everything stands at the end of the transaction, not in the middle',
      inWorld(open, async ({ store }) => {
        await save(store, anEndpoint())
        await savePayment(store, aPayment())
        await store.transaction(async (tx) => {
          await tx.insertEvents([paymentEvent('payment.paid')], 5)
          const payment = { ...aPayment(), status: 'paid' as const, paidAtMs: 5 }
          await tx.updatePayment(payment)
          await tx.updateOrder(anOrder({ status: 'paid', paidPaymentId: 'pay_1', paidAtMs: 5 }))
          const refund = aRefund({ status: 'succeeded', amount: { value: 500, currency: 'CNY' } })
          await tx.insertRefund(refund)
          const told = { ...paymentEvent('refund.succeeded'), refundId: refund.refundId }
          await tx.insertEvents([told], 6)
        })
        const bodies = (await deliveriesOf(store)).map(bodyOf)
        expect(bodies.map(({ data }) => data.seq)).toEqual([2, 1])
        for (const { data } of bodies) {
          expect(data.order).toMatchObject({ status: 'paid', refunded: { value: 500 } })
          expect(data.payment).toMatchObject({ status: 'paid', refunded: { value: 500 } })
        }
        expect(bodies.map(({ data }) => data.refund?.status)).toEqual(['succeeded', undefined])
        // What was told stays as it was, whatever happens afterwards.
        await store.transaction((tx) => tx.updateOrder(anOrder({ status: 'closed' })))
        const log = await store.eventsToTell({ afterSeq: 0, limit: 10 })
        expect(log.map(({ objects }) => objects.order.status)).toEqual(['paid', 'paid'])
        expect((await deliveriesOf(store)).map(bodyOf)).toEqual(bodies)
      }),
    )

    test(
      'are rolled back together',
      inWorld(open, async ({ store }) => {
        await save(store, anEndpoint())
        const failing = store.transaction(async (tx) => {
          await tx.insertOrder(anOrder({ orderRef: 'tea-1' }))
          await tx.insertEvents([orderEvent('order.created', 'tea-1')], 1)
          await tx.events({ afterSeq: 0, limit: 1 })
          throw new Error('the power failed')
        })
        await expect(failing).rejects.toThrow('the power failed')
        expect(await deliveriesOf(store)).toEqual([])
        expect(await store.events({ afterSeq: 0, limit: 10 })).toEqual([])
        expect(await store.webhookBacklog()).toEqual([])
      }),
    )

    test(
      'without anybody to tell are the event alone, which tells how things stand when asked',
      inWorld(open, async ({ store }) => {
        await anEvent(store)
        expect(await deliveriesOf(store)).toEqual([])
        const paid = anOrder({ orderRef: 'tea-1', status: 'paid', paidAtMs: 9 })
        await store.transaction((tx) => tx.updateOrder(paid))
        const [told] = await store.eventsToTell({ afterSeq: 0, limit: 10 })
        expect(told).toMatchObject({ seq: 1, objects: { order: { status: 'paid' } } })
      }),
    )

    test(
      'of 40 at once are 40, in numbers that rise without a gap',
      inWorld(open, async ({ store }) => {
        await save(store, anEndpoint())
        await Promise.all(upTo(40).map((number) => anEvent(store, number)))
        const found = await deliveriesOf(store)
        const seqs = found.map(({ seq }) => seq ?? 0).toSorted((left, right) => left - right)
        expect(seqs).toEqual(upTo(40))
        expect(new Set(found.map(({ webhookId }) => webhookId)).size).toBe(40)
        expect(found.every((delivery) => bodyOf(delivery).data.seq === delivery.seq)).toBe(true)
      }),
    )

    test(
      'are found again by the time from which somebody missed them',
      inWorld(open, async ({ store }) => {
        for (const number of [10, 20, 30]) await anEvent(store, number)
        expect(await store.firstSeqSince(20)).toBe(2)
        expect(await store.firstSeqSince(21)).toBe(3)
        expect(await store.firstSeqSince(31)).toBeNull()
      }),
    )
  })
}
