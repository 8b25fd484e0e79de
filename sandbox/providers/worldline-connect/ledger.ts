import type { Money } from '../../../shared/money.ts'
import type { BookedPayment, Books } from '../../simulator.ts'
import { found, refundedMinor } from '../rows.ts'
import type { IntegrationType } from './options.ts'

/** Where the payment itself stands; refunds colour what is shown on top of it. */
type BaseStatus = 'REDIRECTED' | 'CAPTURED' | 'PAID' | 'CANCELLED' | 'REJECTED'
export type PaymentStatus = BaseStatus | 'REFUND_REQUESTED' | 'REFUNDED'
export type RefundStatus =
  | 'PENDING_APPROVAL'
  | 'REFUND_REQUESTED'
  | 'REFUNDED'
  | 'REJECTED'
  | 'CANCELLED'

export interface PaymentRow {
  readonly id: string
  readonly merchantId: string
  readonly amount: Money
  readonly merchantReference: string | null
  readonly paymentReference: string
  readonly integrationType: IntegrationType
  readonly createdAtMs: number
  /** Null where the payment was turned down before WeChat had it. */
  prepayId: string | null
  status: BaseStatus
  changedAtMs: number
  paidAtMs: number | null
  /** Set when the payer's time is over: the platform itself has no word for it. */
  expired: boolean
  /** Why it was turned down. */
  refusal: string | null
  failedTries: number
  readonly refunds: RefundRow[]
}

export interface RefundRow {
  readonly id: string
  readonly payment: PaymentRow
  readonly amount: Money
  readonly merchantReference: string | null
  status: RefundStatus
  changedAtMs: number
  refusal: string | null
}

export interface Ledger {
  addPayment(row: PaymentRow): void
  addRefund(row: RefundRow): void
  payment(id: string): PaymentRow | undefined
  refund(id: string): RefundRow | undefined
  payments(): readonly PaymentRow[]
  /** By number or merchant reference, the newest first to count. Throws SandboxError 404. */
  named(ref: string): PaymentRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  const payments = new Map<string, PaymentRow>()
  const refunds = new Map<string, RefundRow>()
  return {
    addPayment: (row) => void payments.set(row.id, row),
    addRefund(row) {
      refunds.set(row.id, row)
      row.payment.refunds.push(row)
    },
    payment: (id) => payments.get(id),
    refund: (id) => refunds.get(id),
    payments: () => [...payments.values()],
    named(ref) {
      const byReference = (row: PaymentRow) => row.merchantReference === ref
      const row = payments.get(ref) ?? [...payments.values()].findLast(byReference)
      return found(row, 'Worldline Connect', ref)
    },
    books: () => ({
      payments: [...payments.values()].map(bookedPayment),
      refunds: [...refunds.values()].map((row) => ({
        id: row.id,
        paymentId: row.payment.id,
        reference: row.merchantReference,
        amount: row.amount,
        state: refundState(row.status),
        status: row.status,
      })),
    }),
    clear() {
      payments.clear()
      refunds.clear()
    },
  }
}

/** The status that GET shows: refunds that are under way or done stand before the payment's own. */
export function shownStatus(row: PaymentRow): PaymentStatus {
  if (refundedMinor(row, ['REFUND_REQUESTED', 'PENDING_APPROVAL']) > 0) return 'REFUND_REQUESTED'
  if (refundedMinor(row, ['REFUNDED']) > 0) return 'REFUNDED'
  return row.status
}

export function isPaid(row: PaymentRow): boolean {
  return row.status === 'CAPTURED' || row.status === 'PAID'
}

/** What may still be refunded: refunds under way count as given. */
export function refundableMinor(row: PaymentRow): number {
  if (!isPaid(row)) return 0
  const given = refundedMinor(row, ['PENDING_APPROVAL', 'REFUND_REQUESTED', 'REFUNDED'])
  return row.amount.value - given
}

const PAYMENT_STATES: Readonly<Record<BaseStatus, BookedPayment['state']>> = {
  REDIRECTED: 'open',
  CAPTURED: 'paid',
  PAID: 'paid',
  CANCELLED: 'closed',
  REJECTED: 'failed',
}

function bookedPayment(row: PaymentRow): BookedPayment {
  const state = PAYMENT_STATES[row.status]
  return {
    id: row.id,
    account: row.merchantId,
    reference: row.merchantReference,
    amount: row.amount,
    state: state === 'open' && row.expired ? 'closed' : state,
    status: shownStatus(row),
    refundedMinor: refundedMinor(row, ['REFUNDED']),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.paidAtMs,
  }
}

function refundState(status: RefundStatus): 'pending' | 'succeeded' | 'failed' {
  if (status === 'REFUNDED') return 'succeeded'
  return status === 'REJECTED' || status === 'CANCELLED' ? 'failed' : 'pending'
}
