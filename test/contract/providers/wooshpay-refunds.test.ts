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
  test('comes in two parts, and no more than was paid', async () => {
    const { pair, of } = await paidPair()
    for (const wish of [of(500, 'rf1'), of(1_499, 'rf2')]) {
      expect(await refund(pair, wish)).toMatchObject({
        status: 'processing',
        outRefundNo: wish.outRefundNo,
        amount: wish.amount,
        unknownStatus: false,
      })
    }
    await expect(refund(pair, of(1, 'rf3'))).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: 'refund_amount_too_large',
    })
    await pair.clock.advance(MINUTES_MS)
    expect(refundedMinor(pair)).toBe(1_999)
  })

  test('of more than was paid is refused', async () => {
    const { pair, of } = await paidPair()
    await expect(refund(pair, of(2_000))).rejects.toMatchObject({ outcome: 'rejected' })
    expect(pair.simulator.books().refunds).toEqual([])
  })

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

  test.each(['fail5xx', 'timeoutBefore'] as const)('is not made after %s', async (fault) => {
    const { pair, of } = await paidPair()
    pair.simulator.faults.set({ calls: [{ operation: 'refund', fault }] })
    await expect(refund(pair, of(500))).rejects.toMatchObject({ outcome: 'unknown' })
    expect(pair.simulator.books().refunds).toEqual([])
    expect((await refund(pair, of(500))).status).toBe('processing')
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

  test('of a payment that nobody made is refused', async () => {
    const { pair, wish, of } = await paidPair()
    const payment = referenceOf({ ...wish, outTradeNo: 'p9' })
    await expect(refund(pair, { ...of(500), payment })).rejects.toMatchObject({
      outcome: 'rejected',
    })
  })

  test('says what to ask for where the account has none', async () => {
    const { pair, of } = await paidPair({ behaviour: { refundsEnabled: false } })
    await expect(refund(pair, of(500))).rejects.toMatchObject({
      outcome: 'rejected',
      message: expect.stringContaining('ask WooshPay'),
    })
  })

  test('leaves the payment paid', async () => {
    const { pair, ref, of } = await paidPair()
    await refund(pair, of(1_999))
    await pair.clock.advance(MINUTES_MS)
    expect(await pair.provider.queryPayment(ref)).toMatchObject({
      status: 'paid',
      amount: { value: 1_999, currency: 'CNY' },
    })
  })
})
