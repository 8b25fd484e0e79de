import type { Order } from '../domain/order.ts'
import { isLive } from '../domain/transitions.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { closeLivePayment } from './supersede-payment.ts'

/**
 * Ends an unpaid order, and its live payment with it. Throws `orderAlreadyPaid` when the money was
 * quicker, and `orderNotFound`. Closing a closed order changes nothing.
 */
export async function closeOrder(
  deps: Deps,
  orderRef: string,
  reason: 'cancelled' | 'expired',
): Promise<Order> {
  const paymentReason = reason === 'cancelled' ? 'orderClosed' : reason
  for (const payment of await deps.store.paymentsOfOrder(orderRef)) {
    if (isLive(payment.status)) await closeLivePayment(deps, payment, paymentReason)
  }
  return deps.store.transaction(async (tx) => {
    const order = await tx.lockOrder(orderRef)
    if (!order) throw new UseCaseError('orderNotFound')
    if (order.status === 'paid') throw new UseCaseError('orderAlreadyPaid')
    if (order.status === 'closed') return order
    const payments = await tx.paymentsOfOrder(orderRef)
    if (payments.some(({ status }) => isLive(status))) throw new UseCaseError('paymentBusy')
    const closed: Order = { ...order, status: 'closed', closeReason: reason }
    await tx.updateOrder(closed)
    await tx.insertEvents(
      [{ type: 'order.closed', orderRef, paymentId: null, refundId: null }],
      deps.clock.nowMs(),
    )
    return closed
  })
}
