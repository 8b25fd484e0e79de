import { ProviderError } from '../errors.ts'
import type { HttpReply, ParsedNotification, RawNotification } from '../provider.ts'
import { isTagOf } from './signing.ts'

/** Anything but 200 is repeated, three tries in all (integration guide of 2021). */
export const ACKNOWLEDGEMENT: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'OK',
}

/**
 * A call of the same address within this time is a repeat of the same event. A later one may be
 * news about a payment that was pending, and nothing in it says which of the two it is.
 */
const SAME_EVENT_MS = 10 * 60 * 1_000

/**
 * Verifies the tag, then says which payment to ask about. The call is a GET without data, so it
 * brings no fact, and "success" in the address is believed as little as "failure". Throws
 * `unverifiable`.
 */
export function parseNotification(
  { method, query, receivedAtMs }: RawNotification,
  { accountId, notificationSecret }: { accountId: string; notificationSecret: string },
): ParsedNotification {
  const fields = new URLSearchParams(query)
  const [outTradeNo, purpose, tag] = ['payment', 'event', 'tag'].map((name) => only(fields, name))
  if (method !== 'GET' || !outTradeNo || !tag) {
    throw unverifiable(accountId, 'the call has not the fields of a notification')
  }
  if (purpose !== 'success' && purpose !== 'failure') {
    throw unverifiable(accountId, 'the call is no notification of success or failure')
  }
  if (!isTagOf(tag, notificationSecret, { accountId, outTradeNo, purpose })) {
    throw unverifiable(accountId, 'the tag does not belong to the payment')
  }
  return {
    kind: 'event',
    eventId: `${outTradeNo}.${purpose}.${Math.floor(receivedAtMs / SAME_EVENT_MS)}`,
    facts: [],
    queries: [{ outTradeNo, providerPaymentId: null }],
  }
}

/** The value of a field that is there exactly once. */
function only(fields: URLSearchParams, name: string): string | null {
  const [value, ...more] = fields.getAll(name)
  return value === undefined || more.length > 0 ? null : value
}

function unverifiable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
