import type { OrderStatus, PaymentStatus, RefundStatus } from '../../shared/payment-status.ts'
import type { EventType } from './event.ts'
import type { ShipmentStatus } from './shipment.ts'

/**
 * Every move that exists, and the event that each one writes. What is not in these tables cannot
 * happen; money that arrives after we gave up (closed → paid, failed → paid) can, since money is
 * the truth.
 */

export const PAYMENT_EDGES: Readonly<
  Record<PaymentStatus, Readonly<Partial<Record<PaymentStatus, EventType>>>>
> = {
  created: {
    pending: 'payment.pending',
    paid: 'payment.paid',
    failed: 'payment.failed',
    closed: 'payment.closed',
  },
  pending: { paid: 'payment.paid', failed: 'payment.failed', closed: 'payment.closed' },
  paid: {},
  failed: { paid: 'payment.paid' },
  closed: { paid: 'payment.paid' },
}

export const ORDER_EDGES: Readonly<
  Record<OrderStatus, Readonly<Partial<Record<OrderStatus, EventType>>>>
> = {
  open: { paid: 'order.paid', closed: 'order.closed' },
  paid: {},
  closed: { paid: 'order.paid' },
}

export const REFUND_EDGES: Readonly<
  Record<RefundStatus, Readonly<Partial<Record<RefundStatus, EventType>>>>
> = {
  requested: {
    processing: 'refund.processing',
    succeeded: 'refund.succeeded',
    failed: 'refund.failed',
    needsAction: 'refund.needsAction',
  },
  processing: {
    succeeded: 'refund.succeeded',
    failed: 'refund.failed',
    needsAction: 'refund.needsAction',
  },
  needsAction: {
    processing: 'refund.processing',
    succeeded: 'refund.succeeded',
    failed: 'refund.failed',
  },
  succeeded: {},
  failed: {},
}

export const SHIPMENT_EDGES: Readonly<
  Record<ShipmentStatus, Readonly<Partial<Record<ShipmentStatus, EventType>>>>
> = {
  requested: { accepted: 'shipment.accepted', failed: 'shipment.failed' },
  accepted: {},
  failed: {},
}

/** A payment that a payer could still pay through. */
export function isLive(status: PaymentStatus): boolean {
  return status === 'created' || status === 'pending'
}
