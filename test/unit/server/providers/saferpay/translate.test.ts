import { describe, expect, test } from 'vitest'
import {
  explain,
  isPassing,
  paymentFact,
  paymentFactOfError,
  REFUND_ERRORS,
  refundStatusFact,
  refusalOutcome,
} from '../../../../../server/providers/saferpay/translate.ts'
import {
  errorSchema,
  requestIdOf,
  transactionAnswerSchema,
} from '../../../../../server/providers/saferpay/wire.ts'
import { aReference, transaction } from './fixture.ts'

const anError = (ErrorName: string, Behavior = 'DO_NOT_RETRY') =>
  errorSchema.parse({ ErrorName, Behavior })
const asked = { accountId: 'saferpay', payment: aReference(), ended: false }

describe('an error of Assert', () => {
  test.each([
    'ACTION_NOT_SUPPORTED',
    'AUTHENTICATION_FAILED',
    'COMMUNICATION_FAILED',
    'COMMUNICATION_TIMEOUT',
    'INTERNAL_ERROR',
    'PERMISSION_DENIED',
    'TOKEN_EXPIRED',
    'TOKEN_INVALID',
    'TRANSACTION_IN_WRONG_STATE',
    'TRANSACTION_NOT_FOUND',
    'VALIDATION_FAILED',
  ])('called %s decides no payment', (name) => {
    expect(paymentFactOfError(402, anError(name), asked)).toBeNull()
  })

  test.each([
    ['DO_NOT_RETRY', 402, 'failed'],
    ['OTHER_MEANS', 402, 'failed'],
    ['ABORT', 402, 'failed'],
    ['RETRY', 402, undefined],
    ['RETRY_LATER', 402, undefined],
    ['', 402, undefined],
    ['DO_NOT_RETRY', 400, undefined],
    ['DO_NOT_RETRY', 500, undefined],
  ])('with another name, %s and HTTP %i: %s', (Behavior, status, meaning) => {
    expect(paymentFactOfError(status, anError('ANOTHER', Behavior), asked)?.status).toBe(meaning)
  })

  test('is expired only where the payer never started', () => {
    const ended = { ...asked, ended: true }
    const statusOf = (name: string) => paymentFactOfError(402, anError(name), ended)?.status
    expect(statusOf('TRANSACTION_NOT_STARTED')).toBe('expired')
    expect(statusOf('TRANSACTION_ABORTED')).toBe('cancelled')
    expect(statusOf('TRANSACTION_DECLINED')).toBe('failed')
  })
})

describe('an open payment', () => {
  test('may change its transaction: a payer may try twice', () => {
    const payment = aReference({ providerPaymentId: 'theFirst' })
    const json = transaction({ Status: 'PENDING', Id: 'theSecond', CaptureId: undefined })
    const answer = transactionAnswerSchema.parse(json)
    expect(paymentFact(answer, { accountId: 'saferpay', payment })).toMatchObject({
      status: 'pending',
      providerPaymentId: 'theFirst',
    })
  })
})

describe('a refusal', () => {
  test.each([
    [402, 'ANY', 'DO_NOT_RETRY', 'rejected'],
    [402, 'ANY', 'OTHER_MEANS', 'rejected'],
    [402, 'ANY', 'RETRY', 'notSent'],
    [402, 'ANY', 'RETRY_LATER', 'notSent'],
    [499, 'ANY', 'DO_NOT_RETRY', 'rejected'],
    [500, 'ANY', 'DO_NOT_RETRY', 'unknown'],
    [503, 'ANY', 'RETRY', 'unknown'],
    [402, 'INTERNAL_ERROR', 'RETRY', 'unknown'],
    [402, 'COMMUNICATION_FAILED', 'RETRY', 'unknown'],
    [402, 'COMMUNICATION_TIMEOUT', 'DO_NOT_RETRY', 'unknown'],
    [402, 'UNEXPECTED_ERROR_BY_ACQUIRER', 'DO_NOT_RETRY', 'unknown'],
  ])('with HTTP %i, %s and %s is %s', (status, name, behavior, outcome) => {
    const error = anError(name, behavior)
    expect(refusalOutcome(status, error)).toBe(outcome)
    expect(isPassing(status, error)).toBe(outcome === 'notSent' && behavior === 'RETRY')
  })

  test.each([
    ['Transaction/Refund', 'NO_CREDITS_AVAILABLE', 'turnover'],
    ['Transaction/Refund', 'CONDITION_NOT_SATISFIED', 'turnover'],
    ['Transaction/Refund', 'PERMISSION_DENIED', 'Business licence'],
    ['Transaction/Refund', 'AMOUNT_INVALID', 'captured'],
    ['PaymentPage/Initialize', 'NO_CONTRACT', 'not active'],
    ['PaymentPage/Initialize', 'PAYMENTMEANS_NOT_SUPPORTED', 'not active'],
    ['PaymentPage/Initialize', 'CURRENCY_INVALID', 'not enabled'],
    ['Transaction/Refund', 'CURRENCY_INVALID', 'not enabled'],
  ])('of %s with %s says what to do', (call, name, words) => {
    expect(explain(call, name)).toContain(words)
  })

  test.each([
    ['PaymentPage/Initialize', 'AMOUNT_INVALID'],
    ['PaymentPage/Initialize', 'PERMISSION_DENIED'],
    ['PaymentPage/Initialize', 'CONDITION_NOT_SATISFIED'],
    ['Transaction/Refund', 'ANOTHER'],
  ])('of %s with %s has nothing to add', (call, name) => {
    expect(explain(call, name)).toBeNull()
  })
})

describe('a refund', () => {
  const refund = { ...asked, source: 'query', outRefundNo: 'r1', providerRefundId: null } as const

  test.each([
    ['CAPTURED', 'succeeded', false],
    ['PENDING', 'processing', false],
    ['AUTHORIZED', 'processing', false],
    ['CANCELED', 'failed', false],
    ['toString', 'processing', true],
  ])('that is %s is %s', (Status, status, unknownStatus) => {
    expect(refundStatusFact({ Status }, refund)).toMatchObject({ status, unknownStatus })
  })

  test('ends with these errors only', () => {
    expect(REFUND_ERRORS).toEqual([
      'BLOCKED_BY_RISK_MANAGEMENT',
      'GENERAL_DECLINED',
      'TRANSACTION_ABORTED',
      'TRANSACTION_DECLINED',
    ])
  })
})

test('a RequestId fits Saferpay’s type "Id" and is made of its words', () => {
  expect(requestIdOf('a', 'bc')).toMatch(/^[0-9a-f]{40}$/)
  expect(requestIdOf('a', 'bc')).toBe(requestIdOf('a', 'bc'))
  expect(requestIdOf('a', 'bc')).not.toBe(requestIdOf('ab', 'c'))
})
