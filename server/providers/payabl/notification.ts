import { decimalToMinor, type Money } from '../../../shared/money.ts'
import type { PaymentFact, SettlementAmounts } from '../../domain/fact.ts'
import { ProviderError } from '../errors.ts'
import type { HttpReply, ParsedNotification, RawNotification } from '../provider.ts'
import { isNotificationHash } from './signing.ts'
import { NOTIFIED_PAYMENT } from './translate.ts'
import { decodeForm, notificationSchema, type WireNotification } from './wire.ts'

/** Which answer payabl. wants is not documented; `OK` is our choice. */
export const ACKNOWLEDGEMENT: HttpReply = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body: 'OK',
}

/**
 * Verifies, then parses. A notification carries neither the sum nor payabl.'s number, so it decides
 * nothing: it is a reason to ask. Its one fact, with a HASH, is what reaches the bank. With a HASH
 * that is wrong it is refused; without one, as in the published H5 example, it is still worth one
 * question per payment and status, and its figures are nobody's word.
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
    facts: hash === undefined ? [] : settledFact(parsed, accountId),
    queries: [{ outTradeNo, providerPaymentId: null, providerReference: txid }],
  }
}

/**
 * What a success reaches the bank as, kept with the payment that the signed TXID names: ours has
 * letters, PPRO's is a number. Nothing is claimed of the payment's state or of its sum.
 */
function settledFact(told: WireNotification, accountId: string): readonly PaymentFact[] {
  const { TXID: txid, STATUS: providerStatus } = told
  const settlement = providerStatus === 'SUCCEEDED' ? settlementOf(told) : null
  if (!settlement) return []
  const isPpro = /^\d+$/.test(txid)
  return [
    {
      kind: 'payment',
      source: 'notification',
      accountId,
      outTradeNo: isPpro ? null : txid,
      providerPaymentId: null,
      ...(isPpro ? { providerReference: txid } : {}),
      status: 'pending',
      amount: null,
      appId: null,
      occurredAtMs: null,
      settlement,
      providerStatus,
      unknownStatus: false,
    },
  ]
}

/** A figure that cannot be read is left out: it must not cost the question. */
function settlementOf(told: WireNotification): SettlementAmounts | null {
  const { 'SPECOUT.CNYAMOUNT': yuan, 'SPECOUT.FXRATE': fxRate = '' } = told
  const source =
    minor(told['SPECOUT.SRCAMOUNT'], told['SPECOUT.SRCCURRENCY']) ?? (yuan ? inYuan(yuan) : null)
  const settled = minor(told['SPECOUT.SETTLEMENTAMOUNT'], told['SPECOUT.SETTLEMENTCURRENCY'])
  const rate = /^\d{1,9}(?:\.\d{1,12})?$/.test(fxRate) ? fxRate : null
  return source || settled || rate !== null ? { source, settled, rate } : null
}

function minor(amount = '', currency = ''): Money | null {
  const isMoney = /^\d{1,15}$/.test(amount) && /^[A-Z]{3}$/.test(currency)
  return isMoney ? { value: Number(amount), currency } : null
}

function inYuan(amount: string): Money | null {
  return /^\d{1,12}(?:\.\d{1,2})?$/.test(amount) ? decimalToMinor(amount, 'CNY') : null
}

function unverifiable(accountId: string, message: string): ProviderError {
  return new ProviderError({ outcome: 'unverifiable', accountId, message })
}
