import { describe, expect, test } from 'vitest'
import type { RefundInput } from '../../../server/providers/provider.ts'
import { notificationWith, type Pair, paid, referenceOf, wooshpayPair } from './wooshpay-world.ts'

/** WooshPay's refunds: real HTTP, simulated counterparty. */

const MINUTES_MS = 5 * 60_000
const REFUNDED = 'charge.refund.updated'

async function paidPair(setting: Parameters<typeof wooshpayPair>[0] = {}) {
  const pair = await wooshpayPair(setting)
  const { ref, wish } = await paid(pair)
  const of = (value: number, outRefundNo = 'rf1001'): RefundInput => ({
    payment: ref,
    outRefundNo,
    amount: { value, currency: 'CNY' },
    reason: 'the cup was broken',
  })
  return { pair, ref, wish, of }
}

async function refund({ provider }: Pair, wish: RefundInput) {
  const fact = await provider.refund?.(wish)
  if (!fact) throw new Error('this provider makes no refunds')
  return fact
}

const refundedMinor = ({ simulator }: Pair) => simulator.books().payments[0]?.refundedMinor

describe('a refund', () => {
  test.each([
    ['succeeded', 'succeeded', null],
    ['failed', 'failed', expect.stringContaining('dashboard')],
    ['canceled', 'failed', expect.stringContaining('dashboard')],
  ] as const)('that ends as %s is known by asking and by notification', async (...expected) => {
    const [refundEndsAs, status, advice] = expected
    const { pair, ref, of } = await paidPair({ behaviour: { refundEndsAs } })
    const wish = of(500)
    const { providerRefundId } = await refund(pair, wish)
    await pair.clock.advance(MINUTES_MS)
    const known = { status, advice, providerRefundId, outRefundNo: 'rf1001', amount: wish.amount }
    const asked = { payment: ref, outRefundNo: 'rf1001', providerRefundId }
    expect(await pair.provider.queryRefund?.(asked)).toMatchObject(known)
    expect(pair.provider.parseNotification(notificationWith(pair, REFUNDED))).toMatchObject({
      facts: [{ ...known, providerPaymentId: ref.providerPaymentId }],
    })
  })

  test('is made once where the first answer was lost', async () => {
    const { pair, of } = await paidPair()
    pair.simulator.faults.set({ calls: [{ operation: 'refund', fault: 'timeoutAfterSuccess' }] })
    await expect(refund(pair, of(500))).rejects.toMatchObject({ outcome: 'unknown' })
    const [booked] = pair.simulator.books().refunds
    expect((await refund(pair, of(500))).providerRefundId).toBe(booked?.id)
    await pair.clock.advance(MINUTES_MS)
    expect(pair.simulator.books().refunds).toHaveLength(1)
    expect(refundedMinor(pair)).toBe(500)
    // The notification tells our number, so that a lost answer is found without a repeat as well.
    expect(pair.provider.parseNotification(notificationWith(pair, REFUNDED))).toMatchObject({
      facts: [{ outRefundNo: 'rf1001', providerRefundId: booked?.id, status: 'succeeded' }],
    })
  })

  test('is not made by a look for it, which WooshPay cannot answer by our number', async () => {
    const { pair, ref } = await paidPair()
    const asked = { payment: ref, outRefundNo: 'rf1001', providerRefundId: null }
    await expect(pair.provider.queryRefund?.(asked)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(pair.simulator.books().refunds).toEqual([])
  })

  test('finds its payment by our number', async () => {
    const { pair, wish, of } = await paidPair()
    const fact = await refund(pair, { ...of(500), payment: referenceOf(wish) })
    expect(fact.status).toBe('processing')
  })

  test('says what to ask for where the account has none', async () => {
    const { pair, of } = await paidPair({ behaviour: { refundsEnabled: false } })
    await expect(refund(pair, of(500))).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining('ask WooshPay'),
    })
  })
})
