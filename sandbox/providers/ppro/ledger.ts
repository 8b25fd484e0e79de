import type { Money } from '../../../shared/money.ts'
import type { Books } from '../../simulator.ts'
import { found, refundedMinor } from '../rows.ts'
import type { Exchange } from './exchange.ts'
import type { FailReason, Tag } from './options.ts'

export interface TransactionRow {
  readonly txid: string
  readonly contractId: string
  readonly tag: Tag
  readonly channel: string
  readonly merchantTxid: string | null
  readonly amount: Money
  readonly exchange: Exchange
  readonly locale: string
  readonly paymentPurpose: string
  readonly merchantRedirectUrl: string | null
  readonly notificationUrl: string
  readonly redirectSecret: string
  readonly createdAtMs: number
  /** Null where WeChat refused the order. */
  readonly prepay: {
    readonly prepayId: string
    /** What the payer scans or opens. */
    readonly qrCodeUrl: string
    readonly expiresAtMs: number
  } | null
  status: 'PENDING' | 'SUCCEEDED' | 'FAILED'
  failReason: FailReason | null
  finalAtMs: number | null
  failedTries: number
  readonly refunds: RefundRow[]
  /** When the payer's side took the money back, for the files; null where it did not. */
  chargedBackAtMs: number | null
  /** Things that happened and that no status question has been spent on yet. */
  freshEvents: number
  /** Status questions asked although nothing had happened. */
  pollingViolations: number
}

export interface RefundRow {
  readonly refundId: string
  readonly transaction: TransactionRow
  readonly merchantRefundId: string | null
  readonly amount: Money
  readonly status: 'SUCCEEDED' | 'FAILED'
  readonly failReason: FailReason | null
  /** Credited to the wallet, and deducted from the settlement. */
  readonly wallet: Money
  readonly settlement: Money
  readonly createdAtMs: number
}

export interface Ledger {
  add(row: TransactionRow): void
  transactions(): readonly TransactionRow[]
  transaction(contractId: string, txid: string): TransactionRow | undefined
  /** The newest with that merchant number, whatever its capitals. */
  byMerchantTxid(contractId: string, merchantTxid: string): TransactionRow | undefined
  refund(contractId: string, refundId: string): RefundRow | undefined
  byMerchantRefundId(contractId: string, merchantRefundId: string): RefundRow | undefined
  /** By txid or merchanttxid, the newest first to count. Throws SandboxError 404. */
  named(ref: string): TransactionRow
  books(): Books
  clear(): void
}

export function createLedger(): Ledger {
  let rows: TransactionRow[] = []
  const of = (contractId: string) => rows.filter((row) => row.contractId === contractId)
  const refundsOf = (contractId: string) => of(contractId).flatMap((row) => row.refunds)

  return {
    add: (row) => void rows.push(row),
    transactions: () => rows,
    transaction: (contractId, txid) => of(contractId).find((row) => row.txid === txid),
    byMerchantTxid: (contractId, merchantTxid) =>
      of(contractId).findLast((row) => sameId(row.merchantTxid, merchantTxid)),
    refund: (contractId, refundId) =>
      refundsOf(contractId).find((row) => row.refundId === refundId),
    byMerchantRefundId: (contractId, merchantRefundId) =>
      refundsOf(contractId).findLast((row) => sameId(row.merchantRefundId, merchantRefundId)),
    named(ref) {
      const row =
        rows.find(({ txid }) => txid === ref) ??
        rows.findLast(({ merchantTxid }) => sameId(merchantTxid, ref))
      return found(row, 'PPRO', ref)
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

function sameId(id: string | null, wanted: string): boolean {
  return id?.toLowerCase() === wanted.toLowerCase()
}

const CLOSING_REASONS: readonly (FailReason | null)[] = ['TIMEOUT', 'CANCELED', 'USER_ABORT']

function bookedPayment(row: TransactionRow): Books['payments'][number] {
  const failed = CLOSING_REASONS.includes(row.failReason) ? 'closed' : 'failed'
  const states = { PENDING: 'open', SUCCEEDED: 'paid', FAILED: failed } as const
  return {
    id: row.txid,
    account: row.contractId,
    reference: row.merchantTxid,
    amount: row.amount,
    state: states[row.status],
    status: row.failReason === null ? row.status : `${row.status}/${row.failReason}`,
    refundedMinor: refundedMinor(row, ['SUCCEEDED']),
    createdAtMs: row.createdAtMs,
    paidAtMs: row.status === 'SUCCEEDED' ? row.finalAtMs : null,
  }
}

function bookedRefund(row: RefundRow): Books['refunds'][number] {
  return {
    id: row.refundId,
    paymentId: row.transaction.txid,
    reference: row.merchantRefundId,
    amount: row.amount,
    state: row.status === 'SUCCEEDED' ? 'succeeded' : 'failed',
    status: row.failReason === null ? row.status : `${row.status}/${row.failReason}`,
  }
}
