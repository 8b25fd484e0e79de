import { isLive } from '../domain/transitions.ts'
import type { StoreTransaction } from '../store/store.ts'
import type { Deps } from './deps.ts'

/**
 * An open order past its time closes with its last live payment: nobody can pay it any more. The
 * caller holds the order's lock.
 */
export async function closeUnpayableOrder(
  tx: StoreTransaction,
  { clock }: Pick<Deps, 'clock'>,
  orderRef: string,
): Promise<void> {
  const order = await tx.order(orderRef)
  const nowMs = clock.nowMs()
  if (order?.status !== 'open' || order.expiresAtMs > nowMs) return
  const payments = await tx.paymentsOfOrder(orderRef)
  if (payments.some(({ status }) => isLive(status))) return
  await tx.updateOrder({ ...order, status: 'closed', closeReason: 'expired' })
  await tx.insertEvents(
    [{ type: 'order.closed', orderRef, paymentId: null, refundId: null }],
    nowMs,
  )
}
