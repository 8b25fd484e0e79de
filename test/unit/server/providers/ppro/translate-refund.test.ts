import { describe, expect, test } from 'vitest'
import {
  REFUND_ADVICE,
  REFUND_STATUSES,
  refundFact,
} from '../../../../../server/providers/ppro/translate.ts'
import { refundAnswerSchema } from '../../../../../server/providers/ppro/wire.ts'
import type { Money } from '../../../../../shared/money.ts'
import { failureOf } from '../support/failure.ts'
import { aReference } from './fixture.ts'

const cny = { value: 1000, currency: 'CNY' }

function readRefund(fields: Record<string, string>, amount: Money = cny) {
  const answer = refundAnswerSchema.parse({ REFUNDID: '77', ...fields })
  return refundFact(answer, {
    accountId: 'ppro',
    source: 'query',
    payment: aReference({ amount }),
    outRefundNo: 'rf1001',
    providerRefundId: null,
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
      status: 'succeeded',
      amount: cny,
      providerRefundId: '77',
      outRefundNo: 'rf1001',
      providerPaymentId: '881495832',
      settlement: { source: cny, settled: { value: 160, currency: 'USD' }, rate: '6.44145000' },
    })
  })

  test.each(Object.keys(REFUND_ADVICE))('FAILED for %s comes with advice', (FAILREASON) => {
    const fact = readRefund({ STATUS: 'FAILED', FAILREASON })
    expect(fact.status).toBe('failed')
    expect(fact.advice).toBe(REFUND_ADVICE[FAILREASON])
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
    for (const fields of [{ MERCHANTREFUNDID: 'rf9' }, { AMOUNT: '2', ...credit }]) {
      const failure = await failureOf(() => readRefund({ STATUS: 'SUCCEEDED', ...fields }))
      expect(failure.outcome).toBe('unverifiable')
    }
  })
})
