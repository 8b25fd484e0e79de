import { equalInConstantTime } from '../../platform/hash.ts'
import { ProviderError } from '../errors.ts'
import type { HttpReply, ParsedNotification, RawNotification } from '../provider.ts'
import { notificationHash } from './signing.ts'
import { decodeForm, notificationSchema } from './wire.ts'

/** Which answer PPRO wants could not be read in its documents; `OK` is our choice. */
export const ACKNOWLEDGEMENT: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'OK',
}

/**
 * Verifies, then parses. A notification says only that a transaction has ended, neither how nor with
 * what sum, so it brings no fact: it is a reason to ask. Throws `unverifiable`.
 */
export function parseNotification(
  { method, body }: RawNotification,
  { accountId, notificationSecret }: { accountId: string; notificationSecret: string },
): ParsedNotification {
  const fields = method === 'POST' ? decodeForm(body) : null
  const parsed = notificationSchema.safeParse(fields).data
  if (!parsed) throw unverifiable(accountId, 'the notification has not the fields of one')
  const { TXID: txid, FINALTIMESTAMP: finalTimestamp, SHA256HASH: given } = parsed
  if (!equalInConstantTime(given, notificationHash({ txid, finalTimestamp, notificationSecret }))) {
    throw unverifiable(accountId, 'the hash does not belong to the notification')
  }
  return {
    kind: 'event',
    eventId: `${txid}.${finalTimestamp}`,
    facts: [],
    queries: [{ outTradeNo: null, providerPaymentId: txid }],
  }
}

function unverifiable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
