import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'

/**
 * Text that only the holder of a secret can read or have made: AES-256-GCM under a key derived from
 * the secret and the purpose. The nonce is a keyed hash of the text, so that two texts never share
 * one and no randomness is needed; whoever sees two sealed texts learns only whether they are equal.
 */

const NONCE_BYTES = 12
const TAG_BYTES = 16

export interface Lock {
  readonly secret: string
  /** What the text is for: sealed for one thing, it opens for no other. */
  readonly purpose: string
}

export function seal(text: string, lock: Lock): string {
  const { encryption, naming } = keysOf(lock)
  const nonce = createHmac('sha256', naming).update(text).digest().subarray(0, NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', encryption, nonce)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url')
}

/** Null where it was sealed with another secret or for another purpose, or is damaged. */
export function unseal(sealed: string, lock: Lock): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const cipher = createDecipheriv('aes-256-gcm', keysOf(lock).encryption, nonce)
  cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
  try {
    const text = cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES))
    return Buffer.concat([text, cipher.final()]).toString('utf8')
  } catch {
    return null
  }
}

function keysOf({ secret, purpose }: Lock): { encryption: Buffer; naming: Buffer } {
  const keys = Buffer.from(hkdfSync('sha256', secret, 'wechat-pay-toolkit', purpose, 64))
  return { encryption: keys.subarray(0, 32), naming: keys.subarray(32) }
}
