import { expect, test } from 'vitest'
import { outcomeOfProblem, outcomeOfResult } from '../../../../miniprogram/payment/outcome.ts'
import type { CheckoutResult } from '../../../../shared/client/types.ts'
import type { Reason } from '../../../../shared/contract/payments.ts'
import { isProblemCode, PROBLEMS } from '../../../../shared/contract/problem.ts'
import { VERDICTS, type Verdict } from '../../../../shared/payment-status.ts'

const SURFACES = ['finished', 'dismissed', 'failed', 'unavailable', 'none', 'lost'] as const

function aResult(verdict: Verdict, fields: Partial<CheckoutResult> = {}): CheckoutResult {
  return { verdict, payment: null, surface: 'none', ...fields }
}

function aPayment(reason: Reason | null): CheckoutResult['payment'] {
  const money = { value: 1, currency: 'CNY' }
  return {
    paymentId: 'p',
    orderRef: 'TEA-1',
    scene: 'miniProgram',
    verdict: 'closed',
    reason,
    amount: money,
    refunded: { ...money, value: 0 },
    description: 'Tea',
    expiresAt: '2026-01-01T00:00:00.000Z',
    paidAt: null,
  }
}

test.each(VERDICTS.flatMap((verdict) => SURFACES.map((surface) => ({ verdict, surface }))))(
  'only the verdict says paid: $verdict after $surface',
  ({ verdict, surface }) => {
    const { kind } = outcomeOfResult(aResult(verdict, { surface }))
    expect(kind === 'paid').toBe(verdict === 'paid')
    expect(kind === 'failed').toBe(verdict === 'failed')
    expect(kind === 'closed').toBe(verdict === 'closed')
  },
)

test.each([
  ['finished', 'pending'],
  ['lost', 'pending'],
  ['none', 'pending'],
  ['dismissed', 'dismissed'],
  ['failed', 'problem'],
  ['unavailable', 'problem'],
] as const)('without a verdict, a cashier that %s shows %s', (surface, kind) => {
  expect(outcomeOfResult(aResult('pending', { surface })).kind).toBe(kind)
})

test('an attempt that a newer one replaced leaves the order to be paid', () => {
  const superseded = aResult('closed', { payment: aPayment('superseded') })
  const expired = aResult('closed', { payment: aPayment('expired') })
  expect(outcomeOfResult(superseded).kind).toBe('dismissed')
  expect(outcomeOfResult(expired).kind).toBe('closed')
})

test('a server that cannot be reached leaves the outcome open', () => {
  const problem = { code: 'offline', advice: '', retryable: true } as const
  const { kind } = outcomeOfResult(aResult('pending', { surface: 'finished', problem }))
  expect(kind).toBe('offline')
})

test.each(Object.keys(PROBLEMS).filter(isProblemCode))(
  'the problem %s never looks like success',
  (code) => {
    const { kind } = outcomeOfProblem({ code, retryable: false })
    expect(kind === 'paid').toBe(code === 'orderAlreadyPaid')
  },
)

test('what may pass can be tried again, what cannot pass leads back to the shop', () => {
  const code = 'providerUnavailable'
  expect(outcomeOfProblem({ code, retryable: true })).toEqual({ kind: 'problem', why: code })
  expect(outcomeOfProblem({ code, retryable: false })).toEqual({ kind: 'refused', why: code })
})
