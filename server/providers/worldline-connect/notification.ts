import type { KeyObject } from 'node:crypto'
import { ProviderError } from '../errors.ts'
import { parseJson } from '../http.ts'
import type {
  HttpReply,
  NotifiedPayment,
  ParsedNotification,
  RawNotification,
} from '../provider.ts'
import { isWebhookSignature } from './signing.ts'
import { paymentFact, refundFact } from './translate.ts'
import {
  identifiedSchema,
  paymentSchema,
  refundSchema,
  type WireWebhook,
  webhookSchema,
} from './wire.ts'

/** Worldline wants a 2xx for every notification, also for one that means nothing to us. */
export const ACKNOWLEDGEMENT: HttpReply = { status: 200, headers: {}, body: '' }

/** Kinds of payment event whose object is read as it stands; another kind is a reason to ask. */
const PAYMENT_TYPES = new Set(
  [
    'created redirected pending_payment account_verified pending_fraud_approval',
    'authorization_requested pending_approval pending_completion pending_capture capture_requested',
    'captured paid cancelled rejected rejected_capture rejected_credit reversed refund_requested',
    'refunded chargebacked chargeback_notification account_credited',
  ].flatMap((line) => line.split(' ').map((word) => `payment.${word}`)),
)

export interface NotificationKeys {
  readonly accountId: string
  readonly merchantId: string
  /** Key id → secret; several while one replaces another. */
  readonly webhookKeys: ReadonlyMap<string, KeyObject>
}

/** Verifies on the exact bytes, then parses. Throws `unverifiable`. */
export function parseNotification(
  notification: RawNotification,
  keys: NotificationKeys,
): ParsedNotification {
  if (notification.method === 'GET') return handshake(notification, keys)
  const { headers, body } = notification
  const secret = keys.webhookKeys.get(headers['x-gcs-keyid'] ?? '')
  if (!secret) throw unverifiable(keys, 'the notification names no key of ours')
  if (!isWebhookSignature(headers['x-gcs-signature'] ?? '', body, secret)) {
    throw unverifiable(keys, 'the signature does not belong to the notification')
  }
  return eventOf(readWebhook(body, keys), keys)
}

/** Worldline checks a new address by a GET, and expects the word it sends back as plain text. */
function handshake({ headers }: RawNotification, keys: NotificationKeys): ParsedNotification {
  const word = headers['x-gcs-webhooks-endpoint-verification'] ?? ''
  if (!/^[\x20-\x7e]{1,256}$/.test(word)) throw unverifiable(keys, 'a GET without the check word')
  const plain = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' }
  return { kind: 'handshake', reply: { status: 200, headers: plain, body: word } }
}

function readWebhook(body: Uint8Array, keys: NotificationKeys): WireWebhook {
  const webhook = webhookSchema.safeParse(parseJson(body)).data
  if (!webhook) throw unverifiable(keys, 'the notification is signed, and cannot be read')
  if (webhook.apiVersion !== 'v1') {
    throw unverifiable(keys, 'the notification has another apiVersion than v1')
  }
  if (webhook.merchantId !== keys.merchantId) {
    throw unverifiable(keys, 'the notification is for another merchant number')
  }
  return webhook
}

function eventOf(webhook: WireWebhook, { accountId }: NotificationKeys): ParsedNotification {
  const told = { accountId, source: 'notification', occurredAtMs: createdAtMs(webhook) } as const
  const event = { kind: 'event', eventId: webhook.id } as const
  if (webhook.type.startsWith('refund.')) {
    const refund = refundSchema.safeParse(webhook.refund).data
    return { ...event, facts: refund ? [refundFact(refund, told)] : [], queries: [] }
  }
  const payment = paymentSchema.safeParse(webhook.payment).data
  if (!payment) return { ...event, facts: [], queries: questionsFor(webhook.payment) }
  const fact = paymentFact(payment, told)
  if (PAYMENT_TYPES.has(webhook.type)) return { ...event, facts: [fact], queries: [] }
  // A kind of event that we do not know may give the status another sense: ask, believe nothing.
  const { outTradeNo, providerPaymentId } = fact
  const unread = { ...fact, status: 'pending', unknownStatus: true } as const
  return { ...event, facts: [unread], queries: [{ outTradeNo, providerPaymentId }] }
}

function questionsFor(payment: unknown): readonly NotifiedPayment[] {
  const id = identifiedSchema.safeParse(payment).data?.id
  return id === undefined ? [] : [{ outTradeNo: null, providerPaymentId: id }]
}

/** `2026-06-24T10:15:00.040+0200`: ISO 8601 but for the colon that its zone lacks. */
function createdAtMs({ created }: WireWebhook): number | null {
  const atMs = Date.parse((created ?? '').replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(atMs) ? null : atMs
}

function unverifiable({ accountId }: NotificationKeys, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
