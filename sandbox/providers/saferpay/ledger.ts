import type { Money } from '../../../shared/money.ts'
import type { Books } from '../../simulator.ts'
import { found, refundedMinor } from '../rows.ts'

export type PaymentState =
  /** Nobody has opened the page. */
  | 'NEW'
  /** The payer stands before the code. */
  | 'STARTED'
  | 'PENDING'
  | 'AUTHORIZED'
  | 'CAPTURED'
  | 'DECLINED'
  | 'ABORTED'
  | 'LAPSED'

export interface PaymentRow {
  readonly token: string
  /** Secret of the payer's browser once the page is open. */
  readonly session: string
  readonly transactionId: string
  readonly customerId: string
  readonly terminalId: string
  readonly orderId: string | null
  readonly amount: Money
  readonly description: string
  readonly language: string
  readonly payerIp: string | null
  /** False where WECHATPAY was not understood, and the page lists other methods. */
  readonly byWechat: boolean
  readonly returnUrl: string
  readonly successUrl: string | null
  readonly failUrl: string | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  state: PaymentState
  prepay: { readonly prepayId: string; readonly link: string; readonly mobile: boolean } | null
  finalAtMs: number | null
  failedTries: number
  /** Things that happened and that no Assert has been spent on yet. */
  freshEvents: number
  /** Asserts in vain, without any event before. */
  pollingViolations: number
  /** Asserts that told the end. */
  toldEnd: number
  readonly refunds: RefundRow[]
}

export interface RefundRow {
  readonly transactionId: string
  readonly payment: PaymentRow
  readonly orderId: string | null
  readonly amount: Money
  readonly createdAtMs: number
  readonly notifyUrl: string | null
  status: 'AUTHORIZED' | 'CAPTURED' | 'PENDING' | 'DECLINED'
  /** When its money left the turnover. */
  capturedAtMs: number | null
}

export interface Ledger {
  add(row: PaymentRow): void
  payments(): readonly PaymentRow[]
  refunds(): readonly RefundRow[]
  batchClosedAtMs(terminalId: string): number
  closeBatch(terminalId: string, atMs: number): void
  /** By token, transaction or OrderId, the newest first to count. Throws SandboxError 404. */
  named(ref: string): PaymentRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  let rows: PaymentRow[] = []
  let closings = new Map<string, number>()
  const refunds = () => rows.flatMap((row) => row.refunds)
  return {
    add: (row) => void rows.push(row),
    payments: () => rows,
    refunds,
    batchClosedAtMs: (terminalId) => closings.get(terminalId) ?? Number.NEGATIVE_INFINITY,
    closeBatch: (terminalId, atMs) => void closings.set(terminalId, atMs),
    named(ref) {
      const row =
        rows.find(({ token, transactionId }) => token === ref || transactionId === ref) ??
        rows.findLast(({ orderId }) => orderId === ref)
      return found(row, 'Saferpay', ref)
    },
    books: () => ({ payments: rows.map(bookedPayment), refunds: refunds().map(bookedRefund) }),
    clear() {
      rows = []
      closings = new Map()
    },
  }
}

export function isOpen({ state }: PaymentRow): boolean {
  return state === 'NEW' || state === 'STARTED'
}

/** What refunds take of a payment, whether or not their money has moved. */
export function reservedMinor({ refunds }: PaymentRow): number {
  return refunds
    .filter(({ status }) => status !== 'DECLINED')
    .reduce((sum, { amount }) => sum + amount.value, 0)
}

const STATES = {
  NEW: 'open',
  STARTED: 'open',
  PENDING: 'open',
  AUTHORIZED: 'open',
  CAPTURED: 'paid',
  DECLINED: 'failed',
  ABORTED: 'closed',
  LAPSED: 'closed',
} as const

function bookedPayment(row: PaymentRow): Books['payments'][number] {
  return {
    id: row.transactionId,
    account: row.terminalId,
    reference: row.orderId,
    amount: row.amount,
    state: STATES[row.state],
    status: row.state,
    refundedMinor: refundedMinor(row, ['CAPTURED']),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.state === 'CAPTURED' ? row.finalAtMs : null,
  }
}

const REFUND_STATES = {
  AUTHORIZED: 'pending',
  PENDING: 'pending',
  CAPTURED: 'succeeded',
  DECLINED: 'failed',
} as const

function bookedRefund(row: RefundRow): Books['refunds'][number] {
  return {
    id: row.transactionId,
    paymentId: row.payment.transactionId,
    reference: row.orderId,
    amount: row.amount,
    state: REFUND_STATES[row.status],
    status: row.status,
  }
}
