import { describe, expect, test } from 'vitest'
import type { SettlementEntry } from '../../../../server/domain/settlement.ts'
import type { SettlementDay, SettlementPage, Store } from '../../../../server/store/store.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { anEntry, anotherRow, aPaymentRow, aRefundRow } from '../../../support/settlement.ts'
import { inWorld, listen, type OpenWorld, savePayment, upTo } from './world.ts'

async function save(store: Store, ...entries: readonly SettlementEntry[]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const entry of entries) await tx.insertSettlement(entry)
  })
}

async function savePaid(store: Store): Promise<void> {
  await savePayment(store, aPayment())
  await store.transaction((tx) => tx.insertRefund(aRefund()))
}

const all: SettlementPage = {
  accountId: 'worldline',
  fromMs: null,
  toMs: null,
  unmatchedOnly: false,
  after: null,
  limit: 100,
}

const namesOf = (entries: readonly SettlementEntry[]) => entries.map(({ row }) => row.rowId)

const whole = aPaymentRow({
  providerPaymentId: 'W-1',
  appId: 'wx-mini',
  occurredAtMs: 4_000,
  settled: { value: 310, currency: 'USD' },
  fee: { value: -12, currency: 'CNY' },
  rate: '6.44145000',
  unknownStatus: true,
})

export function settlement(open: OpenWorld): void {
  describe('settlement rows', () => {
    test(
      'come back as they were stored, in all their kinds, and only under their own account',
      inWorld(open, async ({ store }) => {
        const entries = [whole, aRefundRow(), anotherRow('fee'), anotherRow('total')].map((row) =>
          anEntry(row),
        )
        await save(store, ...entries)
        for (const entry of entries) {
          expect(await store.settlementEntry('worldline', entry.row.rowId)).toEqual(entry)
        }
        expect(await store.settlementEntry('b', 'payment 1')).toBeUndefined()
        expect(await store.settlementEntry('worldline', 'payment 2')).toBeUndefined()
      }),
    )

    test(
      'that are known already are told apart and change nothing',
      inWorld(open, async ({ store }) => {
        await save(store, anEntry(whole))
        const again = anEntry({ ...whole, line: 99, amount: null }, { state: 'noted' })
        expect(await store.transaction((tx) => tx.insertSettlement(again))).toBe(false)
        expect(await store.settlementEntry('worldline', 'payment 1')).toEqual(anEntry(whole))
        const elsewhere = anEntry({ ...whole, accountId: 'b' })
        expect(await store.transaction((tx) => tx.insertSettlement(elsewhere))).toBe(true)
      }),
    )

    test(
      'read by 20 at once are stored by exactly one',
      inWorld(open, async ({ store }) => {
        const news = await Promise.all(
          upTo(20).map(() => store.transaction((tx) => tx.insertSettlement(anEntry(whole)))),
        )
        expect(news.filter(Boolean)).toHaveLength(1)
      }),
    )

    test(
      'are matched by an update, which leaves what the provider said',
      inWorld(open, async ({ store }) => {
        await savePaid(store)
        await save(store, anEntry(whole))
        const became = {
          state: 'quarantined',
          paymentId: 'pay_1',
          refundId: 'rf_1',
          problem: 'amountMismatch',
        } as const
        await store.transaction((tx) =>
          tx.updateSettlement(anEntry({ ...whole, amount: null }, became)),
        )
        expect(await store.settlementOfPayment('pay_1')).toEqual([anEntry(whole, became)])
        expect(await store.settlementOfPayment('pay_2')).toEqual([])
      }),
    )

    test(
      'cannot be updated before they are stored, nor name a payment that is not there',
      inWorld(open, async ({ store }) => {
        const update = store.transaction((tx) => tx.updateSettlement(anEntry(whole)))
        await expect(update).rejects.toThrow('not stored')
        await expect(save(store, anEntry(whole, { paymentId: 'pay_9' }))).rejects.toThrow()
      }),
    )

    test(
      'hold sums in both directions to the last unit, and no half ones',
      inWorld(open, async ({ store }) => {
        const most = { value: Number.MAX_SAFE_INTEGER, currency: 'CNY' }
        const least = { value: Number.MIN_SAFE_INTEGER, currency: 'CNY' }
        const entry = anEntry(
          aPaymentRow({ amount: most, settled: least, fee: { ...most, value: 0 } }),
        )
        await save(store, entry)
        expect(await store.settlementEntry('worldline', 'payment 1')).toEqual(entry)
        const half = anEntry(aPaymentRow({ rowId: 'half', amount: { ...most, value: 0.5 } }))
        await expect(save(store, half)).rejects.toThrow()
      }),
    )
  })

  describe('pages of settlement rows', () => {
    const at = (
      rowId: string,
      occurredAtMs: number | null,
      fields: Partial<SettlementEntry> = {},
    ) => anEntry(aPaymentRow({ rowId, occurredAtMs }), fields)

    test(
      'run by when it happened, or was imported where nobody says',
      inWorld(open, async ({ store }) => {
        await save(
          store,
          at('c', 30),
          at('a', 20),
          at('b', 20),
          at('d', null, { importedAtMs: 25 }),
        )
        await save(store, anEntry(aPaymentRow({ accountId: 'b', rowId: 'other', occurredAtMs: 1 })))
        expect(namesOf(await store.settlementEntries(all))).toEqual(['a', 'b', 'd', 'c'])
        const span = { ...all, fromMs: 21, toMs: 30 }
        expect(namesOf(await store.settlementEntries(span))).toEqual(['d'])
        expect(namesOf(await store.settlementEntries({ ...span, toMs: 31 }))).toEqual(['d', 'c'])
      }),
    )

    test(
      'go on after the last row of the one before, also within one instant',
      inWorld(open, async ({ store }) => {
        await save(store, at('a', 20), at('b', 20), at('c', 20), at('d', 21))
        const first = await store.settlementEntries({ ...all, limit: 2 })
        const after = { atMs: 20, rowId: 'b' }
        const second = await store.settlementEntries({ ...all, limit: 2, after })
        expect([namesOf(first), namesOf(second)]).toEqual([
          ['a', 'b'],
          ['c', 'd'],
        ])
      }),
    )

    test(
      'of unmatched rows leave all others out',
      inWorld(open, async ({ store }) => {
        const states = ['matched', 'unmatched', 'quarantined', 'noted'] as const
        await save(store, ...states.map((state, index) => at(state, index, { state })))
        const page = { ...all, unmatchedOnly: true }
        expect(namesOf(await store.settlementEntries(page))).toEqual(['unmatched'])
      }),
    )

    test(
      'of what may be matched now: by the provider’s numbers or the payment, while unmatched',
      inWorld(open, async ({ store }) => {
        await savePaid(store)
        await save(
          store,
          anEntry(aPaymentRow({ rowId: 'by payment number', providerPaymentId: 'W-1' })),
          anEntry(aRefundRow({ rowId: 'by refund number', providerRefundId: 'R-1' })),
          anEntry(aRefundRow({ rowId: 'by payment' }), { paymentId: 'pay_1' }),
          anEntry(aPaymentRow({ rowId: 'stranger', providerPaymentId: 'W-2' })),
          anEntry(aPaymentRow({ rowId: 'done', providerPaymentId: 'W-1' }), { state: 'matched' }),
          anEntry(aPaymentRow({ rowId: 'else', accountId: 'b', providerPaymentId: 'W-1' })),
        )
        const name = { accountId: 'worldline', paymentId: 'pay_1' }
        const none = { ...name, providerPaymentId: null, providerRefundId: null }
        expect(namesOf(await store.unmatchedSettlement(none))).toEqual(['by payment'])
        const both = { ...name, providerPaymentId: 'W-1', providerRefundId: 'R-1' }
        expect(namesOf(await store.unmatchedSettlement(both)).toSorted()).toEqual([
          'by payment',
          'by payment number',
          'by refund number',
        ])
      }),
    )
  })

  describe('days to be fetched', () => {
    const day: SettlementDay = {
      accountId: 'worldline',
      day: '2026-06-24',
      state: 'waiting',
      reason: null,
      dueAtMs: 5_000,
      attempts: 0,
    }
    const claim = { nowMs: 5_000, leaseMs: 1_000, limit: 10 }

    test(
      'are planned once, and wake whoever sleeps',
      inWorld(open, async ({ store }) => {
        const { next, stop } = listen(store)
        expect(await store.transaction((tx) => tx.insertSettlementDay(day))).toBe(true)
        await next((change) => change.kind === 'due' && change.atMs === 5_000)
        stop()
        expect((await store.nextDue()).settlementDays).toBe(5_000)
        const again = { ...day, dueAtMs: 1 }
        expect(await store.transaction((tx) => tx.insertSettlementDay(again))).toBe(false)
        expect(await store.settlementDay('worldline', '2026-06-24')).toEqual(day)
        expect(await store.settlementDay('b', '2026-06-24')).toBeUndefined()
      }),
    )

    test(
      'are claimed by one of many, leased, and released by an update',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertSettlementDay(day))
        const claims = await Promise.all(upTo(10).map(() => store.claimDueSettlementDays(claim)))
        expect(claims.flat()).toEqual([{ ...day, attempts: 1 }])
        expect(await store.claimDueSettlementDays({ ...claim, nowMs: 5_999 })).toEqual([])
        expect(await store.claimDueSettlementDays({ ...claim, nowMs: 6_000 })).toHaveLength(1)
        const failed = { ...day, state: 'failed', reason: 'no bill', dueAtMs: null } as const
        await store.transaction((tx) => tx.updateSettlementDay(failed))
        expect(await store.claimDueSettlementDays({ ...claim, nowMs: 99_000 })).toEqual([])
        expect(await store.settlementDay('worldline', '2026-06-24')).toEqual(failed)
        const unknown = store.transaction((tx) => tx.updateSettlementDay({ ...day, day: 'other' }))
        await expect(unknown).rejects.toThrow('not planned')
      }),
    )

    test(
      'are listed newest first, by account',
      inWorld(open, async ({ store }) => {
        await store.transaction(async (tx) => {
          for (const name of ['2026-06-30', '2026-07-01', '2026-06-29']) {
            await tx.insertSettlementDay({ ...day, day: name })
          }
          await tx.insertSettlementDay({ ...day, accountId: 'b', day: '2026-12-31' })
        })
        const days = await store.settlementDays('worldline', 2)
        expect(days.map((each) => each.day)).toEqual(['2026-07-01', '2026-06-30'])
      }),
    )
  })
}
