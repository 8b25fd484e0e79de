import { describe, expect, test } from 'vitest'
import { applyRefundFact } from '../../../../server/domain/apply-refund-fact.ts'
import type { RefundFact } from '../../../../server/domain/fact.ts'
import type { Refund } from '../../../../server/domain/refund.ts'
import { aPayment, aRefund, aRefundFact } from '../../../support/domain.ts'

function apply(given: { refund?: Partial<Refund>; fact?: Partial<RefundFact> }) {
  const payment = aPayment({ status: 'paid' })
  const fact = aRefundFact(given.fact)
  return applyRefundFact(aRefund(given.refund), payment, { fact, nowMs: 10_000 })
}

describe('a refund', () => {
  test.each([
    ['requested', 'processing', 'refund.processing'],
    ['requested', 'succeeded', 'refund.succeeded'],
    ['processing', 'succeeded', 'refund.succeeded'],
    ['processing', 'failed', 'refund.failed'],
    ['processing', 'needsAction', 'refund.needsAction'],
    ['needsAction', 'succeeded', 'refund.succeeded'],
  ] as const)('%s → %s writes %s', (from, to, event) => {
    const outcome = apply({ refund: { status: from }, fact: { status: to } })
    expect(outcome).toMatchObject({
      kind: 'edges',
      refund: {
        status: to,
        providerRefundId: 'R-1',
        succeededAtMs: to === 'succeeded' ? 10_000 : null,
      },
      events: [{ type: event, refundId: 'rf_1', paymentId: 'pay_1' }],
    })
  })

  test.each([
    ['succeeded', 'failed'],
    ['failed', 'succeeded'],
  ] as const)('that %s is never turned into %s by itself', (from, to) => {
    const outcome = apply({ refund: { status: from }, fact: { status: to } })
    expect(outcome).toEqual({ kind: 'quarantine', reason: 'contradictsFinal' })
  })

  test.each<[string, Partial<RefundFact>]>([
    ['amountMismatch', { amount: { value: 501, currency: 'CNY' } }],
    ['numberMismatch', { outRefundNo: 'rf2' }],
    ['numberMismatch', { providerPaymentId: 'somebody-else' }],
    ['accountMismatch', { accountId: 'ppro' }],
  ])('with a %s is set aside', (reason, fact) => {
    expect(apply({ fact })).toEqual({ kind: 'quarantine', reason })
  })

  test('does not move on a word that nobody knows, nor backwards', () => {
    expect(apply({ fact: { unknownStatus: true } })).toMatchObject({ kind: 'unchanged' })
    const late = apply({ refund: { status: 'succeeded' }, fact: { status: 'processing' } })
    expect(late).toMatchObject({ kind: 'unchanged', refund: { status: 'succeeded' } })
  })
})
