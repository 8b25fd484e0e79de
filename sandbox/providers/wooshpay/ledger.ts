import type { Money } from '../../../shared/money.ts'
import type { BookedPayment, Books } from '../../simulator.ts'
import { found, refundedMinor } from '../rows.ts'
import type { IntentFields, MethodFields } from './requests.ts'

type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'succeeded'
  | 'canceled'
  | 'failed'
type RefundStatus = 'pending' | 'succeeded' | 'failed' | 'canceled'

export interface IntentRow {
  readonly id: string
  readonly account: string
  readonly createdAtMs: number
  readonly clientSecret: string
  readonly amount: Money
  fields: IntentFields
  /** How it is to be paid; null until somebody says. */
  method: { readonly id: string; readonly fields: MethodFields } | null
  status: IntentStatus
  /** WeChat's number of the order, once it is confirmed. */
  prepayId: string | null
  nextAction: Readonly<Record<string, unknown>> | null
  paidAtMs: number | null
  /** Set when the payer's time is over: WooshPay itself has no word for it. */
  expired: boolean
  lastError: { readonly type: string; readonly code: string; readonly message: string } | null
  failedTries: number
  readonly refunds: RefundRow[]
}

export interface RefundRow {
  readonly id: string
  readonly intent: IntentRow
  readonly createdAtMs: number
  readonly amount: Money
  readonly reason: string | null
  readonly metadata: Readonly<Record<string, string>>
  status: RefundStatus
  failureReason: string | null
}

export interface Ledger {
  addIntent(row: IntentRow): void
  addRefund(row: RefundRow): void
  intent(account: string, id: string): IntentRow | undefined
  refund(account: string, id: string): RefundRow | undefined
  /** The account's intents, newest first. */
  intents(account: string): readonly IntentRow[]
  /** By number or merchant_order_id, the newest first to count. Throws SandboxError 404. */
  named(ref: string): IntentRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  let rows: IntentRow[] = []
  const of = (account: string) => rows.filter((row) => row.account === account)
  return {
    addIntent: (row) => void rows.push(row),
    addRefund: (row) => void row.intent.refunds.push(row),
    intent: (account, id) => of(account).find((row) => row.id === id),
    refund: (account, id) =>
      of(account)
        .flatMap(({ refunds }) => refunds)
        .find((row) => row.id === id),
    intents: (account) => of(account).toReversed(),
    named(ref) {
      const row =
        rows.find(({ id }) => id === ref) ??
        rows.findLast(({ fields }) => fields.merchant_order_id === ref)
      return found(row, 'WooshPay', ref)
    },
    books: () => ({
      payments: rows.map(bookedPayment),
      refunds: rows.flatMap((row) => row.refunds.map(bookedRefund)),
    }),
    clear() {
      rows = []
    },
  }
}

/** What may still be refunded: refunds under way count as given. */
export function refundableMinor(row: IntentRow): number {
  if (row.status !== 'succeeded') return 0
  return row.amount.value - refundedMinor(row, ['pending', 'succeeded'])
}

const STATES: Readonly<Record<IntentStatus, BookedPayment['state']>> = {
  requires_payment_method: 'open',
  requires_confirmation: 'open',
  requires_action: 'open',
  succeeded: 'paid',
  canceled: 'closed',
  failed: 'failed',
}

function stateOf(row: IntentRow): BookedPayment['state'] {
  const state = STATES[row.status]
  if (state !== 'open') return state
  if (row.lastError !== null) return 'failed'
  return row.expired ? 'closed' : 'open'
}

function bookedPayment(row: IntentRow): BookedPayment {
  return {
    id: row.id,
    account: row.account,
    reference: row.fields.merchant_order_id ?? null,
    amount: row.amount,
    state: stateOf(row),
    status: row.status,
    refundedMinor: refundedMinor(row, ['succeeded']),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.paidAtMs,
  }
}

function bookedRefund(row: RefundRow): Books['refunds'][number] {
  const failed = row.status === 'failed' || row.status === 'canceled'
  return {
    id: row.id,
    paymentId: row.intent.id,
    reference: row.metadata['refund_id'] ?? null,
    amount: row.amount,
    state: row.status === 'succeeded' || row.status === 'pending' ? row.status : 'failed',
    status: failed && row.failureReason ? `${row.status}/${row.failureReason}` : row.status,
  }
}
