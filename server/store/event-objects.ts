import type { EventObjects } from '../../shared/contract/webhooks.ts'
import type { DomainEvent } from '../domain/event.ts'
import type { Refund } from '../domain/refund.ts'
import { eventObjects } from '../domain/webhook-body.ts'
import type { Handle } from './handle.ts'
import { eventsWithObjects } from './tables/history.ts'
import { findOrder } from './tables/orders.ts'
import { findPayment } from './tables/payments.ts'
import { findRefund, refundsOfPayment } from './tables/refunds.ts'
import { findShipment } from './tables/shipments.ts'
import type { ToldEvent } from './webhook-port.ts'

/** The objects that an event is about, as they stand for this handle. */
export async function readObjects(handle: Handle, event: DomainEvent): Promise<EventObjects> {
  const { orderRef, paymentId, refundId, shipmentId } = event
  const order = await findOrder(handle, orderRef)
  if (!order) throw new Error(`An event is about order ${orderRef}, which is not stored.`)
  const payment = paymentId === null ? undefined : await findPayment(handle, paymentId)
  const refund = refundId === null ? undefined : await findRefund(handle, refundId)
  const shipment = shipmentId === undefined ? undefined : await findShipment(handle, shipmentId)
  const refunds: Refund[] = []
  for (const id of new Set([order.paidPaymentId, paymentId])) {
    if (id !== null) refunds.push(...(await refundsOfPayment(handle, id)))
  }
  return eventObjects({
    order,
    payment: payment ?? null,
    refund: refund ?? null,
    ...(shipment && { shipment }),
    refunds,
  })
}

/** The log from a number on; an event that kept no copy of its objects tells how they stand now. */
export async function eventsToTell(
  handle: Handle,
  page: { afterSeq: number; limit: number },
): Promise<readonly ToldEvent[]> {
  const told: ToldEvent[] = []
  for (const { objects, ...event } of await eventsWithObjects(handle, page)) {
    told.push({ ...event, objects: objects ?? (await readObjects(handle, event)) })
  }
  return told
}
