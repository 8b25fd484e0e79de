import { describe, expect, test } from 'vitest'
import { refundFact, refundRequest } from '../../../../../server/providers/wooshpay/translate.ts'
import { refundSchema } from '../../../../../server/providers/wooshpay/wire.ts'
import { aRefund, aRefundWish, outcomeOf, PAYMENT_ID, REFUND_ID } from './fixture.ts'

const accountId = 'wooshpay'
const refund = (status: string, fields: Record<string, unknown> = {}) =>
  refundSchema.parse(aRefund(status, fields))

describe('a refund', () => {
  const wish = aRefundWish()
  const ids = { outRefundNo: 'rf-1', providerRefundId: REFUND_ID, providerPaymentId: PAYMENT_ID }
  const told = { accountId, source: 'query' } as const

  test('is asked for as the reference shows it', () => {
    expect(refundRequest(wish, { accountId, paymentIntent: PAYMENT_ID })).toEqual({
      payment_intent: PAYMENT_ID,
      amount: 10,
      reason: 'requested_by_customer',
      metadata: { refund_id: 'rf-1' },
    })
  })

  test('in another currency than the payment is refused', () => {
    const dollars = aRefundWish({ amount: { value: 10, currency: 'USD' } })
    const ask = () => refundRequest(dollars, { accountId, paymentIntent: PAYMENT_ID })
    expect(outcomeOf(ask)).toBe('rejected')
    expect(ask).toThrow('only in the currency of the payment')
  })

  test.each([
    ['pending', 'processing', false, false],
    ['succeeded', 'succeeded', false, false],
    ['failed', 'failed', true, false],
    ['canceled', 'failed', true, false],
    ['cancelled', 'failed', true, false],
    ['requires_approval', 'processing', false, true],
    ['toString', 'processing', false, true],
  ])('%s means %s', (word, status, advised, unknownStatus) => {
    const made = refundFact(refund(word), { ...told, ...ids })
    expect(made).toMatchObject({ status, unknownStatus, ...ids, providerStatus: word })
    expect(made.amount).toEqual({ value: 10, currency: 'CNY' })
    if (advised) expect(made.advice).toContain('its dashboard has the reason')
    else expect(made.advice).toBeNull()
  })

  test('says why it failed', () => {
    const failed = refund('failed', { failure_reason: 'unknown' })
    expect(refundFact(failed, told).providerStatus).toBe('failed unknown')
  })

  test('is known by our number where only the message tells it', () => {
    expect(refundFact(refund('succeeded'), told)).toMatchObject(ids)
    const bare = refund('succeeded', { metadata: null, payment_intent: null, currency: null })
    expect(refundFact(bare, told)).toMatchObject({
      outRefundNo: null,
      providerRefundId: REFUND_ID,
      providerPaymentId: null,
      amount: null,
    })
  })

  test('has its amount as number or as text', () => {
    expect(refund('pending', { amount: '10' }).amount).toBe(10)
    expect(refundSchema.safeParse(aRefund('pending', { amount: '1.0' })).success).toBe(false)
  })

  test.each([
    ['by their number', { id: 're_2' }],
    ['by our number', { metadata: { refund_id: 'rf-2' } }],
    ['of another payment', { payment_intent: 'pi_2' }],
  ])('that is another one %s is not believed', (_, fields) => {
    const answer = () => refundFact(refund('succeeded', fields), { ...told, ...ids })
    expect(outcomeOf(answer)).toBe('unverifiable')
  })

  test('is not a charge', () => {
    expect(refundSchema.safeParse(aRefund('succeeded', { object: 'charge' })).success).toBe(false)
  })
})
