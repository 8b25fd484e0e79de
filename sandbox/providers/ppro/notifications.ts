import type { NotificationInput } from '../../notifier.ts'
import type { TransactionRow } from './ledger.ts'
import { notificationHash } from './signing.ts'
import type { World } from './world.ts'

/**
 * Tells the merchant that the payment is final. The message says neither how nor how much: it is only
 * a reason to ask.
 */
export function notifyFinal(world: World, row: TransactionRow): void {
  world.notifier.send(notification(world, row))
}

/** The same, from somebody who does not know the secret. */
export function forgeFinal(world: World, row: TransactionRow): void {
  world.notifier.sendForged(notification(world, row))
}

function notification(world: World, row: TransactionRow): NotificationInput {
  const finalAtMs = row.finalAtMs ?? world.nowMs()
  const finalTimestamp = `${new Date(finalAtMs).toISOString().slice(0, 19)}Z`
  const secret = world.contracts.get(row.contractId)?.notificationSecret ?? ''
  const message = (hash: string) => ({
    url: row.notificationUrl,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      txid: row.txid,
      finaltimestamp: finalTimestamp,
      sha256hash: hash,
    }).toString(),
  })
  return {
    ...message(notificationHash(row.txid, finalTimestamp, secret)),
    event: row.status,
    subject: row.txid,
    forged: message(notificationHash(row.txid, finalTimestamp, `not ${secret}`)),
  }
}
