import { createHmac } from 'node:crypto'

export interface SignedContent {
  readonly webhookId: string
  /** Time of the attempt. */
  readonly atMs: number
  readonly body: Uint8Array
}

/**
 * The headers of Standard Webhooks 1.0 (specification read 2026-11): one `v1` signature per secret,
 * in the order given, so that a receiver may know any one of them. Pure.
 */
export function signedHeaders(
  { webhookId, atMs, body }: SignedContent,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
    const mac = createHmac('sha256', key).update(`${webhookId}.${timestamp}.`).update(body)
    return `v1,${mac.digest('base64')}`
  })
  return {
    'webhook-id': webhookId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  }
}
