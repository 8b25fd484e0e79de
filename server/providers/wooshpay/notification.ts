import type { PaymentFact } from '../../domain/fact.ts'
import { ProviderError } from '../errors.ts'
import { parseJson } from '../http.ts'
import type {
  HttpReply,
  NotifiedPayment,
  ParsedNotification,
  RawNotification,
} from '../provider.ts'
import { signedAtSeconds } from './signing.ts'
import { paymentFact, refundFact } from './translate.ts'
import {
  identifiedSchema,
  millisecondsOf,
  paymentIntentSchema,
  refundSchema,
  type WireWebhook,
  webhookSchema,
} from './wire.ts'

/** WooshPay wants a fast 2xx for every notification, also for one that means nothing to us. */
export const ACKNOWLEDGEMENT: HttpReply = { status: 200, headers: {}, body: '' }

const TRY_FAILED = 'payment_intent.payment_failed'

/** What the object of an event has to say, so that the event is believed as it stands. */
const EVENT_STATUSES: Readonly<Record<string, PaymentFact['status']>> = {
  'payment_intent.created': 'pending',
  'payment_intent.requires_action': 'pending',
  'payment_intent.processing': 'pending',
  'payment_intent.succeeded': 'paid',
  [TRY_FAILED]: 'failed',
  'payment_intent.canceled': 'cancelled',
}

export interface NotificationKeys {
  readonly accountId: string
  readonly secretKey: string
  /** Several while one replaces another. */
  readonly webhookSecrets: readonly string[]
  readonly webhookToleranceMs: number
}

/** Verifies on the exact bytes, then parses. Throws `unverifiable`. */
export function parseNotification(
  { method, headers, body, receivedAtMs }: RawNotification,
  keys: NotificationKeys,
): ParsedNotification {
  const header = method === 'POST' ? (headers['wooshpay-signature'] ?? '') : ''
  const signedAt = signedAtSeconds(header, body, keys.webhookSecrets)
  if (signedAt === null) {
    throw unverifiable(keys, 'the signature does not belong to the notification')
  }
  if (Math.abs(receivedAtMs - signedAt * 1_000) > keys.webhookToleranceMs) {
    throw unverifiable(keys, 'the notification was signed too long ago, or in the future')
  }
  return eventOf(readWebhook(body, keys), keys)
}

function readWebhook(body: Uint8Array, keys: NotificationKeys): WireWebhook {
  const webhook = webhookSchema.safeParse(parseJson(body)).data
  if (!webhook) throw unverifiable(keys, 'the notification is signed, and cannot be read')
  const live = keys.secretKey.startsWith('sk_live_')
  if ((webhook.livemode ?? live) !== live) {
    throw unverifiable(keys, `the notification is for ${live ? 'test' : 'live'} mode`)
  }
  return webhook
}

function eventOf(webhook: WireWebhook, { accountId }: NotificationKeys): ParsedNotification {
  const event = { kind: 'event', eventId: webhook.id, facts: [], queries: [] } as const
  const object = webhook.data?.object
  if (webhook.type.startsWith('charge.refund.')) {
    const refund = refundSchema.safeParse(object).data
    if (!refund) return event
    return { ...event, facts: [refundFact(refund, { accountId, source: 'notification' })] }
  }
  if (!webhook.type.startsWith('payment_intent.')) return event
  const intent = paymentIntentSchema.safeParse(object).data
  if (!intent) return { ...event, queries: questionsFor(object) }
  const fact = paymentFact(intent, {
    accountId,
    source: 'notification',
    occurredAtMs: webhook.created ? millisecondsOf(webhook.created) : null,
    tryFailed: webhook.type === TRY_FAILED,
  })
  const expected = expectedStatus(webhook.type)
  if (fact.status === expected && !fact.unknownStatus) return { ...event, facts: [fact] }
  // Event and object say different things, or a word is new: ask, and believe nothing until then.
  const { outTradeNo, providerPaymentId } = fact
  const queries = [{ outTradeNo, providerPaymentId }]
  if (expected !== undefined && !fact.unknownStatus) return { ...event, queries }
  return { ...event, facts: [{ ...fact, status: 'pending', unknownStatus: true }], queries }
}

function expectedStatus(type: string): PaymentFact['status'] | undefined {
  return Object.hasOwn(EVENT_STATUSES, type) ? EVENT_STATUSES[type] : undefined
}

function questionsFor(object: unknown): readonly NotifiedPayment[] {
  const id = identifiedSchema.safeParse(object).data?.id
  return id === undefined ? [] : [{ outTradeNo: null, providerPaymentId: id }]
}

function unverifiable({ accountId }: NotificationKeys, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
