import type { Money } from '../../shared/money.ts'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import type { Ids } from '../platform/ids.ts'

/** A refund that has been written but not sent: its amount is reserved, its number is fixed. */
export function newRefund(wish: {
  payment: Payment
  amount: Money
  reason: string | null
  idempotencyKey: string
  ids: Ids
  nowMs: number
}): Refund {
  return {
    refundId: `rf_${wish.ids.next()}`,
    paymentId: wish.payment.paymentId,
    status: 'requested',
    amount: wish.amount,
    reason: wish.reason,
    outRefundNo: `rf${wish.ids.next()}`,
    providerRefundId: null,
    advice: null,
    idempotencyKey: wish.idempotencyKey,
    settlement: null,
    createdAtMs: wish.nowMs,
    succeededAtMs: null,
    dueAtMs: null,
    attempts: 0,
    sentAtMs: null,
    busyUntilMs: null,
    version: 0,
  }
}
