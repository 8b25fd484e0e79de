import type { Money } from '../../shared/money.ts'
import type { PaymentFact, RefundFact } from './fact.ts'

/**
 * One row of a provider's own books, in our words. Amounts are integer minor units with a sign:
 * above zero is money towards the merchant, below zero is money away.
 */
export type SettlementRow = SettlementColumns &
  (
    | { readonly kind: 'payment'; readonly status: PaymentFact['status'] }
    | { readonly kind: 'refund'; readonly status: RefundFact['status'] }
    /** Fees, chargebacks, payouts to the bank and sums over rows: kept, and no fact. */
    | { readonly kind: 'fee' | 'chargeback' | 'payout' | 'total'; readonly status: null }
  )

interface SettlementColumns {
  readonly accountId: string
  /** Unique within the account, and the same however often the row is read. */
  readonly rowId: string
  /** The file or bill it stands in, such as `tradebill 2026-06-24`, and its line from 1. */
  readonly source: string
  readonly line: number
  readonly outTradeNo: string | null
  readonly providerPaymentId: string | null
  readonly outRefundNo: string | null
  readonly providerRefundId: string | null
  readonly appId: string | null
  readonly occurredAtMs: number | null
  /** In the currency of the payment; null where the source tells only what was settled. */
  readonly amount: Money | null
  /** In the currency that reaches the bank, before or after fees as the source has it. */
  readonly settled: Money | null
  readonly fee: Money | null
  /** Exact decimal as the provider wrote it. */
  readonly rate: string | null
  /** The provider's own words for kind and status, for people. */
  readonly providerStatus: string
  /** Marks a word that our tables do not have: kept, reported, and no fact. */
  readonly unknownStatus: boolean
}

/** What was read out of one file or day. */
export interface SettlementReport {
  readonly rows: readonly SettlementRow[]
  /** Rows that could not be read, and sums that do not add up; a person should look at each. */
  readonly problems: readonly SettlementProblem[]
}

export interface SettlementProblem {
  readonly source: string
  /** Null where the whole source is meant. */
  readonly line: number | null
  readonly message: string
}

/** What became of a row here. */
export const SETTLEMENT_STATES = ['matched', 'unmatched', 'quarantined', 'noted'] as const

/**
 * A row as it is kept, with the payment and the refund of ours that it speaks of. `unmatched`: it
 * names none of ours (yet). `quarantined`: it contradicts what we know, and moved nothing. `noted`:
 * it speaks of no single payment, such as a payout or a sum.
 */
export interface SettlementEntry {
  readonly row: SettlementRow
  readonly state: (typeof SETTLEMENT_STATES)[number]
  readonly paymentId: string | null
  readonly refundId: string | null
  /** What a person should look at, in one word, such as `amountMismatch`. */
  readonly problem: string | null
  readonly importedAtMs: number
}
