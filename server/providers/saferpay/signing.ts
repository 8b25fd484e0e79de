import { derivedSecret, equalInConstantTime } from '../../platform/hash.ts'
import type { ClientCertificate } from '../http.ts'

/**
 * Saferpay signs nothing: it calls the addresses that we made up, and adds nothing to them. So each
 * address carries a word that only the holder of our own secret can make, for one payment and one
 * purpose. Pure.
 */

/** What an address is for; none can be turned into another. */
export type Purpose = 'success' | 'failure' | 'return'

export interface Tagged {
  readonly accountId: string
  readonly outTradeNo: string
  readonly purpose: Purpose
}

/** HMAC-SHA-256 in base64url, 43 characters. */
export function tagOf(secret: string, { accountId, outTradeNo, purpose }: Tagged): string {
  return derivedSecret(secret, JSON.stringify(['saferpay', purpose, accountId, outTradeNo]))
}

export function isTagOf(given: string, secret: string, tagged: Tagged): boolean {
  return equalInConstantTime(given, tagOf(secret, tagged))
}

/** The address with the payment, the purpose and their tag in its query. */
export function taggedUrl(url: string, secret: string, tagged: Tagged): string {
  const target = new URL(url)
  target.searchParams.set('payment', tagged.outTradeNo)
  target.searchParams.set('event', tagged.purpose)
  target.searchParams.set('tag', tagOf(secret, tagged))
  return target.href
}

export type Credentials =
  | { readonly username: string; readonly password: string }
  | { readonly cert: string; readonly key: string; readonly ca?: string | undefined }

/** How a call proves that it is ours: a header, or the client certificate of the connection. */
export function accessOf(credentials: Credentials): {
  readonly headers: Readonly<Record<string, string>>
  readonly tls: { readonly tls?: ClientCertificate }
} {
  if ('username' in credentials) {
    const { username, password } = credentials
    const pair = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
    return { headers: { Authorization: `Basic ${pair}` }, tls: {} }
  }
  const { cert, key, ca } = credentials
  return { headers: {}, tls: { tls: { cert, key, ...(ca === undefined ? {} : { ca }) } } }
}

/** What of the credentials travels with a call, as it is and encoded: it may come back in an error. */
export function wordsOf(credentials: Credentials): readonly string[] {
  if (!('password' in credentials)) return []
  const sent = Object.values(accessOf(credentials).headers)
  return [credentials.password, ...sent.map((value) => value.replace('Basic ', ''))]
}
