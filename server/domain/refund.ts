import type { Money } from '../../shared/money.ts'
import type { RefundStatus } from '../../shared/payment-status.ts'
import type { SettlementAmounts } from './fact.ts'
import { REFUND_EDGES } from './transitions.ts'

/** Money going back. Its amount is reserved from the moment the row exists. */
export interface Refund {
  readonly refundId: string
  readonly paymentId: string
  readonly status: RefundStatus
  readonly amount: Money
  readonly reason: string | null
  /** Our number at the provider, the same on every repeat; lower-case, at most 30 characters. */
  readonly outRefundNo: string
  readonly providerRefundId: string | null
  readonly advice: string | null
  readonly idempotencyKey: string
  readonly settlement: SettlementAmounts | null
  readonly createdAtMs: number
  readonly succeededAtMs: number | null
  readonly dueAtMs: number | null
  readonly attempts: number
  /** When the request may first have left us; null while it surely has not. Then look before repeating. */
  readonly sentAtMs: number | null
  /** Until then a call that moves its money may be running, and nobody makes another one. */
  readonly busyUntilMs: number | null
  readonly version: number
}

/** Statuses that hold money back from further refunds. */
export function reservesMoney(status: RefundStatus): boolean {
  return status !== 'failed'
}

/** Whether a refund can still become something else, so that its provider is worth asking. */
export function isOpenRefund(status: RefundStatus): boolean {
  return Object.keys(REFUND_EDGES[status]).length > 0
}

/** Whether the provider may have something new to say about it. */
export function isUnderWay({ status, sentAtMs }: Pick<Refund, 'status' | 'sentAtMs'>): boolean {
  return isOpenRefund(status) && (status !== 'requested' || sentAtMs !== null)
}

/**
 * Whether the provider surely still knows a repeat of this refund as one. Only for providers that
 * take the number as a key; `keyMemoryMs` is how long they keep it.
 */
export function isKeyRemembered(
  { sentAtMs }: Pick<Refund, 'sentAtMs'>,
  { keyMemoryMs, nowMs }: { keyMemoryMs: number; nowMs: number },
): boolean {
  return sentAtMs === null || nowMs - sentAtMs < keyMemoryMs
}
