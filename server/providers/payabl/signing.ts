import { createHash } from 'node:crypto'
import { equalInConstantTime } from '../../platform/hash.ts'

/**
 * payabl.'s one rule for requests and for the notifications of its wallets: all values in the order
 * of their names, then the secret, SHA-1 in lower-case hex. The bytes are Latin-1, as they travel.
 * Sources: payabl. developer pages, "Signature Calculation" and "WeChat Pay", read 2026-06.
 */
export function signature(parameters: Readonly<Record<string, string>>, secret: string): string {
  const values = Object.entries(parameters)
    .filter(([name]) => !SIGNATURES.has(name))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([, value]) => value)
  return createHash('sha1')
    .update(latin1(values.join('') + secret))
    .digest('hex')
}

/** Whether a notification's `HASH` belongs to its other fields. False where there is no hash. */
export function isNotificationHash(
  fields: Readonly<Record<string, string>>,
  secret: string,
): boolean {
  const { HASH: told = '' } = fields
  return equalInConstantTime(told.toLowerCase(), signature(fields, secret))
}

/** What carries the signature is not part of what is signed. */
const SIGNATURES: ReadonlySet<string> = new Set(['signature', 'HASH'])

/** Throws RangeError for characters that payabl. cannot carry: they would be signed as others. */
function latin1(text: string): Uint8Array {
  if (Array.from(text).some((letter) => letter > '\u00ff')) {
    throw new RangeError('payabl. takes Latin-1 only; replace other characters before signing')
  }
  return Buffer.from(text, 'latin1')
}
