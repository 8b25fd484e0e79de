import type { OrderView } from '../../shared/contract/orders.ts'
import type { CheckoutPayment, PaymentView } from '../../shared/contract/payments.ts'
import type { RefundView } from '../../shared/contract/refunds.ts'
import type { ShipmentView } from '../../shared/contract/shipments.ts'
import { verdictOf } from '../../shared/payment-status.ts'
import type { Order } from './order.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
import type { Shipment } from './shipment.ts'

/**
 * Domain objects as the contract shows them, in answers and in webhooks alike: money as it is, times
 * as ISO 8601, no secrets.
 */

export function orderView(order: Order, refundedMinor: number): OrderView {
  return {
    orderRef: order.orderRef,
    status: order.status,
    amount: order.amount,
    refunded: { ...order.amount, value: refundedMinor },
    description: order.description,
    paidLate: order.paidLate,
    closeReason: order.closeReason,
    createdAt: iso(order.createdAtMs),
    expiresAt: iso(order.expiresAtMs),
    paidAt: isoOrNull(order.paidAtMs),
  }
}

export function checkoutPaymentView(payment: Payment, refundedMinor: number): CheckoutPayment {
  return {
    paymentId: payment.paymentId,
    orderRef: payment.orderRef,
    scene: payment.scene,
    verdict: verdictOf(payment.status),
    reason: payment.reason,
    amount: payment.amount,
    refunded: { ...payment.amount, value: refundedMinor },
    description: payment.request.description,
    expiresAt: iso(payment.expiresAtMs),
    paidAt: isoOrNull(payment.paidAtMs),
  }
}

export function paymentView(payment: Payment, refundedMinor: number): PaymentView {
  const { verdict: _, ...shared } = checkoutPaymentView(payment, refundedMinor)
  return {
    ...shared,
    status: payment.status,
    accountId: payment.accountId,
    outTradeNo: payment.outTradeNo,
    providerPaymentId: payment.providerPaymentId,
    payer: payment.payer,
    duplicate: payment.duplicate,
    late: payment.late,
    settlement: payment.settlement,
    createdAt: iso(payment.createdAtMs),
  }
}

export function refundView(refund: Refund): RefundView {
  return {
    refundId: refund.refundId,
    paymentId: refund.paymentId,
    status: refund.status,
    amount: refund.amount,
    reason: refund.reason,
    outRefundNo: refund.outRefundNo,
    providerRefundId: refund.providerRefundId,
    advice: refund.advice,
    settlement: refund.settlement,
    createdAt: iso(refund.createdAtMs),
    succeededAt: isoOrNull(refund.succeededAtMs),
  }
}

export function shipmentView(shipment: Shipment): ShipmentView {
  const { method, parcels, isAllDelivered, isCorrection } = shipment.content
  return {
    shipmentId: shipment.shipmentId,
    orderRef: shipment.orderRef,
    paymentId: shipment.paymentId,
    status: shipment.status,
    method,
    parcels: [...parcels],
    isAllDelivered,
    correction: isCorrection,
    reason: shipment.reason,
    createdAt: iso(shipment.createdAtMs),
    acceptedAt: isoOrNull(shipment.acceptedAtMs),
  }
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString()
}

export function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : iso(atMs)
}
