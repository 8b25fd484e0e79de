import { createHash } from 'node:crypto'

/**
 * `sha256hash` of a notification. Simple API documents, "Notifications": the inner digest goes into
 * the outer one as lower-case hex.
 */
export function notificationHash(txid: string, finalTimestamp: string, secret: string): string {
  return sha256Hex(`${sha256Hex(`${txid}.${finalTimestamp}`)}.${secret}`)
}

/** `cs` of the payer's return. Simple API documents, "Redirecting the payer". */
export function returnChecksum(txid: string, redirectSecret: string, sharedSecret: string): string {
  return sha256Hex(`${sha256Hex(`${txid}.${redirectSecret}`)}.${sharedSecret}`)
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
