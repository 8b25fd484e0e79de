import { describe, expect, test } from 'vitest'
import { applyFact, type FactOutcome } from '../../../../server/domain/apply-fact.ts'
import type { PaymentFact } from '../../../../server/domain/fact.ts'
import type { Order } from '../../../../server/domain/order.ts'
import type { Payment } from '../../../../server/domain/payment.ts'
import { anOrder, aPayment, aPaymentFact } from '../../../support/domain.ts'

const nowMs = 10_000

function apply(given: {
  payment?: Partial<Payment>
  order?: Partial<Order>
  fact?: Partial<PaymentFact>
}): FactOutcome {
  const fact = aPaymentFact(given.fact)
  return applyFact(aPayment(given.payment), anOrder(given.order), { fact, nowMs })
}

function edges(outcome: FactOutcome) {
  if (outcome.kind !== 'edges') throw new Error(`expected edges, got ${JSON.stringify(outcome)}`)
  return { ...outcome, types: outcome.events.map(({ type }) => type) }
}

describe('a verified success', () => {
  test('pays the payment and its order, and says so in one breath', () => {
    const { payment, order, types } = edges(apply({}))
    expect(payment).toMatchObject({ status: 'paid', late: false, duplicate: false, dueAtMs: null })
    expect(order).toMatchObject({ status: 'paid', paidPaymentId: 'pay_1', paidLate: false })
    expect(types).toEqual(['payment.paid', 'order.paid'])
  })

  test('told again changes nothing', () => {
    const outcome = apply({
      payment: { status: 'paid', paidAtMs: 9 },
      order: { status: 'paid', paidPaymentId: 'pay_1' },
    })
    expect(outcome).toMatchObject({ kind: 'unchanged', payment: { status: 'paid', paidAtMs: 9 } })
  })

  test.each(['closed', 'failed'] as const)(
    'after the payment was %s still counts, flagged',
    (status) => {
      const { payment, types } = edges(apply({ payment: { status, reason: 'expired' } }))
      expect(payment).toMatchObject({ status: 'paid', late: true, reason: null })
      expect(types).toEqual(['payment.paid', 'order.paid'])
    },
  )

  test('after the order was closed pays it late, flagged', () => {
    const { order } = edges(
      apply({ payment: { status: 'closed' }, order: { status: 'closed', closeReason: 'expired' } }),
    )
    expect(order).toMatchObject({ status: 'paid', paidLate: true, closeReason: null })
  })

  test('for an order that another payment paid is a duplicate, and the order keeps its payment', () => {
    const { payment, order, types } = edges(
      apply({ order: { status: 'paid', paidPaymentId: 'pay_0' } }),
    )
    expect(payment).toMatchObject({ status: 'paid', duplicate: true })
    expect(order.paidPaymentId).toBe('pay_0')
    expect(types).toEqual(['payment.paid', 'payment.duplicate'])
  })

  test.each([
    ['outTradeNo', 'providerPaymentId'],
    ['providerPaymentId', 'outTradeNo'],
  ])('counts where the provider tells no %s: the other number is enough', (missing) => {
    expect(edges(apply({ fact: { [missing]: null } })).order.status).toBe('paid')
  })

  test('keeps the time at which the provider took the money', () => {
    expect(edges(apply({ fact: { occurredAtMs: 8_888 } })).payment.paidAtMs).toBe(8_888)
    expect(edges(apply({})).payment.paidAtMs).toBe(nowMs)
  })
})

describe('what contradicts our books is set aside', () => {
  test.each<[string, Partial<PaymentFact>]>([
    ['amountMismatch', { amount: { value: 1998, currency: 'CNY' } }],
    ['amountMismatch', { amount: { value: 1999, currency: 'USD' } }],
    ['amountMissing', { amount: null }],
    ['appIdMismatch', { appId: 'wx-other' }],
    ['accountMismatch', { accountId: 'somebody-else' }],
    ['numberMismatch', { outTradeNo: 'p2' }],
    ['numberMismatch', { providerPaymentId: '999' }],
  ])('%s: %j', (reason, fact) => {
    expect(apply({ fact })).toEqual({ kind: 'quarantine', reason })
  })

  test('a payment of another order', () => {
    const outcome = apply({ order: { orderRef: 'tea-2' } })
    expect(outcome).toEqual({ kind: 'quarantine', reason: 'orderMismatch' })
  })

  test.each(['failed', 'cancelled', 'expired'] as const)(
    'a paid payment told to be %s',
    (status) => {
      const outcome = apply({ payment: { status: 'paid' }, fact: { status } })
      expect(outcome).toEqual({ kind: 'quarantine', reason: 'contradictsPaid' })
    },
  )
})

describe('an end without money', () => {
  test.each([
    ['failed', 'failed', 'declined', 'payment.failed'],
    ['cancelled', 'closed', 'cancelled', 'payment.closed'],
    ['expired', 'closed', 'expired', 'payment.closed'],
  ] as const)('%s leaves the order open for another try', (status, becomes, reason, event) => {
    const { payment, order, types } = edges(apply({ fact: { status, amount: null } }))
    expect(payment).toMatchObject({ status: becomes, reason, dueAtMs: null })
    expect(order.status).toBe('open')
    expect(types).toEqual([event])
  })

  test.each([
    ['closed', 'expired', 'failed'],
    ['failed', 'declined', 'expired'],
  ] as const)('does not change one that %s with the reason %s', (status, reason, told) => {
    const outcome = apply({ payment: { status, reason }, fact: { status: told } })
    expect(outcome).toMatchObject({ kind: 'unchanged', payment: { status, reason } })
  })
})

describe('a word that nobody knows', () => {
  test('is neither success nor failure', () => {
    const fact = { status: 'paid', unknownStatus: true, providerStatus: 'SPARKLING' } as const
    expect(apply({ fact })).toMatchObject({ kind: 'unchanged', payment: { status: 'pending' } })
  })

  test('lets a new payment become payable', () => {
    const fact = { unknownStatus: true, status: 'pending' } as const
    expect(edges(apply({ payment: { status: 'created' }, fact })).payment.status).toBe('pending')
  })
})

test('an old word that comes late moves nothing backwards', () => {
  const outcome = apply({ payment: { status: 'paid' }, fact: { status: 'pending' } })
  expect(outcome).toMatchObject({ kind: 'unchanged', payment: { status: 'paid' } })
})

test('a payment learns its provider number and settlement from the first fact that has them', () => {
  const settlement = {
    source: { value: 1999, currency: 'CNY' },
    settled: { value: 310, currency: 'USD' },
    rate: '6.44145000',
  }
  const { payment } = edges(apply({ payment: { providerPaymentId: null }, fact: { settlement } }))
  expect(payment).toMatchObject({ settlement, providerPaymentId: '000000850010000188180000200001' })
})

describe('a further number of theirs', () => {
  const learnt = (payment: Partial<Payment>, fact: Partial<PaymentFact>) =>
    edges(apply({ payment, fact })).payment

  test('is kept from the first fact that has it, for notifications that know no other', () => {
    expect(learnt({}, { providerReference: 'PP-1' }).providerReference).toBe('PP-1')
    const known = { providerReference: 'PP-0' }
    expect(learnt(known, { providerReference: 'PP-1' }).providerReference).toBe('PP-0')
    expect(learnt(known, {}).providerReference).toBe('PP-0')
  })

  test('is not made up where nobody tells one', () => {
    expect(learnt({}, {})).not.toHaveProperty('providerReference')
  })
})
