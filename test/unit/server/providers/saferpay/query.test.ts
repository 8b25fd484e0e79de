import { describe, expect, test } from 'vitest'
import { failureOf } from '../support/failure.ts'
import { aReference, connect, END_MS, refused, TOKEN, transaction } from './fixture.ts'

const ID = 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA'
const asserted = (...answers: readonly { status?: number; json: object }[]) => ({ Assert: answers })

describe('the truth about a payment', () => {
  test('comes from Assert by the token: captured is paid', async () => {
    const { provider, calls } = await connect(asserted({ json: transaction() }))
    expect(await provider.queryPayment(aReference())).toEqual({
      kind: 'payment',
      source: 'query',
      accountId: 'saferpay',
      outTradeNo: 'order-1001',
      providerPaymentId: ID,
      // Of the money taken: a refund will be made of it.
      providerReference: `${ID}_c`,
      status: 'paid',
      amount: { value: 1999, currency: 'CHF' },
      appId: null,
      occurredAtMs: Date.UTC(2026, 5, 24, 10, 20, 22, 258),
      settlement: null,
      providerStatus: 'CAPTURED WECHATPAY',
      unknownStatus: false,
    })
    expect(calls()).toMatchObject([
      { path: '/api/Payment/v1/PaymentPage/Assert', body: { Token: TOKEN } },
    ])
  })

  test('keeps no number of a capture that there is not', async () => {
    const uncaptured = { json: transaction({ CaptureId: undefined }) }
    const { provider } = await connect(asserted(uncaptured))
    const paid = await provider.queryPayment(aReference())
    expect(paid?.status).toBe('paid')
    expect(paid).not.toHaveProperty('providerReference')
  })

  test('keeps none of a payment that is not paid, whatever is told', async () => {
    const { provider } = await connect(asserted({ json: transaction({ Status: 'PENDING' }) }))
    const pending = await provider.queryPayment(aReference())
    expect(pending?.status).toBe('pending')
    expect(pending).not.toHaveProperty('providerReference')
  })

  test.each([
    ['PENDING', 'pending', false],
    ['CANCELED', 'cancelled', false],
    ['AUTHORIZED', 'pending', true],
    ['SOMETHING_NEW', 'pending', true],
    ['constructor', 'pending', true],
  ])('%s is %s', async (Status, status, unknownStatus) => {
    const json = transaction({ Status, CaptureId: undefined })
    const { provider } = await connect(asserted({ json }))
    const fact = await provider.queryPayment(aReference())
    // A number is learnt from a success only.
    expect(fact).toMatchObject({
      status,
      unknownStatus,
      providerPaymentId: null,
      occurredAtMs: null,
    })
  })

  test.each([
    ['TRANSACTION_NOT_STARTED', 'pending'],
    ['TRANSACTION_ABORTED', 'cancelled'],
    ['TRANSACTION_DECLINED', 'failed'],
    ['GENERAL_DECLINED', 'failed'],
    ['BLOCKED_BY_RISK_MANAGEMENT', 'failed'],
    ['UNEXPECTED_ERROR_BY_ACQUIRER', 'failed'],
    ['A_REASON_THAT_IS_NEW', 'failed'],
  ])('the error %s is %s, and asked about once', async (name, status) => {
    const { provider, peer } = await connect(asserted(refused(name)))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      status,
      providerStatus: name,
      amount: null,
      unknownStatus: false,
    })
    expect(peer.heard).toHaveLength(1)
  })

  test('not started is expired once the page has lapsed, and not a millisecond earlier', async () => {
    const { provider, clock } = await connect(asserted(refused('TRANSACTION_NOT_STARTED')))
    clock.advance(END_MS - clock.nowMs() - 1)
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'pending' })
    clock.advance(1)
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'expired' })
  })

  test.each([
    ['COMMUNICATION_TIMEOUT', 402, 'RETRY_LATER', 'unknown'],
    ['COMMUNICATION_FAILED', 402, 'DO_NOT_RETRY', 'unknown'],
    ['INTERNAL_ERROR', 500, 'DO_NOT_RETRY', 'unknown'],
    ['UNEXPECTED_ERROR_BY_ACQUIRER', 402, 'RETRY_LATER', 'unknown'],
    ['GENERAL_DECLINED_LATER', 402, 'RETRY', 'notSent'],
    ['AUTHENTICATION_FAILED', 401, 'DO_NOT_RETRY', 'rejected'],
    ['PERMISSION_DENIED', 403, 'DO_NOT_RETRY', 'rejected'],
    ['VALIDATION_FAILED', 400, 'DO_NOT_RETRY', 'rejected'],
    ['TRANSACTION_IN_WRONG_STATE', 402, 'DO_NOT_RETRY', 'rejected'],
    ['SOMETHING_NEW', 400, 'DO_NOT_RETRY', 'rejected'],
  ])('%s (%i, %s) says nothing about the payment', async (name, status, Behavior, outcome) => {
    const { provider, peer } = await connect(asserted(refused(name, { status, Behavior })))
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure).toMatchObject({ outcome, providerCode: name })
    // A question is never repeated at once: that would be polling.
    expect(peer.heard).toHaveLength(1)
  })

  test('asks with a new RequestId each time, so that no old answer can come back', async () => {
    const { provider, clock, calls } = await connect(asserted({ json: transaction() }))
    await provider.queryPayment(aReference())
    clock.advance(1)
    await provider.queryPayment(aReference())
    const ids = calls().map(({ body }) => body.RequestHeader['RequestId'])
    expect(new Set(ids).size).toBe(2)
  })

  test.each([
    ['another order', transaction({ OrderId: 'order-1002' })],
    ['a refund', transaction({ Type: 'REFUND' })],
  ])('is not in an answer about %s', async (_, json) => {
    const { provider } = await connect(asserted({ json }))
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure.outcome).toBe('unverifiable')
  })

  test('is not in an answer about another transaction than the one known', async () => {
    const { provider } = await connect(asserted({ json: transaction() }))
    const failure = await failureOf(() =>
      provider.queryPayment(aReference({ providerPaymentId: 'another' })),
    )
    expect(failure.outcome).toBe('unverifiable')
  })

  test('is not in an error about another order', async () => {
    const answer = refused('TRANSACTION_ABORTED', { OrderId: 'order-1002' })
    const { provider } = await connect(asserted(answer))
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure.outcome).toBe('unverifiable')
  })

  test.each(['19.99', '-1999', '', '1e3', '0x10', '12345678901234567'])(
    'is not in an answer with the amount "%s"',
    async (Value) => {
      const json = transaction({ Amount: { Value, CurrencyCode: 'CHF' } })
      const { provider } = await connect(asserted({ json }))
      const failure = await failureOf(() => provider.queryPayment(aReference()))
      expect(failure).toMatchObject({ outcome: 'unknown' })
      expect(failure.message).toContain('Transaction.Amount.Value')
    },
  )

  test('tells the amount of the wire, whatever was asked for', async () => {
    const json = transaction({ Amount: { Value: '1', CurrencyCode: 'EUR' } })
    const { provider } = await connect(asserted({ json }))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      status: 'paid',
      amount: { value: 1, currency: 'EUR' },
    })
  })

  test('does not hang on a date that cannot be read', async () => {
    const { provider } = await connect(asserted({ json: transaction({ Date: 'yesterday' }) }))
    expect(await provider.queryPayment(aReference())).toMatchObject({
      status: 'paid',
      occurredAtMs: null,
    })
  })
})

describe('a payment whose token is gone', () => {
  const gone = (name: string) => [refused(name, { status: 402 })]
  const unknown = [refused('TRANSACTION_NOT_FOUND')]

  test.each(['TOKEN_EXPIRED', 'TOKEN_INVALID'])('after %s is found by Inquire', async (name) => {
    const { provider, calls } = await connect({
      Assert: gone(name),
      Inquire: [{ json: transaction() }],
    })
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'paid' })
    expect(calls()[1]).toMatchObject({
      path: '/api/Payment/v1/Transaction/Inquire',
      body: { TransactionReference: { OrderId: 'order-1001' } },
    })
  })

  test('is found by its transaction where that is known', async () => {
    const { provider, calls } = await connect({
      Assert: gone('TOKEN_EXPIRED'),
      Inquire: [{ json: transaction() }],
    })
    await provider.queryPayment(aReference({ providerPaymentId: ID }))
    expect(calls()[1]?.body['TransactionReference']).toEqual({ TransactionId: ID })
  })

  test('has expired where the token has and nothing is found', async () => {
    const { provider } = await connect({ Assert: gone('TOKEN_EXPIRED'), Inquire: unknown })
    expect(await provider.queryPayment(aReference())).toMatchObject({
      status: 'expired',
      providerStatus: 'TOKEN_EXPIRED',
    })
  })

  test('with an invalid token is open until Inquire must have caught up', async () => {
    const { provider, clock } = await connect({ Assert: gone('TOKEN_INVALID'), Inquire: unknown })
    clock.advance(END_MS + 15 * 60_000 - 1 - clock.nowMs())
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure).toMatchObject({ outcome: 'unknown', retryAfterMs: 300_000 })
    clock.advance(1)
    expect(await provider.queryPayment(aReference())).toMatchObject({ status: 'expired' })
  })

  test('is left open where Inquire cannot answer', async () => {
    const Inquire = [refused('INTERNAL_ERROR', { status: 500 })]
    const { provider } = await connect({ Assert: gone('TOKEN_EXPIRED'), Inquire })
    const failure = await failureOf(() => provider.queryPayment(aReference()))
    expect(failure.outcome).toBe('unknown')
  })

  test('because the answer was lost is looked up by our number, and is nothing if not found', async () => {
    const lost = aReference({ providerState: {} })
    const found = await connect({ Inquire: [{ json: transaction() }] })
    expect(await found.provider.queryPayment(lost)).toMatchObject({ status: 'paid' })
    const missing = await connect({ Inquire: unknown })
    expect(await missing.provider.queryPayment(lost)).toBeNull()
    expect(missing.peer.heard).toHaveLength(1)
  })
})
