import { describe, expect, test } from 'vitest'
import type { InboxRow, QuarantineRow } from '../../../../server/store/store.ts'
import { aPaymentFact, aRefundFact } from '../../../support/domain.ts'
import { inWorld, type OpenWorld, orderEvent, upTo } from './world.ts'

function anInboxRow(fields: Partial<InboxRow> = {}): InboxRow {
  return {
    accountId: 'worldline',
    eventId: 'evt-1',
    facts: [
      aPaymentFact({
        occurredAtMs: 4,
        appId: 'wx-mini',
        settlement: { source: { value: 2, currency: 'CNY' }, settled: null, rate: '1.0' },
      }),
      aRefundFact({ providerPaymentId: 'W-1' }),
    ],
    queries: [{ outTradeNo: 'p1', providerPaymentId: null }],
    state: 'waiting',
    receivedAtMs: 1_000,
    dueAtMs: 2_000,
    attempts: 0,
    ...fields,
  }
}

export function history(open: OpenWorld): void {
  describe('inbox', () => {
    test(
      'a provider event comes back as it was stored, and only under its own account and name',
      inWorld(open, async ({ store }) => {
        expect(await store.transaction((tx) => tx.insertInbox(anInboxRow()))).toBe(true)
        expect(await store.inboxRow('worldline', 'evt-1')).toEqual(anInboxRow())
        expect(await store.inboxRow('worldline', 'evt-2')).toBeUndefined()
        expect(await store.inboxRow('b', 'evt-1')).toBeUndefined()
      }),
    )

    test(
      'an event that is known already is told apart and changes nothing',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertInbox(anInboxRow()))
        const again = anInboxRow({ facts: [], state: 'applied' })
        expect(await store.transaction((tx) => tx.insertInbox(again))).toBe(false)
        expect(await store.inboxRow('worldline', 'evt-1')).toEqual(anInboxRow())
        const elsewhere = anInboxRow({ accountId: 'b' })
        expect(await store.transaction((tx) => tx.insertInbox(elsewhere))).toBe(true)
      }),
    )

    test(
      'of 20 deliveries of one event at once exactly one is new',
      inWorld(open, async ({ store }) => {
        const news = await Promise.all(
          upTo(20).map(() => store.transaction((tx) => tx.insertInbox(anInboxRow()))),
        )
        expect(news.filter(Boolean)).toHaveLength(1)
      }),
    )

    test(
      'an update moves our handling on and leaves what the provider said',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertInbox(anInboxRow()))
        const moved = { state: 'abandoned', dueAtMs: null, attempts: 4 } as const
        await store.transaction((tx) => tx.updateInbox(anInboxRow({ ...moved, facts: [] })))
        expect(await store.inboxRow('worldline', 'evt-1')).toEqual(anInboxRow(moved))
      }),
    )

    test(
      'an update of an event that is not there fails',
      inWorld(open, async ({ store }) => {
        const update = store.transaction((tx) => tx.updateInbox(anInboxRow()))
        await expect(update).rejects.toThrow('not in the inbox')
      }),
    )
  })

  describe('events', () => {
    test(
      'events are numbered in the order in which they were written, and read in pages',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertEvents([orderEvent('order.created', 'tea-1')], 5))
        const refund = {
          type: 'refund.succeeded',
          orderRef: 'tea-1',
          paymentId: 'pay_1',
          refundId: 'rf_1',
        } as const
        await store.transaction((tx) =>
          tx.insertEvents([orderEvent('order.paid', 'tea-1'), refund], 6),
        )
        const all = await store.events({ afterSeq: 0, limit: 10 })
        expect(all.map(({ type, atMs }) => [type, atMs])).toEqual([
          ['order.created', 5],
          ['order.paid', 6],
          ['refund.succeeded', 6],
        ])
        const [first, second, third] = all
        expect(third).toEqual({ ...refund, atMs: 6, seq: third?.seq })
        expect(await store.events({ afterSeq: first?.seq ?? 0, limit: 1 })).toEqual([second])
        expect(await store.events({ afterSeq: third?.seq ?? 0, limit: 10 })).toEqual([])
      }),
    )

    test(
      'a transaction sees the events it has written, and none stays when it fails',
      inWorld(open, async ({ store }) => {
        const failing = store.transaction(async (tx) => {
          await tx.insertEvents([orderEvent('order.created', 'tea-1')], 5)
          expect(await tx.events({ afterSeq: 0, limit: 10 })).toHaveLength(1)
          await tx.insertEvents([orderEvent('order.paid', 'tea-1')], 5)
          throw new Error('on second thoughts')
        })
        await expect(failing).rejects.toThrow('on second thoughts')
        expect(await store.events({ afterSeq: 0, limit: 10 })).toEqual([])
      }),
    )

    test(
      'a reader that remembers the last number it saw misses no event of 60 writers at once',
      inWorld(open, async ({ store }) => {
        const seen: string[] = []
        let lastSeq = 0
        const read = async (): Promise<void> => {
          for (const event of await store.events({ afterSeq: lastSeq, limit: 1_000 })) {
            seen.push(event.orderRef)
            lastSeq = event.seq
          }
        }
        let writing = true
        const reader = (async () => {
          while (writing) await read()
          await read()
        })()
        await Promise.all(
          upTo(60).map((number) =>
            store.transaction((tx) =>
              tx.insertEvents([orderEvent('order.created', `tea-${number}`)], number),
            ),
          ),
        )
        writing = false
        await reader
        expect(seen).toHaveLength(60)
        expect(new Set(seen)).toEqual(new Set(upTo(60).map((number) => `tea-${number}`)))
      }),
    )
  })

  describe('quarantine', () => {
    test(
      'what was set aside comes back newest first, up to the limit',
      inWorld(open, async ({ store }) => {
        const row = (number: number, fields: Partial<QuarantineRow>): QuarantineRow => ({
          quarantineId: `q${number}`,
          accountId: 'worldline',
          paymentId: null,
          reason: 'amountMismatch',
          fact: aPaymentFact({ amount: { value: number, currency: 'EUR' } }),
          atMs: number,
          ...fields,
        })
        const rows = [row(1, {}), row(2, { paymentId: 'pay_1' }), row(3, { fact: aRefundFact() })]
        for (const each of rows) await store.transaction((tx) => tx.insertQuarantine(each))
        expect(await store.quarantined(10)).toEqual(rows.toReversed())
        expect(await store.quarantined(1)).toEqual(rows.slice(2))
      }),
    )

    test(
      'the same contradiction told again is one row, and no error',
      inWorld(open, async ({ store }) => {
        const row: QuarantineRow = {
          quarantineId: 'q1',
          accountId: 'worldline',
          paymentId: null,
          reason: 'amountMismatch',
          fact: aPaymentFact(),
          atMs: 1,
        }
        await store.transaction((tx) => tx.insertQuarantine(row))
        await store.transaction(async (tx) => {
          await tx.insertQuarantine({ ...row, atMs: 2 })
          await tx.insertEvents([orderEvent('order.created', 'tea-1')], 2)
        })
        expect(await store.quarantined(10)).toEqual([row])
        expect(await store.events({ afterSeq: 0, limit: 10 })).toHaveLength(1)
      }),
    )
  })
}
