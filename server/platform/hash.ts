import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** SHA-256 of the text as UTF-8, or of the bytes as they are; lower-case hex. */
export function sha256Hex(content: string | Uint8Array): string {
  return digest(content).toString('hex')
}

/** A word that only the holder of `secret` can make again: HMAC-SHA-256, base64url. */
export function derivedSecret(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('base64url')
}

/** Whether two words are equal, in a time that tells neither where they differ nor their lengths. */
export function equalInConstantTime(left: string, right: string): boolean {
  return timingSafeEqual(digest(left), digest(right))
}

function digest(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest()
}
