import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { equalInConstantTime } from '../../platform/hash.ts'

/**
 * v1HMAC and the webhook signature, as in the vendor's SDKs (Node 5.2.0 and Java, read 2026-06).
 * Pure: everything that is signed comes in as an argument.
 */

export function prepareKey(secret: string): KeyObject {
  return createSecretKey(secret, 'utf8')
}

export interface SignedRequest {
  readonly method: string
  /** The header as it is sent, or null where it is not. */
  readonly contentType: string | null
  /** The Date header as it is sent, RFC 1123 in GMT. */
  readonly date: string
  readonly headers: Readonly<Record<string, string>>
  /** Path and query as sent, without scheme and host. */
  readonly pathAndQuery: string
}

/** The text under the signature: five pieces, each ended by a line feed. */
export function stringToSign(request: SignedRequest): string {
  const vendorHeaders = Object.entries(request.headers)
    .map(([name, value]) => [name.toLowerCase(), canonicalValue(value)] as const)
    .filter(([name]) => name.startsWith('x-gcs'))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`)
  return [
    request.method.toUpperCase(),
    request.contentType ?? '',
    request.date,
    ...vendorHeaders,
    decodedQuery(request.pathAndQuery),
    '',
  ].join('\n')
}

/** The Authorization header. */
export function authorization(
  request: SignedRequest,
  key: { apiKeyId: string; secret: KeyObject },
): string {
  const signature = createHmac('sha256', key.secret).update(stringToSign(request)).digest('base64')
  return `GCS v1HMAC:${key.apiKeyId}:${signature}`
}

/** Whether the signature belongs to exactly these bytes. Constant time in the signature. */
export function isWebhookSignature(
  signature: string,
  body: Uint8Array,
  secret: KeyObject,
): boolean {
  // The text is compared, not the bytes it stands for: base64 has several spellings of the same.
  return equalInConstantTime(signature, createHmac('sha256', secret).update(body).digest('base64'))
}

/** Folded lines become one line. */
function canonicalValue(value: string): string {
  return value.replaceAll(/\r?\n[^\S\r\n]*/g, ' ').trim()
}

function decodedQuery(pathAndQuery: string): string {
  const start = pathAndQuery.indexOf('?')
  if (start < 0) return pathAndQuery
  return pathAndQuery.slice(0, start) + decodeURIComponent(pathAndQuery.slice(start))
}
