import { sha256Hex } from '../../platform/hash.ts'

/**
 * PPRO's two hashes over SHA-256, where the inner digest goes into the outer one as lower-case hex
 * text (Simple API developer hub, notification and redirect pages, read 2026-06). Pure.
 */

/** Hash of a notification: who knows the notification secret has sent it. */
export function notificationHash(fields: {
  txid: string
  finalTimestamp: string
  notificationSecret: string
}): string {
  return twice(`${fields.txid}.${fields.finalTimestamp}`, fields.notificationSecret)
}

/** Checksum of the payer's return: the browser really comes from PPRO's page of this payment. */
export function returnHash(fields: {
  txid: string
  redirectSecret: string
  sharedSecret: string
}): string {
  return twice(`${fields.txid}.${fields.redirectSecret}`, fields.sharedSecret)
}

function twice(inner: string, secret: string): string {
  return sha256Hex(`${sha256Hex(inner)}.${secret}`)
}
