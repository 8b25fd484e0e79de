import type { Money } from '../shared/money.ts'
import type { Faults } from './faults.ts'
import type { Notifier } from './notifier.ts'

/**
 * What every provider simulator offers to tests and to the control API, whatever its wire protocol.
 * A payment is named by the provider's number or by the merchant's reference; where a reference was
 * used several times, the newest payment is meant. All verbs throw SandboxError.
 */
export interface ProviderSimulator {
  readonly name: string
  /** Where its wire protocol is spoken. */
  readonly url: string
  readonly faults: Faults
  readonly notifications: Notifier
  /** The provider's own books, for comparing them with the merchant's. */
  books(): Books
  /** The payer pays, in the wallet where it can, else by the platform's own callback. */
  pay(ref: string, payer?: PayerChoice): Promise<void>
  /** The payer tries and has no luck; the payment stays open. */
  failTry(ref: string, reason?: string): void
  /** The payment's time is over now. */
  expire(ref: string): void
  /** The provider or WeChat turns the payment down for good. */
  decline(ref: string): void
  /** Somebody else claims, with a wrong signature, that the payment was paid. */
  forgePaid(ref: string): void
  /** Counts of its own that tests look at, such as `pollingViolations`. */
  figures(): Readonly<Record<string, number>>
  /** The switches for what the documents leave open. */
  behaviour(): Readonly<Record<string, unknown>>
  /** Sets some switches. Throws ZodError on an unknown switch or value. */
  configure(changes: Readonly<Record<string, unknown>>): void
  /** Forgets payments, refunds, notifications, faults and changed switches; accounts stay. */
  reset(): void
  close(): Promise<void>
}

export interface PayerChoice {
  /** A person known to the simulated WeChat; where missing, the one it is for, or anybody. */
  readonly person?: string
}

export interface Books {
  readonly payments: readonly BookedPayment[]
  readonly refunds: readonly BookedRefund[]
}

export interface BookedPayment {
  readonly id: string
  /** The provider's name for the merchant's account. */
  readonly account: string
  readonly reference: string | null
  readonly amount: Money
  readonly state: 'open' | 'paid' | 'failed' | 'closed'
  /** The provider's own word for the state. */
  readonly status: string
  /** Sum of refunds that are done. */
  readonly refundedMinor: number
  readonly createdAtMs: number
  readonly paidAtMs: number | null
}

export interface BookedRefund {
  readonly id: string
  readonly paymentId: string
  readonly reference: string | null
  readonly amount: Money
  readonly state: 'pending' | 'succeeded' | 'failed'
  readonly status: string
}

/** A wish that the sandbox cannot fulfil; `status` is the HTTP status for the control API. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/**
 * Pays a prepayment from a wallet, as the phone's cashier would; without a person, the one that the
 * prepayment is for, or whoever holds the phone. Throws WechatRefusal in WeChat's words.
 */
export type WalletPay = (prepayId: string, person?: string) => void
