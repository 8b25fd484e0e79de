import { createHash, timingSafeEqual } from 'node:crypto'
import type { Fields } from './wire.ts'

/**
 * The values ordered by the names of their parameters, the secret behind them, SHA-1 in hex.
 * Developer pages, "Signature Calculation" and "WeChat Pay"; the bytes are ISO-8859-1.
 */
function digest(fields: Fields, secret: string): string {
  const names = Object.keys(fields).toSorted()
  const text = names.map((name) => fields[name]).join('') + secret
  return createHash('sha1').update(Buffer.from(text, 'latin1')).digest('hex')
}

/** Whether the request's own `signature` covers all its other parameters. */
export function isSigned({ signature = '', ...fields }: Fields, secret: string): boolean {
  const expected = Buffer.from(digest(fields, secret))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** HASH of a notification, over all its other fields. */
export function notificationHash(fields: Fields, secret: string): string {
  return digest(fields, secret)
}
