import { ProviderError } from '../errors.ts'
import type { HttpReply, ParsedNotification, RawNotification } from '../provider.ts'
import { isNotificationHash } from './signing.ts'
import { NOTIFIED_PAYMENT } from './translate.ts'
import { decodeForm, notificationSchema } from './wire.ts'

/** Which answer payabl. wants is not documented; `OK` is our choice. */
export const ACKNOWLEDGEMENT: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'OK',
}

/**
 * Verifies, then parses. A notification carries neither the sum nor payabl.'s number, so none of
 * them brings a fact: it is a reason to ask. With a HASH that is wrong it is refused; without one,
 * as in the published H5 example, it is still worth one question per payment and status.
 *
 * TXID is our number in one published example and PPRO's in the other, so it is looked up as both.
 * The address that payabl. was given names the payment as well. That is a hint and no proof, which
 * is enough for a question. Throws `unverifiable`.
 */
export function parseNotification(
  { method, body, query }: RawNotification,
  { accountId, secret }: { accountId: string; secret: string },
): ParsedNotification {
  const fields = method === 'POST' ? decodeForm(body) : null
  const parsed = notificationSchema.safeParse(fields).data
  if (!fields || !parsed)
    throw unverifiable(accountId, 'the notification has not the fields of one')
  const { HASH: hash, STATUS: status, TXID: txid } = parsed
  if (hash !== undefined && !isNotificationHash(fields, secret)) {
    throw unverifiable(accountId, 'the hash does not belong to the notification')
  }
  const hint = new URLSearchParams(query).get(NOTIFIED_PAYMENT) ?? ''
  const outTradeNo = /^[A-Za-z0-9._-]{1,30}$/.test(hint) ? hint : txid
  return {
    kind: 'event',
    eventId:
      hash === undefined
        ? `unsigned.${outTradeNo}.${status}`
        : `signed.${txid}.${hash.toLowerCase()}`,
    facts: [],
    queries: [{ outTradeNo, providerPaymentId: null, providerReference: txid }],
  }
}

function unverifiable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
