import { describe, expect, test } from 'vitest'
import { PAYMENT_STATUSES, VERDICTS, verdictOf } from '../../../shared/payment-status.ts'

describe('the verdict of a payment', () => {
  test('a payment that the provider has not answered yet is pending to the payer', () => {
    expect(verdictOf('created')).toBe('pending')
  })

  test.each(PAYMENT_STATUSES.filter((status) => status !== 'created'))(
    '%s is told as it is',
    (status) => expect(verdictOf(status)).toBe(status),
  )

  test('only a paid payment is ever told as paid', () => {
    expect(PAYMENT_STATUSES.filter((status) => verdictOf(status) === 'paid')).toEqual(['paid'])
  })

  test('every verdict is one that some payment can have', () => {
    expect(new Set(PAYMENT_STATUSES.map(verdictOf))).toEqual(new Set(VERDICTS))
  })
})
