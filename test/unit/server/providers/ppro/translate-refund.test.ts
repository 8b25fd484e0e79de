import { describe, expect, test } from 'vitest'
import {
  REFUND_ADVICE,
  REFUND_STATUSES,
  refundFact,
  refundFields,
} from '../../../../../server/providers/ppro/translate.ts'
import { refundAnswerSchema } from '../../../../../server/providers/ppro/wire.ts'
import type { Money } from '../../../../../shared/money.ts'
import { failureOf } from '../support/failure.ts'
import { aReference } from './fixture.ts'

const cny = { value: 1000, currency: 'CNY' }

function readRefund(
  fields: Record<string, string>,
  amount: Money = cny,
  providerRefundId: string | null = null,
) {
  const answer = refundAnswerSchema.parse({ REFUNDID: '77', ...fields })
  return refundFact(answer, {
    accountId: 'ppro',
    source: 'query',
    payment: aReference({ amount }),
    outRefundNo: 'rf1001',
    providerRefundId,
  })
}

describe('the state of a refund', () => {
  test('is in STATUS', () => {
    expect(REFUND_STATUSES).toEqual({
      PENDING: 'processing',
      SUCCEEDED: 'succeeded',
      FAILED: 'failed',
    })
    expect(readRefund({ STATUS: 'SOMETHING_NEW' })).toMatchObject({
      status: 'processing',
      unknownStatus: true,
    })
    expect(readRefund({})).toMatchObject({ unknownStatus: true, providerStatus: '' })
  })

  test('is said in their own words, with the reason where there is one', () => {
    const pending = readRefund({ STATUS: 'PENDING' })
    expect(pending).toMatchObject({ unknownStatus: false, providerStatus: 'PENDING', advice: null })
    const failed = readRefund({ STATUS: 'FAILED', FAILREASON: 'QUOTA' })
    expect(failed).toMatchObject({ unknownStatus: false, providerStatus: 'FAILED QUOTA' })
  })

  test('with the figures of the published example', () => {
    const fact = readRefund({
      STATUS: 'SUCCEEDED',
      'SPECOUT.FXRATE': '6.44145000',
      'SPECOUT.DSTCURRENCY': 'CNY',
      'SPECOUT.DSTAMOUNT': '1000',
      'SPECOUT.SETTLEMENTCURRENCY': 'USD',
      'SPECOUT.SETTLEMENTAMOUNT': '160',
    })
    expect(fact).toMatchObject({
      kind: 'refund',
      status: 'succeeded',
      amount: cny,
      providerRefundId: '77',
      outRefundNo: 'rf1001',
      providerPaymentId: '881495832',
      settlement: { source: cny, settled: { value: 160, currency: 'USD' }, rate: '6.44145000' },
    })
  })

  test.each([
    ['QUOTA', 'no further refund'],
    ['INPUT_DATA', 'Ask PPRO about the contract'],
    ['LOCAL_ERROR', 'Make a new refund'],
    ['REMOTE_ERROR', 'Make a new refund'],
    ['LOCAL_DECLINE', 'Settle with the payer another way'],
    ['REMOTE_DECLINE', 'Settle with the payer another way'],
  ])('FAILED for %s comes with advice: %s', (FAILREASON, advice) => {
    const fact = readRefund({ STATUS: 'FAILED', FAILREASON })
    expect(fact.status).toBe('failed')
    expect(fact.advice).toContain(advice)
  })

  test('has advice for no other reason than these', () => {
    expect(Object.keys(REFUND_ADVICE)).toHaveLength(6)
    expect(readRefund({ STATUS: 'FAILED', FAILREASON: 'SOMETHING_NEW' }).advice).toBeNull()
  })

  test('is asked for in the currency and country of the payment', () => {
    const amount = { value: 500, currency: 'EUR' }
    const wish = { payment: aReference(), outRefundNo: 'rf1001', amount, reason: null }
    expect(refundFields(wish, 'ppro')).toEqual({
      tag: 'wechatpay',
      countrycode: 'CN',
      currency: 'EUR',
      amount: '500',
      merchantrefundid: 'rf1001',
    })
  })

  test('in another currency than the payment is refused before it is sent', () => {
    const amount = { value: 1, currency: 'USD' }
    const wish = { payment: aReference(), outRefundNo: 'rf1001', amount, reason: null }
    expect(() => refundFields(wish, 'ppro')).toThrow(
      expect.objectContaining({
        outcome: 'rejected',
        message: 'PPRO refunds only in the currency of the payment',
      }),
    )
  })

  test('tells a sum only where it is in the currency of the payment', () => {
    const credit = { 'SPECOUT.DSTAMOUNT': '8274', 'SPECOUT.DSTCURRENCY': 'CNY' }
    const eur = { value: 1055, currency: 'EUR' }
    expect(readRefund({ STATUS: 'SUCCEEDED', ...credit }, eur).amount).toBeNull()
    expect(readRefund({ STATUS: 'SUCCEEDED', AMOUNT: '5' }, eur).amount).toEqual({
      value: 5,
      currency: 'EUR',
    })
  })

  test('is not told by an answer about another refund, or one that contradicts itself', async () => {
    const credit = { 'SPECOUT.DSTAMOUNT': '1', 'SPECOUT.DSTCURRENCY': 'CNY' }
    for (const [fields, why] of [
      [{ MERCHANTREFUNDID: 'rf9' }, 'something else'],
      [{ AMOUNT: '2', ...credit }, 'two different sums'],
    ] as const) {
      const failure = await failureOf(() => readRefund({ STATUS: 'SUCCEEDED', ...fields }))
      expect(failure.outcome).toBe('unverifiable')
      expect(failure.message).toContain(why)
    }
    expect(() => readRefund({ STATUS: 'SUCCEEDED' }, cny, '78')).toThrow('something else')
    expect(readRefund({ STATUS: 'SUCCEEDED' }, cny, '77').status).toBe('succeeded')
  })
})
