import { describe, expect, test } from 'vitest'
import type { RefundInput } from '../../../../../server/providers/provider.ts'
import { failureOf } from '../support/failure.ts'
import { aReference, connect, refundTransaction, refused, transaction } from './fixture.ts'

const payment = aReference({ providerPaymentId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA' })
const input = (fields: Partial<RefundInput> = {}): RefundInput => ({
  payment,
  outRefundNo: 'refund-1001-1',
  amount: { value: 500, currency: 'CHF' },
  reason: '1 box returned',
  ...fields,
})
const Assert = [{ json: transaction() }]
const answering = (...Refund: readonly { status?: number; json: object }[]) => ({ Assert, Refund })
const asFact = {
  kind: 'refund',
  source: 'create',
  accountId: 'saferpay',
  outRefundNo: 'refund-1001-1',
  providerRefundId: 'refundTransaction1',
  providerPaymentId: payment.providerPaymentId,
  status: 'succeeded',
  amount: { value: 500, currency: 'CHF' },
  advice: null,
  settlement: null,
  providerStatus: 'CAPTURED',
  unknownStatus: false,
}

describe('a refund at Saferpay', () => {
  test('refers to the capture that Assert names, and never exceeds it', async () => {
    const { provider, calls } = await connect(answering({ json: refundTransaction() }))
    expect(await provider.refund?.(input())).toEqual(asFact)
    expect(calls()[1]).toMatchObject({
      path: '/api/Payment/v1/Transaction/Refund',
      body: {
        Refund: {
          Amount: { Value: '500', CurrencyCode: 'CHF' },
          OrderId: 'refund-1001-1',
          Description: '1 box returned',
          RestrictRefundAmountToCapturedAmount: true,
        },
        CaptureReference: { CaptureId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA_c' },
      },
    })
  })

  test('asks nothing where the capture was kept with the payment', async () => {
    const { provider, calls } = await connect(answering({ json: refundTransaction() }))
    const kept = { ...payment, providerReference: 'theCaptureThatWasKept' }
    expect(await provider.refund?.(input({ payment: kept }))).toEqual(asFact)
    expect(calls()).toHaveLength(1)
    expect(calls()[0]).toMatchObject({
      path: '/api/Payment/v1/Transaction/Refund',
      body: { CaptureReference: { CaptureId: 'theCaptureThatWasKept' } },
    })
  })

  test('finds the capture by Inquire a day later', async () => {
    const { provider, calls } = await connect({
      Assert: [refused('TOKEN_EXPIRED')],
      Inquire: [{ json: transaction() }],
      Refund: [{ json: refundTransaction() }],
    })
    expect(await provider.refund?.(input({ reason: null }))).toMatchObject({ status: 'succeeded' })
    expect(calls()[2]?.body['Refund']).not.toHaveProperty('Description')
  })

  test.each([
    ['PENDING', 'processing', false],
    ['CANCELED', 'failed', false],
    ['SOMETHING_NEW', 'processing', true],
  ])('that is %s is %s', async (Status, status, unknownStatus) => {
    const json = refundTransaction({ Status, CaptureId: undefined })
    const { provider } = await connect(answering({ json }))
    expect(await provider.refund?.(input())).toMatchObject({ status, unknownStatus })
  })

  test.each(['NO_CREDITS_AVAILABLE', 'CONDITION_NOT_SATISFIED'])(
    'that is refused with %s explains the turnover of the day',
    async (name) => {
      const { provider } = await connect(answering(refused(name)))
      const failure = await failureOf(() => provider.refund?.(input()))
      expect(failure).toMatchObject({ outcome: 'rejected', providerCode: name })
      expect(failure.message).toContain('turnover since the last batch close')
    },
  )

  test.each([
    ['COMMUNICATION_TIMEOUT', 402, 'RETRY'],
    ['COMMUNICATION_FAILED', 402, 'DO_NOT_RETRY'],
    ['UNEXPECTED_ERROR_BY_ACQUIRER', 402, 'DO_NOT_RETRY'],
    ['INTERNAL_ERROR', 500, 'RETRY'],
  ])('after %s may have happened, and is not sent again', async (name, status, Behavior) => {
    const { provider, calls } = await connect(answering(refused(name, { status, Behavior })))
    const failure = await failureOf(() => provider.refund?.(input()))
    expect(failure.outcome).toBe('unknown')
    expect(calls().filter(({ path }) => path.endsWith('/Refund'))).toHaveLength(1)
  })

  test('has one RequestId for its number', async () => {
    const { provider, calls } = await connect(answering({ json: refundTransaction() }))
    await provider.refund?.(input())
    await provider.refund?.(input())
    const ids = calls()
      .filter(({ path }) => path.endsWith('/Refund'))
      .map(({ body }) => body.RequestHeader['RequestId'])
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
  })

  test.each([
    ['another refund', { OrderId: 'refund-1001-2' }],
    ['a payment', { Type: 'PAYMENT' }],
  ])('does not believe an answer about %s', async (_, fields) => {
    const { provider } = await connect(answering({ json: refundTransaction(fields) }))
    expect((await failureOf(() => provider.refund?.(input()))).outcome).toBe('unverifiable')
  })

  test('tells the amount of the wire', async () => {
    const json = refundTransaction({ Amount: { Value: '501', CurrencyCode: 'CHF' } })
    const { provider } = await connect(answering({ json }))
    expect(await provider.refund?.(input())).toMatchObject({ amount: { value: 501 } })
  })

  test('is refused before anything is sent in another currency', async () => {
    const { provider, peer } = await connect({})
    const wish = input({ amount: { value: 500, currency: 'EUR' } })
    expect((await failureOf(() => provider.refund?.(wish))).outcome).toBe('rejected')
    expect(peer.heard).toHaveLength(0)
  })

  test.each<[string, Record<string, { status?: number; json: object }[]>, string]>([
    ['cannot be asked about', { Assert: [refused('INTERNAL_ERROR', { status: 500 })] }, 'notSent'],
    ['may not be asked about', { Assert: [refused('PERMISSION_DENIED')] }, 'rejected'],
    ['is not captured', { Assert: [{ json: transaction({ Status: 'PENDING' }) }] }, 'rejected'],
    [
      'is not found yet',
      { Assert: [refused('TOKEN_INVALID')], Inquire: [refused('TRANSACTION_NOT_FOUND')] },
      'notSent',
    ],
  ])('is not sent where the payment %s', async (_, script, outcome) => {
    const { provider, calls } = await connect(script)
    expect((await failureOf(() => provider.refund?.(input()))).outcome).toBe(outcome)
    expect(calls().some(({ path }) => path.endsWith('/Refund'))).toBe(false)
  })
})

describe('a refund that is only authorised', () => {
  const authorised = { json: refundTransaction({ Status: 'AUTHORIZED', CaptureId: undefined }) }

  test.each([
    ['CAPTURED', 'succeeded'],
    ['PENDING', 'processing'],
  ])('is captured at once: %s is %s', async (Status, status) => {
    const Capture = [{ json: { CaptureId: 'refundTransaction1_c', Status } }]
    const { provider, calls } = await connect({ ...answering(authorised), Capture })
    expect(await provider.refund?.(input())).toEqual({ ...asFact, status, providerStatus: Status })
    expect(calls()[2]).toMatchObject({
      path: '/api/Payment/v1/Transaction/Capture',
      body: { TransactionReference: { TransactionId: 'refundTransaction1' } },
    })
  })

  test.each([
    ['the capture is lost', 'reset', 'processing'],
    ['the capture is open', refused('COMMUNICATION_TIMEOUT'), 'processing'],
    ['it is captured already', refused('TRANSACTION_ALREADY_CAPTURED'), 'succeeded'],
    ['the capture is refused', refused('ACTION_NOT_SUPPORTED'), 'needsAction'],
  ] as const)('where %s keeps its number', async (_, answer, status) => {
    const { provider } = await connect({ ...answering(authorised), Capture: [answer] })
    const fact = await provider.refund?.(input())
    expect(fact).toMatchObject({ status, providerRefundId: 'refundTransaction1' })
    expect(fact?.advice !== null).toBe(status === 'needsAction')
  })
})
