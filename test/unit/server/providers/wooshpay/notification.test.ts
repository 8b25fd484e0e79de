import { describe, expect, test } from 'vitest'
import type { RawNotification } from '../../../../../server/providers/provider.ts'
import { parseNotification } from '../../../../../server/providers/wooshpay/notification.ts'
import { failureOf } from '../support/failure.ts'
import {
  anEvent,
  anIntent,
  aRefund,
  NOW_MS,
  PAYMENT_ID,
  REFUND_ID,
  SECRET_KEY,
  signed,
  WEBHOOK_SECRET,
} from './fixture.ts'

const KEYS = {
  accountId: 'wooshpay',
  secretKey: SECRET_KEY,
  webhookSecrets: [WEBHOOK_SECRET],
  webhookToleranceMs: 300_000,
}
const parse = (notification: RawNotification, keys: Partial<typeof KEYS> = {}) => {
  const parsed = parseNotification(notification, { ...KEYS, ...keys })
  if (parsed.kind !== 'event') throw new Error('not an event')
  return parsed
}
const told = (type: string, object: unknown, fields: Record<string, unknown> = {}) =>
  parse(signed(anEvent(type, object, fields)))
const PAID = anEvent('payment_intent.succeeded', anIntent('succeeded'))
const asked = [{ outTradeNo: 'p1001', providerPaymentId: PAYMENT_ID }]

describe('a genuine notification', () => {
  test('brings the fact that the payment is paid', () => {
    expect(parse(signed(PAID))).toEqual({
      kind: 'event',
      eventId: 'evt_1',
      queries: [],
      facts: [
        {
          kind: 'payment',
          source: 'notification',
          accountId: 'wooshpay',
          outTradeNo: 'p1001',
          providerPaymentId: PAYMENT_ID,
          status: 'paid',
          amount: { value: 20, currency: 'CNY' },
          appId: null,
          occurredAtMs: NOW_MS,
          settlement: null,
          providerStatus: 'succeeded',
          unknownStatus: false,
        },
      ],
    })
  })

  test.each([
    ['payment_intent.created', 'requires_confirmation', 'pending'],
    ['payment_intent.created', 'requires_action', 'pending'],
    ['payment_intent.requires_action', 'requires_action', 'pending'],
    ['payment_intent.processing', 'processing', 'pending'],
    ['payment_intent.payment_failed', 'requires_payment_method', 'failed'],
    ['payment_intent.payment_failed', 'failed', 'failed'],
    ['payment_intent.canceled', 'canceled', 'cancelled'],
  ])('%s with %s means %s', (type, word, status) => {
    expect(told(type, anIntent(word))).toMatchObject({ facts: [{ status }], queries: [] })
  })

  test.each([
    ['payment_intent.succeeded', 'requires_action'],
    ['payment_intent.requires_action', 'succeeded'],
    ['payment_intent.payment_failed', 'succeeded'],
    ['payment_intent.payment_failed', 'requires_action'],
    ['payment_intent.canceled', 'succeeded'],
  ])('%s whose object is %s is only a reason to ask', (type, word) => {
    expect(told(type, anIntent(word))).toMatchObject({ facts: [], queries: asked })
  })

  test.each([
    ['payment_intent.partially_funded', 'succeeded'],
    ['payment_intent.succeeded', 'settled'],
    ['payment_intent.requires_action', 'requires_capture'],
  ])('%s with %s is reported, asked about, and not believed', (type, word) => {
    expect(told(type, anIntent(word))).toMatchObject({
      facts: [{ status: 'pending', unknownStatus: true, providerStatus: word }],
      queries: asked,
    })
  })

  test('about an object that cannot be read is a reason to ask', () => {
    const unreadable = { id: PAYMENT_ID, amount: 'much' }
    expect(told('payment_intent.succeeded', unreadable)).toMatchObject({
      facts: [],
      queries: [{ outTradeNo: null, providerPaymentId: PAYMENT_ID }],
    })
    expect(told('payment_intent.succeeded', 'nothing')).toMatchObject({ facts: [], queries: [] })
    const charge = anIntent('succeeded', { object: 'charge' })
    expect(told('payment_intent.succeeded', charge).facts).toEqual([])
  })

  test.each([
    ['milliseconds', NOW_MS, NOW_MS],
    ['seconds', NOW_MS / 1_000, NOW_MS],
    ['nothing', null, null],
  ])('tells its time in %s', (_, created, occurredAtMs) => {
    const { facts } = told('payment_intent.succeeded', anIntent('succeeded'), { created })
    expect(facts).toMatchObject([{ occurredAtMs }])
  })

  test('brings the fact that a refund is done, under our number', () => {
    expect(told('charge.refund.updated', aRefund('succeeded'))).toMatchObject({
      facts: [
        {
          kind: 'refund',
          source: 'notification',
          status: 'succeeded',
          outRefundNo: 'rf-1',
          providerRefundId: REFUND_ID,
          providerPaymentId: PAYMENT_ID,
          amount: { value: 10, currency: 'CNY' },
        },
      ],
      queries: [],
    })
  })

  test('takes no charge for a refund', () => {
    const charge = aRefund('succeeded', { id: 'ch_1', object: 'charge' })
    expect(told('charge.refund.updated', charge)).toMatchObject({ facts: [], queries: [] })
  })

  test.each(['charge.dispute.updated', 'checkout.session.completed', 'product.created'])(
    '%s means nothing to us',
    (type) => {
      const event = told(type, { id: 'x_1', status: 'succeeded', payment_intent: PAYMENT_ID })
      expect(event).toMatchObject({ eventId: 'evt_1', facts: [], queries: [] })
    },
  )

  test('has the same id on every repeat, also where it is signed anew', () => {
    const later = { signedAtMs: NOW_MS + 60_000, receivedAtMs: NOW_MS + 60_000 }
    expect(parse(signed(PAID, later))).toEqual(parse(signed(PAID)))
  })

  test('is signed with any of our secrets', () => {
    const webhookSecrets = ['new', WEBHOOK_SECRET]
    expect(parse(signed(PAID), { webhookSecrets }).facts).toHaveLength(1)
    expect(parse(signed(PAID, { secret: 'new' }), { webhookSecrets }).facts).toHaveLength(1)
  })
})

describe('a notification is not believed', () => {
  const genuine = signed(PAID)
  const header = genuine.headers['wooshpay-signature'] ?? ''
  const forged = JSON.stringify(PAID).replace('"amount":20', '"amount":21')
  test.each([
    ['without a signature', { ...genuine, headers: {} }],
    ['with another signature', { ...genuine, headers: { 'wooshpay-signature': `${header}0` } }],
    ['with another body', { ...genuine, body: Buffer.from(forged) }],
    ['cut off half-way', { ...genuine, body: genuine.body.slice(0, 100) }],
    ['under another secret', signed(PAID, { secret: 'guessed' })],
    ['that is a GET', { ...genuine, method: 'GET' as const }],
    ['that is no JSON', signed('hello')],
    ['that is no event', signed({ type: 'payment_intent.succeeded' })],
    ['for live mode', signed({ ...PAID, livemode: true })],
  ])('%s', async (_, notification) => {
    const failure = await failureOf(() => parse(notification))
    expect(failure).toMatchObject({ outcome: 'unverifiable', accountId: 'wooshpay' })
    expect(failure.message).not.toContain(WEBHOOK_SECRET)
  })

  test.each([
    [-300_000, true],
    [300_000, true],
    [-301_000, false],
    [301_000, false],
  ])('signed %i ms from now: believed %s', async (offMs, believed) => {
    const notification = signed(PAID, { signedAtMs: NOW_MS + offMs })
    const outcome = believed
      ? parse(notification).kind
      : (await failureOf(() => parse(notification))).outcome
    expect(outcome).toBe(believed ? 'event' : 'unverifiable')
  })

  test('days after it was signed, unless the account allows for it', () => {
    const old = signed(PAID, { signedAtMs: NOW_MS - 3 * 86_400_000 })
    expect(parse(old, { webhookToleranceMs: 4 * 86_400_000 }).facts).toHaveLength(1)
  })

  test('in test mode by a live account', async () => {
    const live = { secretKey: 'sk_live_abc' }
    expect((await failureOf(() => parse(signed(PAID), live))).outcome).toBe('unverifiable')
    expect(parse(signed({ ...PAID, livemode: true }), live).facts).toHaveLength(1)
    expect(parse(signed({ ...PAID, livemode: undefined }), live).facts).toHaveLength(1)
  })
})
