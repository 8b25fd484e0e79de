import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import { aReference, connect, refundTransaction, refused } from './fixture.ts'

const payment = aReference({ providerPaymentId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA' })
const reference = (providerRefundId: string | null) => ({
  payment,
  outRefundNo: 'refund-1001-1',
  providerRefundId,
})
const known = reference('refundTransaction1')
const lost = reference(null)

describe('the truth about a refund', () => {
  test.each([
    ['CAPTURED', 'succeeded', false],
    ['PENDING', 'processing', false],
    ['SOMETHING_NEW', 'processing', true],
  ])('comes from AssertRefund: %s is %s', async (Status, status, unknownStatus) => {
    const json = { TransactionId: 'refundTransaction1', OrderId: 'refund-1001-1', Status }
    const { provider, calls } = await connect({ AssertRefund: [{ json }] })
    expect(await provider.queryRefund?.(known)).toEqual({
      kind: 'refund',
      source: 'query',
      accountId: 'saferpay',
      outRefundNo: 'refund-1001-1',
      providerRefundId: 'refundTransaction1',
      providerPaymentId: payment.providerPaymentId,
      status,
      amount: null,
      advice: null,
      settlement: null,
      providerStatus: Status,
      unknownStatus,
    })
    expect(calls()).toMatchObject([
      {
        path: '/api/Payment/v1/Transaction/AssertRefund',
        body: { TransactionReference: { TransactionId: 'refundTransaction1' } },
      },
    ])
  })

  test.each(['TRANSACTION_DECLINED', 'TRANSACTION_ABORTED', 'GENERAL_DECLINED'])(
    'after %s is that it failed',
    async (name) => {
      const { provider } = await connect({ AssertRefund: [refused(name)] })
      expect(await provider.queryRefund?.(known)).toMatchObject({
        status: 'failed',
        providerStatus: name,
        unknownStatus: false,
      })
    },
  )

  test.each([{ TransactionId: 'another' }, { OrderId: 'refund-1001-2' }])(
    'is not in an answer about %j',
    async (fields) => {
      const json = { TransactionId: 'refundTransaction1', Status: 'CAPTURED', ...fields }
      const { provider } = await connect({ AssertRefund: [{ json }] })
      const failure = await failureOf(() => provider.queryRefund?.(known))
      expect(failure.outcome).toBe('unverifiable')
    },
  )

  test('of one that waits for its capture is what the capture makes of it', async () => {
    const { provider, calls } = await connect({
      AssertRefund: [refused('TRANSACTION_IN_WRONG_STATE')],
      Inquire: [{ json: refundTransaction({ Status: 'AUTHORIZED', CaptureId: undefined }) }],
      Capture: [{ json: { Status: 'CAPTURED' } }],
    })
    expect(await provider.queryRefund?.(known)).toMatchObject({
      status: 'succeeded',
      amount: { value: 500, currency: 'CHF' },
    })
    expect(calls().map(({ path }) => path.split('/').at(-1))).toEqual([
      'AssertRefund',
      'Inquire',
      'Capture',
    ])
  })

  test.each([
    ['AssertRefund cannot tell', { AssertRefund: [refused('INTERNAL_ERROR', { status: 500 })] }],
    [
      'nothing is found',
      {
        AssertRefund: [refused('TRANSACTION_NOT_FOUND')],
        Inquire: [refused('TRANSACTION_NOT_FOUND')],
      },
    ],
    ['the question is refused', { AssertRefund: [refused('X')], Inquire: [refused('X')] }],
  ])('is open where %s: a refused question fails no refund', async (_, script) => {
    const { provider } = await connect(script)
    expect((await failureOf(() => provider.queryRefund?.(known))).outcome).toBe('unknown')
  })
})

describe('a refund whose answer was lost', () => {
  test('is found by our number', async () => {
    const { provider, calls } = await connect({ Inquire: [{ json: refundTransaction() }] })
    expect(await provider.queryRefund?.(lost)).toMatchObject({
      status: 'succeeded',
      providerRefundId: 'refundTransaction1',
      amount: { value: 500, currency: 'CHF' },
    })
    expect(calls()[0]?.body['TransactionReference']).toEqual({ OrderId: 'refund-1001-1' })
  })

  test('is never declared missing: Inquire is minutes behind, and people are told', async () => {
    const { provider } = await connect({ Inquire: [refused('TRANSACTION_NOT_FOUND')] })
    expect(await provider.queryRefund?.(lost)).toMatchObject({
      status: 'needsAction',
      providerRefundId: null,
      advice: expect.stringContaining('Backoffice'),
      unknownStatus: false,
    })
  })

  test.each([
    ['PERMISSION_DENIED', 403],
    ['AUTHENTICATION_FAILED', 401],
  ])('is open where the search is refused with %s', async (name, status) => {
    const { provider } = await connect({ Inquire: [refused(name, { status })] })
    const failure = await failureOf(() => provider.queryRefund?.(lost))
    expect(failure).toMatchObject({ outcome: 'unknown', providerCode: name })
  })
})
