import { describe, expect, test } from 'vitest'
import { applyRefundFact } from '../../../../server/domain/apply-refund-fact.ts'
import type { RefundFact } from '../../../../server/domain/fact.ts'
import type { Refund } from '../../../../server/domain/refund.ts'
import { aPayment, aRefund, aRefundFact } from '../../../support/domain.ts'

const nowMs = 10_000

function apply(given: { refund?: Partial<Refund>; fact?: Partial<RefundFact> }) {
  const payment = aPayment({ status: 'paid' })
  const fact = aRefundFact(given.fact)
  return applyRefundFact(aRefund(given.refund), payment, { fact, nowMs })
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
    ['numberMismatch', { providerRefundId: 'R-2' }],
    ['numberMismatch', { providerPaymentId: 'somebody-else' }],
    ['accountMismatch', { accountId: 'ppro' }],
  ])('with a %s is set aside', (reason, fact) => {
    const outcome = apply({ refund: { providerRefundId: 'R-1' }, fact })
    expect(outcome).toEqual({ kind: 'quarantine', reason })
  })

  test('is found by either number, where the provider tells only one', () => {
    const known = { providerRefundId: 'R-1' }
    for (const fact of [{ outRefundNo: null }, { providerRefundId: null }]) {
      expect(apply({ refund: known, fact })).toMatchObject({ refund: { status: 'succeeded' } })
    }
  })

  test('does not move on a word that nobody knows, nor backwards', () => {
    expect(apply({ fact: { unknownStatus: true } })).toMatchObject({ kind: 'unchanged' })
    for (const status of ['processing', 'needsAction', 'succeeded'] as const) {
      const late = apply({ refund: { status: 'succeeded' }, fact: { status } })
      expect(late).toMatchObject({ kind: 'unchanged', refund: { status: 'succeeded' } })
    }
  })

  test('is asked about again as long as it can still change', () => {
    for (const status of ['processing', 'needsAction'] as const) {
      const due = { refund: { dueAtMs: 5_000 } }
      expect(apply({ ...due, fact: { status } })).toMatchObject(due)
      expect(apply({ fact: { status } })).toMatchObject({ refund: { dueAtMs: nowMs } })
    }
    for (const status of ['succeeded', 'failed'] as const) {
      const outcome = apply({ refund: { dueAtMs: 5_000 }, fact: { status } })
      expect(outcome).toMatchObject({ refund: { dueAtMs: null } })
    }
  })

  test('whose number is only now learnt can be asked about at once', () => {
    for (const fact of [{ status: 'processing' }, { unknownStatus: true }] as const) {
      const dueOf = (refund: Partial<Refund>) =>
        apply({ refund: { status: 'processing', ...refund }, fact })
      expect(dueOf({})).toMatchObject({ kind: 'unchanged', refund: { dueAtMs: nowMs } })
      expect(dueOf({ dueAtMs: 5_000 })).toMatchObject({ refund: { dueAtMs: 5_000 } })
      expect(dueOf({ providerRefundId: 'R-1' })).toMatchObject({ refund: { dueAtMs: null } })
    }
  })

  test('that is over is not asked about, even where its number is only now learnt', () => {
    const outcome = apply({ refund: { status: 'succeeded' }, fact: { status: 'succeeded' } })
    expect(outcome).toMatchObject({ refund: { providerRefundId: 'R-1', dueAtMs: null } })
  })

  test('keeps the advice for the merchant until there is newer advice, or it has moved on', () => {
    const advice = 'top up the account'
    const adviceOf = (fact: Partial<RefundFact>) => {
      const outcome = apply({ refund: { status: 'needsAction', advice }, fact })
      return outcome.kind === 'quarantine' ? outcome.reason : outcome.refund.advice
    }
    expect(adviceOf({ status: 'needsAction' })).toBe(advice)
    expect(adviceOf({ status: 'needsAction', advice: 'ask the payer' })).toBe('ask the payer')
    expect(adviceOf({ unknownStatus: true, advice: 'ask the payer' })).toBe(advice)
    expect(adviceOf({ status: 'processing' })).toBeNull()
    expect(adviceOf({ status: 'failed', advice: 'pay in cash' })).toBe('pay in cash')
  })
})
