import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import type { RawNotification } from '../../../../../server/providers/provider.ts'
import { parseNotification } from '../../../../../server/providers/worldline-connect/notification.ts'
import { prepareKey } from '../../../../../server/providers/worldline-connect/signing.ts'
import { aPayment, aRefund, aWebhook, PAYMENT_ID, signed, WEBHOOK_SECRET } from './fixture.ts'

const keys = {
  accountId: 'worldline',
  merchantId: '20000',
  webhookKeys: new Map([
    ['dummy-key-id', prepareKey(WEBHOOK_SECRET)],
    ['new-key-id', prepareKey('the next secret')],
  ]),
}

const event = (fields: Record<string, unknown>) => signed(JSON.stringify(aWebhook(fields)))
const parse = (notification: RawNotification) => parseNotification(notification, keys)

function refusal(notification: RawNotification): ProviderError {
  try {
    parse(notification)
  } catch (error) {
    if (error instanceof ProviderError) return error
    throw error
  }
  throw new Error('it was taken for genuine')
}

describe('a genuine notification', () => {
  test('of a captured payment is the fact that the payment is paid', () => {
    expect(parse(event({ type: 'payment.captured', payment: aPayment('CAPTURED') }))).toEqual({
      kind: 'event',
      eventId: '8ee793f6-4553-4749-85dc-f2ef095c5ab0',
      queries: [],
      facts: [
        {
          kind: 'payment',
          source: 'notification',
          accountId: 'worldline',
          outTradeNo: 'p1001',
          providerPaymentId: PAYMENT_ID,
          status: 'paid',
          amount: { value: 1999, currency: 'USD' },
          appId: null,
          occurredAtMs: Date.UTC(2026, 5, 24, 8, 15, 0, 40),
          settlement: null,
          providerStatus: 'CAPTURED',
          unknownStatus: false,
        },
      ],
    })
  })

  test.each([
    ['payment.redirected', 'REDIRECTED', 'pending'],
    ['payment.paid', 'PAID', 'paid'],
    ['payment.cancelled', 'CANCELLED', 'cancelled'],
    ['payment.rejected', 'REJECTED', 'failed'],
    ['payment.reversed', 'REVERSED', 'failed'],
    ['payment.chargebacked', 'CHARGEBACKED', 'failed'],
    ['payment.refunded', 'REFUNDED', 'paid'],
  ])('%s with %s says %s', (type, word, status) => {
    expect(parse(event({ type, payment: aPayment(word) }))).toMatchObject({
      facts: [{ status, providerStatus: word }],
      queries: [],
    })
  })

  test.each([
    ['refund.refund_requested', 'REFUND_REQUESTED', 'processing'],
    ['refund.pending_approval', 'PENDING_APPROVAL', 'needsAction'],
    ['refund.refunded', 'REFUNDED', 'succeeded'],
    ['refund.rejected', 'REJECTED', 'failed'],
  ])('%s with %s says %s of the refund', (type, word, status) => {
    expect(parse(event({ type, refund: aRefund(word) }))).toMatchObject({
      facts: [
        {
          kind: 'refund',
          outRefundNo: 'rf1001',
          providerRefundId: '00000085001000018818-00001',
          status,
          amount: { value: 500, currency: 'USD' },
        },
      ],
    })
  })

  test('of an unknown kind is believed in nothing and is a reason to ask', () => {
    const parsed = parse(event({ type: 'payment.teleported', payment: aPayment('CAPTURED') }))
    expect(parsed).toMatchObject({
      facts: [{ status: 'pending', unknownStatus: true, providerStatus: 'CAPTURED' }],
      queries: [{ outTradeNo: 'p1001', providerPaymentId: PAYMENT_ID }],
    })
  })

  test('with an unknown status stays pending and is marked', () => {
    const parsed = parse(event({ type: 'payment.captured', payment: aPayment('TELEPORTED') }))
    expect(parsed).toMatchObject({ facts: [{ status: 'pending', unknownStatus: true }] })
  })

  test('whose payment cannot be read is a reason to ask', () => {
    const payment = { id: PAYMENT_ID, status: 7 }
    expect(parse(event({ type: 'payment.captured', payment }))).toMatchObject({
      facts: [],
      queries: [{ outTradeNo: null, providerPaymentId: PAYMENT_ID }],
    })
  })

  test('of something else than payments and refunds is taken and means nothing', () => {
    const parsed = parse(event({ type: 'payout.created', payout: { id: '1' } }))
    expect(parsed).toMatchObject({ kind: 'event', facts: [], queries: [] })
  })

  test('may be signed with any of the keys that are valid at the time', () => {
    const body = JSON.stringify(aWebhook({ type: 'payment.paid', payment: aPayment('PAID') }))
    const next = signed(body, { keyId: 'new-key-id', secret: 'the next secret' })
    expect(parse(next)).toEqual(parse(signed(body)))
  })

  test('whose time cannot be read has no time', () => {
    const created = 'yesterday'
    const parsed = parse(event({ created, type: 'payment.paid', payment: aPayment('PAID') }))
    expect(parsed).toMatchObject({ facts: [{ occurredAtMs: null }] })
  })
})

describe('anything else is unverifiable', () => {
  const body = JSON.stringify(aWebhook({ type: 'payment.paid', payment: aPayment('PAID') }))

  test('every change of one byte of the body', () => {
    const genuine = signed(body)
    for (let index = 0; index < genuine.body.length; index += 1) {
      for (const flip of [0x01, 0x20, 0x80]) {
        const bytes = Buffer.from(genuine.body)
        bytes[index] = (bytes[index] ?? 0) ^ flip
        expect(refusal({ ...genuine, body: bytes }).outcome).toBe('unverifiable')
      }
    }
  })

  test('every change of one character of the signature or the key id', () => {
    const genuine = signed(body)
    for (const name of ['x-gcs-signature', 'x-gcs-keyid']) {
      const value = genuine.headers[name] ?? ''
      for (let index = 0; index < value.length; index += 1) {
        const other = value[index] === 'A' ? 'B' : 'A'
        const changed = value.slice(0, index) + other + value.slice(index + 1)
        const headers = { ...genuine.headers, [name]: changed }
        expect(refusal({ ...genuine, headers }).outcome).toBe('unverifiable')
      }
    }
  })

  test('every addition and every cut', () => {
    const genuine = signed(body)
    fc.assert(
      fc.property(fc.nat(body.length - 1), (length) => {
        const cut = { ...genuine, body: genuine.body.slice(0, length) }
        expect(refusal(cut).outcome).toBe('unverifiable')
      }),
    )
    expect(refusal({ ...genuine, body: Buffer.from(`${body}\n`) }).outcome).toBe('unverifiable')
  })

  test.each([
    ['no signature', { 'x-gcs-keyid': 'dummy-key-id' }],
    ['no key id', { 'x-gcs-signature': 'a' }],
    ['a key id from the prototype', { 'x-gcs-keyid': 'constructor', 'x-gcs-signature': 'a' }],
    ['no headers', {}],
  ])('a body with %s', (_, headers) => {
    expect(refusal({ ...signed(body), headers }).outcome).toBe('unverifiable')
  })

  test('a signature made with the secret of another key', () => {
    const mixed = signed(body, { keyId: 'dummy-key-id', secret: 'the next secret' })
    expect(refusal(mixed).outcome).toBe('unverifiable')
  })

  test.each([
    ['another apiVersion', { apiVersion: 'v2' }],
    ['another merchant', { merchantId: '20001' }],
    ['no event id', { id: '' }],
    ['no kind', { type: undefined }],
  ])('a signed body with %s', (_, fields) => {
    const failure = refusal(event({ type: 'payment.paid', payment: aPayment('PAID'), ...fields }))
    expect(failure.outcome).toBe('unverifiable')
  })

  test.each(['', 'null', '[]', '{', '"text"'])('a signed body that is %j', (text) => {
    expect(refusal(signed(text)).outcome).toBe('unverifiable')
  })

  test('and says so without the secrets', () => {
    const failure = refusal({ ...signed(body), body: Buffer.from('x') })
    expect(`${failure.message}${failure.stack}`).not.toContain(WEBHOOK_SECRET)
  })
})

describe('the check of the endpoint', () => {
  const ask = (headers: Record<string, string>): RawNotification => ({
    ...signed(''),
    method: 'GET',
    headers,
  })

  test('is answered with its word as plain text', () => {
    const word = 'cf3a8f1e-5b1f-4f0a-8f3b-0a7d3c9c7f11'
    expect(parse(ask({ 'x-gcs-webhooks-endpoint-verification': word }))).toEqual({
      kind: 'handshake',
      reply: {
        status: 200,
        headers: {
          'content-type': 'text/plain; charset=utf-8',
          'x-content-type-options': 'nosniff',
        },
        body: word,
      },
    })
  })

  test.each([
    {},
    { 'x-gcs-webhooks-endpoint-verification': '' },
    { 'x-gcs-webhooks-endpoint-verification': 'a\nb' },
    { 'x-gcs-webhooks-endpoint-verification': 'a'.repeat(257) },
  ])('is refused without a plain word: %j', (headers) => {
    expect(refusal(ask(headers)).outcome).toBe('unverifiable')
  })
})
