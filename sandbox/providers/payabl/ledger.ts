import type { Money } from '../../../shared/money.ts'
import type { Books } from '../../simulator.ts'
import { found } from '../rows.ts'
import type { Method } from './options.ts'

/** 0 done, 2000 pending, a negative number failed. */
export type Code = '0' | '2000' | `-${string}`

export interface PaymentRow {
  readonly transactionId: string
  readonly pproId: string
  readonly merchantId: string
  readonly method: Method
  readonly orderId: string
  readonly custom1: string
  readonly amount: Money
  /** What the payer's wallet is debited with, and at which rate. */
  readonly wallet: Money
  readonly rate: string
  readonly language: string
  readonly urls: { readonly success: string; readonly failed: string }
  readonly notificationUrl: string
  readonly redirectSecret: string
  /** Where the payer goes. */
  readonly redirectUrl: string
  readonly userId: string
  readonly captureId: string
  readonly createdAtMs: number
  /** Null where WeChat refused the order. */
  readonly prepay: {
    readonly prepayId: string
    /** What the payer scans or opens. */
    readonly content: string
    readonly expiresAtMs: number
  } | null
  code: Code
  finalAtMs: number | null
  failedTries: number
  /** When the payer's side took the money back, for the lists; null where it did not. */
  chargedBackAtMs: number | null
  readonly refunds: RefundRow[]
}

export interface RefundRow {
  readonly transactionId: string
  readonly payment: PaymentRow
  readonly externalId: string
  readonly amount: Money
  readonly createdAtMs: number
  code: Code
}

export interface Ledger {
  add(row: PaymentRow): void
  payments(): readonly PaymentRow[]
  paymentsOf(merchantId: string): readonly PaymentRow[]
  refundsOf(merchantId: string): readonly RefundRow[]
  /** By transaction number or orderid, of which the newest counts. Throws SandboxError 404. */
  named(ref: string): PaymentRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  let rows: PaymentRow[] = []
  const paymentsOf = (merchantId: string) => rows.filter((row) => row.merchantId === merchantId)
  return {
    add: (row) => void rows.push(row),
    payments: () => rows,
    paymentsOf,
    refundsOf: (merchantId) => paymentsOf(merchantId).flatMap(({ refunds }) => refunds),
    named(ref) {
      const row =
        rows.find(({ transactionId }) => transactionId === ref) ??
        rows.findLast(({ orderId }) => orderId !== '' && orderId === ref)
      return found(row, 'payabl.', ref)
    },
    books: () => ({
      payments: rows.map(bookedPayment),
      refunds: rows.flatMap(({ refunds }) => refunds.map(bookedRefund)),
    }),
    clear() {
      rows = []
    },
  }
}

/** Sum of the refunds that are done or on their way. */
export function reservedMinor({ refunds }: PaymentRow): number {
  return sumOf(refunds.filter(({ code }) => !code.startsWith('-')))
}

function sumOf(refunds: readonly RefundRow[]): number {
  return refunds.reduce((sum, { amount }) => sum + amount.value, 0)
}

const CLOSED: readonly Code[] = ['-1315', '-5003']

function stateOf({ code }: PaymentRow): Books['payments'][number]['state'] {
  if (code === '0') return 'paid'
  if (code === '2000') return 'open'
  return CLOSED.includes(code) ? 'closed' : 'failed'
}

function bookedPayment(row: PaymentRow): Books['payments'][number] {
  return {
    id: row.transactionId,
    account: row.merchantId,
    reference: row.orderId === '' ? null : row.orderId,
    amount: row.amount,
    state: stateOf(row),
    status: row.code,
    refundedMinor: sumOf(row.refunds.filter(({ code }) => code === '0')),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.code === '0' ? row.finalAtMs : null,
  }
}

function bookedRefund(row: RefundRow): Books['refunds'][number] {
  const pending = row.code === '2000' ? 'pending' : 'failed'
  return {
    id: row.transactionId,
    paymentId: row.payment.transactionId,
    reference: row.externalId === '' ? null : row.externalId,
    amount: row.amount,
    state: row.code === '0' ? 'succeeded' : pending,
    status: row.code,
  }
}
