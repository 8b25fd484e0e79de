import type { Order } from '../domain/order.ts'
import { isLive } from '../domain/transitions.ts'
import { closeOrder } from './close-order.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'

export interface OrderReading {
  readonly order: Order
  /** What has gone back of its paying payment, minor units. */
  readonly refundedMinor: number
}

/** An order as it is now; one whose time is over and that nobody is paying is closed on the way. */
export async function readOrder(deps: Deps, orderRef: string): Promise<OrderReading> {
  const order = await deps.store.order(orderRef)
  if (!order) throw new UseCaseError('orderNotFound')
  const over = order.status === 'open' && order.expiresAtMs <= deps.clock.nowMs()
  if (over) {
    const payments = await deps.store.paymentsOfOrder(orderRef)
    if (!payments.some(({ status }) => isLive(status))) {
      return { order: await closeOrder(deps, orderRef, 'expired'), refundedMinor: 0 }
    }
  }
  return { order, refundedMinor: await refundedOf(deps, order.paidPaymentId) }
}

/** What has gone back of one payment so far, minor units. */
export async function refundedOf(deps: Deps, paymentId: string | null): Promise<number> {
  if (paymentId === null) return 0
  const refunds = await deps.store.refundsOfPayment(paymentId)
  return refunds
    .filter(({ status }) => status === 'succeeded')
    .reduce((sum, { amount }) => sum + amount.value, 0)
}
