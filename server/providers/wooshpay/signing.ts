import { createHmac } from 'node:crypto'
import { equalInConstantTime } from '../../platform/hash.ts'

/**
 * Basic authentication and the webhook signature: pages "API Introduction" and "Check the webhook
 * signatures", read 2026-06. Pure: everything that is signed comes in as an argument.
 */

/** The Authorization header: the secret key is the user, the password is empty. */
export function authorization(secretKey: string): string {
  return `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}`
}

/** HMAC-SHA-256 over time, a dot and the exact bytes; lower-case hex. */
export function webhookSignature(time: string, body: Uint8Array, secret: string): string {
  return createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex')
}

/**
 * When the webhook was signed, in Unix seconds, if the header belongs to exactly these bytes under one
 * of the secrets; otherwise null. Several signatures may stand in one header. Constant time in them.
 */
export function signedAtSeconds(
  header: string,
  body: Uint8Array,
  secrets: readonly string[],
): number | null {
  const elements = header.split(',').map((element) => element.trim())
  const valuesOf = (wanted: string) =>
    elements
      .filter((element) => element.startsWith(`${wanted}=`))
      .map((element) => element.slice(wanted.length + 1))
  const [time = '', ...otherTimes] = valuesOf('t')
  if (!/^\d{1,11}$/.test(time) || otherTimes.length > 0) return null
  const given = valuesOf('v1')
  const genuine = secrets.flatMap((secret) => {
    const expected = webhookSignature(time, body, secret)
    return given.filter((signature) => equalInConstantTime(signature, expected))
  })
  return genuine.length > 0 ? Number(time) : null
}
