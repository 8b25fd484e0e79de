import { createHmac } from 'node:crypto'

/**
 * `Wooshpay-Signature` of a webhook: the time in Unix seconds, and HMAC-SHA-256 over
 * `<time>.<body>` in hex. WooshPay documents, "Check the webhook signatures".
 */
export function signatureHeader(body: string, secret: string, atMs: number): string {
  const time = String(Math.floor(atMs / 1_000))
  const v1 = createHmac('sha256', secret).update(`${time}.${body}`, 'utf8').digest('hex')
  return `t=${time},v1=${v1}`
}
