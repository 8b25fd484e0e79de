import {
  constants,
  createCipheriv,
  createPrivateKey,
  createSign,
  createVerify,
  privateDecrypt,
} from 'node:crypto'

const LINE = Buffer.from('\n')

export interface SignedRequest {
  readonly method: string
  /** Path and query exactly as they came. */
  readonly target: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: Uint8Array
}

/** Whether that RSA-SHA256 signature covers these very bytes. Merchant documents, 4012365336. */
export function requestSignatureFits(
  request: SignedRequest,
  signature: string,
  publicKeyPem: string,
): boolean {
  if (!isBase64(signature)) return false
  const { method, target, timestamp, nonce, body } = request
  const verifier = createVerify('sha256')
  for (const part of [method, target, timestamp, nonce, body]) verifier.update(part).update(LINE)
  return verifier.verify(publicKeyPem, signature, 'base64')
}

/** Signature of an answer or a notification: timestamp, nonce and body, a line each. */
export function signMessage(
  message: {
    readonly timestamp: string
    readonly nonce: string
    readonly body: Uint8Array | string
  },
  privateKeyPem: string,
): string {
  const signer = createSign('sha256')
  for (const part of [message.timestamp, message.nonce, message.body]) {
    signer.update(part).update(LINE)
  }
  return signer.sign(privateKeyPem, 'base64')
}

export interface Sealed {
  readonly algorithm: 'AEAD_AES_256_GCM'
  readonly ciphertext: string
  readonly nonce: string
  readonly associated_data: string
}

/** AES-256-GCM under the APIv3 key, the tag behind the ciphertext. */
export function seal(
  plaintext: string,
  options: { readonly apiV3Key: string; readonly nonce: string; readonly associatedData: string },
): Sealed {
  const { nonce, associatedData } = options
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(options.apiV3Key, 'ascii'), nonce)
  cipher.setAAD(Buffer.from(associatedData))
  const parts = [cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]
  const ciphertext = Buffer.concat(parts).toString('base64')
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: associatedData }
}

/** A sensitive field, or null where it was not encrypted for that key: RSA-OAEP with SHA-1. */
export function openSensitive(ciphertext: string, privateKeyPem: string): string | null {
  if (!isBase64(ciphertext)) return null
  const key = { key: createPrivateKey(privateKeyPem), padding: constants.RSA_PKCS1_OAEP_PADDING }
  try {
    return privateDecrypt(
      { ...key, oaepHash: 'sha1' },
      Buffer.from(ciphertext, 'base64'),
    ).toString()
  } catch {
    return null
  }
}

function isBase64(text: string): boolean {
  return text !== '' && Buffer.from(text, 'base64').toString('base64') === text
}
