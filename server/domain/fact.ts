import type { Money } from '../../shared/money.ts'

/** Money as it reached the bank, where the provider tells: minor units, and the rate as text. */
export interface SettlementAmounts {
  /** What the payer's wallet was debited with. */
  readonly source: Money | null
  readonly settled: Money | null
  /** Exact decimal as the provider wrote it, such as `6.44145000`. */
  readonly rate: string | null
}

/** Which verified source says so. */
export type FactSource = 'create' | 'notification' | 'query' | 'close' | 'settlement'

/** What a verified source says about one payment. The only way for a payment to become paid. */
export interface PaymentFact {
  readonly kind: 'payment'
  readonly source: FactSource
  readonly accountId: string
  /** At least one of the two numbers is there; where both are, both must match. */
  readonly outTradeNo: string | null
  readonly providerPaymentId: string | null
  /** A further number of theirs, where their notifications may name the payment by it alone. */
  readonly providerReference?: string
  readonly status: 'pending' | 'paid' | 'failed' | 'cancelled' | 'expired'
  /** Required with `paid`: what the provider took. Compared before anything is believed. */
  readonly amount: Money | null
  /** The app it was paid in, where the provider says; compared when there. */
  readonly appId: string | null
  readonly occurredAtMs: number | null
  readonly settlement: SettlementAmounts | null
  /** The provider's own word, for people. `unknown` marks a word that our table does not have. */
  readonly providerStatus: string
  readonly unknownStatus: boolean
}

/** What a verified source says about one refund. */
export interface RefundFact {
  readonly kind: 'refund'
  readonly source: FactSource
  readonly accountId: string
  readonly outRefundNo: string | null
  readonly providerRefundId: string | null
  /** The payment it belongs to, where the source says. */
  readonly providerPaymentId: string | null
  readonly status: 'processing' | 'succeeded' | 'failed' | 'needsAction'
  readonly amount: Money | null
  readonly advice: string | null
  readonly settlement: SettlementAmounts | null
  readonly providerStatus: string
  readonly unknownStatus: boolean
}

export type Fact = PaymentFact | RefundFact

/** Two words that are both known and not the same. */
export function contradict(left: string | null, right: string | null): boolean {
  return left !== null && right !== null && left !== right
}

/** What several sources tell piece by piece; what was told first stays. */
export function joinSettlement(
  known: SettlementAmounts | null,
  told: SettlementAmounts | null,
): SettlementAmounts | null {
  if (known === null || told === null) return known ?? told
  return {
    source: known.source ?? told.source,
    settled: known.settled ?? told.settled,
    rate: known.rate ?? told.rate,
  }
}
