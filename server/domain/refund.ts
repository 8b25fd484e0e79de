import type { Money } from '../../shared/money.ts'
import type { RefundStatus } from '../../shared/payment-status.ts'
import type { SettlementAmounts } from './fact.ts'

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
  /** True once a request may have left us: then look before repeating. */
  readonly sent: boolean
  readonly version: number
}

/** Statuses that hold money back from further refunds. */
export function reservesMoney(status: RefundStatus): boolean {
  return status !== 'failed'
}
