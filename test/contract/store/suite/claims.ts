import { describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import type { Claim, InboxRow, Store } from '../../../../server/store/store.ts'
import { aPayment, aRefund } from '../../../support/domain.ts'
import { inWorld, numberedPayment, type OpenWorld, savePayment, upTo } from './world.ts'

const LEASE_MS = 1_000

const NOTHING_DUE = {
  payments: null,
  refunds: null,
  inbox: null,
  settlementDays: null,
  shipments: null,
  orderCentrePaths: null,
  deliveries: false,
}

function at(nowMs: number, limit = 100): Claim {
  return { nowMs, leaseMs: LEASE_MS, limit }
}

async function saveDue(store: Store, count: number, dueAtMs: number): Promise<void> {
  for (const number of upTo(count)) await savePayment(store, numberedPayment(number, { dueAtMs }))
}

function names(payments: readonly Payment[]): readonly string[] {
  return payments.map(({ paymentId }) => paymentId)
}

export function claims(open: OpenWorld): void {
  describe('claiming what is due', () => {
    test(
      'a payment can be claimed from the millisecond on which it is due, and counts the attempt',
      inWorld(open, async ({ store }) => {
        const payment = aPayment({ dueAtMs: 5_000, attempts: 2 })
        await savePayment(store, payment)
        expect(await store.claimDuePayments(at(4_999))).toEqual([])
        expect(await store.claimDuePayments(at(5_000))).toEqual([{ ...payment, attempts: 3 }])
        expect((await store.payment('pay_1'))?.attempts).toBe(3)
      }),
    )

    test(
      'what is not due is left alone',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment({ dueAtMs: null }))
        expect(await store.claimDuePayments(at(Number.MAX_SAFE_INTEGER - LEASE_MS))).toEqual([])
      }),
    )

    test(
      'the earliest come first, and no more than asked for',
      inWorld(open, async ({ store }) => {
        for (const number of [3, 1, 2]) {
          await savePayment(store, numberedPayment(number, { dueAtMs: number * 10 }))
        }
        expect(names(await store.claimDuePayments(at(100, 2)))).toEqual(['pay_1', 'pay_2'])
        expect(names(await store.claimDuePayments(at(100, 2)))).toEqual(['pay_3'])
      }),
    )

    test(
      'a lease holds until its last millisecond, then a dead claimant loses the row',
      inWorld(open, async ({ store }) => {
        await saveDue(store, 1, 5_000)
        await store.claimDuePayments(at(5_000))
        expect(await store.claimDuePayments(at(5_000 + LEASE_MS - 1))).toEqual([])
        const [again] = await store.claimDuePayments(at(5_000 + LEASE_MS))
        expect(again).toMatchObject({ paymentId: 'pay_1', attempts: 2, dueAtMs: 5_000 })
      }),
    )

    test(
      'writing the row ends the lease and sets when it is due next',
      inWorld(open, async ({ store }) => {
        await saveDue(store, 1, 5_000)
        const [claimed] = await store.claimDuePayments(at(5_000))
        if (!claimed) throw new Error('nothing was claimed')
        await store.transaction((tx) => tx.updatePayment({ ...claimed, dueAtMs: 5_100 }))
        expect(await store.claimDuePayments(at(5_099))).toEqual([])
        expect(names(await store.claimDuePayments(at(5_100)))).toEqual(['pay_1'])
      }),
    )

    test(
      '50 claims at once take each of 100 rows exactly once',
      inWorld(open, async ({ store }) => {
        await saveDue(store, 100, 5_000)
        const batches = await Promise.all(upTo(50).map(() => store.claimDuePayments(at(6_000, 7))))
        const rest = await store.claimDuePayments(at(6_000))
        const taken = [...batches.flatMap(names), ...names(rest)]
        expect(taken).toHaveLength(100)
        expect(new Set(taken).size).toBe(100)
        expect(Math.max(...batches.map(({ length }) => length))).toBe(7)
      }),
    )

    test(
      'refunds are claimed, leased and released like payments',
      inWorld(open, async ({ store }) => {
        const refund = aRefund({ dueAtMs: 5_000 })
        await savePayment(store, aPayment({ dueAtMs: null }))
        await store.transaction((tx) => tx.insertRefund(refund))
        expect(await store.claimDueRefunds(at(4_999))).toEqual([])
        expect(await store.claimDueRefunds(at(5_000))).toEqual([{ ...refund, attempts: 1 }])
        expect(await store.claimDueRefunds(at(5_000))).toEqual([])
        await store.transaction((tx) => tx.updateRefund({ ...refund, dueAtMs: 5_001 }))
        expect(await store.claimDueRefunds(at(5_001))).toHaveLength(1)
        expect(await store.claimDueRefunds(at(5_001 + LEASE_MS))).toHaveLength(1)
      }),
    )

    test(
      'inbox rows are claimed, leased and released like payments',
      inWorld(open, async ({ store }) => {
        await store.transaction((tx) => tx.insertInbox(inboxRow))
        expect(await store.claimDueInbox(at(4_999))).toEqual([])
        expect(await store.claimDueInbox(at(5_000))).toEqual([{ ...inboxRow, attempts: 1 }])
        expect(await store.claimDueInbox(at(5_000))).toEqual([])
        await store.transaction((tx) => tx.updateInbox({ ...inboxRow, dueAtMs: 5_001 }))
        expect(await store.claimDueInbox(at(5_001))).toHaveLength(1)
        expect(await store.claimDueInbox(at(5_001 + LEASE_MS))).toHaveLength(1)
      }),
    )
  })

  describe('when something is due next', () => {
    test(
      'never, while nothing is',
      inWorld(open, async ({ store }) => {
        expect(await store.nextDue()).toEqual(NOTHING_DUE)
        await savePayment(store, aPayment({ dueAtMs: null }))
        expect(await store.nextDue()).toEqual(NOTHING_DUE)
      }),
    )

    test(
      'the earliest of payments, of refunds and of inbox rows, each by itself',
      inWorld(open, async ({ store }) => {
        await savePayment(store, aPayment({ dueAtMs: 9_000 }))
        expect(await store.nextDue()).toEqual({ ...NOTHING_DUE, payments: 9_000 })
        await store.transaction((tx) => tx.insertRefund(aRefund({ dueAtMs: 8_000 })))
        expect(await store.nextDue()).toMatchObject({ payments: 9_000, refunds: 8_000 })
        await store.transaction((tx) => tx.insertInbox(inboxRow))
        const all = { payments: 9_000, refunds: 8_000, inbox: 5_000 }
        expect(await store.nextDue()).toEqual({ ...NOTHING_DUE, ...all })
      }),
    )

    test(
      'a leased row counts from the end of its lease, and as written once it is written',
      inWorld(open, async ({ store }) => {
        await saveDue(store, 1, 5_000)
        const [claimed] = await store.claimDuePayments(at(7_000))
        expect((await store.nextDue()).payments).toBe(7_000 + LEASE_MS)
        if (!claimed) throw new Error('nothing was claimed')
        await store.transaction((tx) => tx.updatePayment({ ...claimed, dueAtMs: null }))
        expect((await store.nextDue()).payments).toBeNull()
      }),
    )
  })
}

const inboxRow: InboxRow = {
  accountId: 'worldline',
  eventId: 'evt-1',
  facts: [],
  queries: [],
  state: 'waiting',
  receivedAtMs: 1_000,
  dueAtMs: 5_000,
  attempts: 0,
}
