import { createHmac } from 'node:crypto'

/** What a v1HMAC signature covers, as it stands on the wire. */
export interface SignedParts {
  readonly method: string
  /** Empty when the request has none. */
  readonly contentType: string
  readonly date: string
  /** Any headers; only those beginning with `x-gcs` are covered. */
  readonly headers: Readonly<Record<string, string>>
  /** Percent-encoded, as sent. */
  readonly path: string
  /** Without `?`, as sent; it is covered decoded. */
  readonly query: string
}

/**
 * The text under a v1HMAC signature: each piece ended by a line feed.
 * Worldline Connect server SDKs (Java, Node.js 5.2.0), authentication tests.
 */
export function stringToSign(parts: SignedParts): string {
  const gcsHeaders = Object.entries(parts.headers)
    .map(([name, value]) => [name.toLowerCase(), unfolded(value)] as const)
    .filter(([name]) => name.startsWith('x-gcs'))
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}:${value}`)
  const resource = parts.query === '' ? parts.path : `${parts.path}?${decodeQuery(parts.query)}`
  return [parts.method.toUpperCase(), parts.contentType, parts.date, ...gcsHeaders, resource]
    .map((piece) => `${piece}\n`)
    .join('')
}

export function v1Hmac(parts: SignedParts, secretApiKey: string): string {
  return createHmac('sha256', secretApiKey).update(stringToSign(parts), 'utf8').digest('base64')
}

/** `X-GCS-Signature` of a webhook: over the body alone, so nothing in it says when it was made. */
export function signWebhook(body: string | Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('base64')
}

/** Folded header lines are joined by one space. */
function unfolded(value: string): string {
  return value.replace(/\r?\n\s*/g, ' ').trim()
}

function decodeQuery(query: string): string {
  try {
    return decodeURIComponent(query)
  } catch {
    return query
  }
}
