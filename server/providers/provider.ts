import type { Money } from '../../shared/money.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { ClientAction } from '../domain/client-action.ts'
import type { Fact, PaymentFact, RefundFact } from '../domain/fact.ts'
import type { PaymentRequest } from '../domain/payment.ts'
import type { SettlementReport } from '../domain/settlement.ts'

/**
 * The port that every provider account implements. A provider is stateless and never sees the store;
 * it turns wishes into wire messages and wire messages into facts. Optional verbs are optional
 * methods: absence is the capability. All methods throw ProviderError and nothing else.
 */
export interface Provider {
  readonly accountId: string
  /** The provider's folder name, for people and logs; never branch on it. */
  readonly name: string
  readonly capabilities: Capabilities

  /** Asks for a payment. Repeating it is safe exactly as `capabilities.idempotency` says. */
  createPayment(input: CreatePaymentInput): Promise<CreatedPayment>
  /** The truth about one payment, or null where the provider surely never heard of it. */
  queryPayment(ref: PaymentReference): Promise<PaymentFact | null>
  /** Verifies on the exact bytes, then parses. Throws `unverifiable` on anything not genuine. */
  parseNotification(notification: RawNotification): ParsedNotification
  /** What the provider wants to hear once the notification is stored. */
  acknowledge(): HttpReply

  /** Ends an unpaid payment at the provider; the fact says what it is now (it may be paid). */
  closePayment?(ref: PaymentReference): Promise<PaymentFact>
  refund?(input: RefundInput): Promise<RefundFact>
  /** The truth about one refund, or null where the provider surely never heard of it. */
  queryRefund?(ref: RefundReference): Promise<RefundFact | null>
  /**
   * Carries on a refund that needs an action: approves it, or sends the money elsewhere. Throws
   * `rejected` where this refund cannot be carried on in that way, with what to do instead.
   */
  continueRefund?(ref: RefundReference, to: RefundDestination | null): Promise<RefundFact>
  /** The provider's own books, for one day or out of one of its files. Throws `rejected` on what
   * is none of its files, and `unverifiable` where a file is not what its sum says. */
  readSettlement?(request: SettlementRequest): Promise<SettlementReport>
  /** True when the payer's return to us is genuine, so that it may cost a query. */
  verifyReturn?(ref: PaymentReference, query: Readonly<Record<string, string>>): boolean
}

export interface Capabilities {
  readonly scenes: readonly Scene[]
  readonly currencies: readonly string[] | 'any'
  readonly amount: AmountLimits & {
    /** Where the limits of a currency differ. */
    readonly byCurrency?: Readonly<Record<string, AmountLimits>>
  }
  /** `poll`: may be asked, at most once per interval. `onEvent`: only after a notification, after
   * the payer's return, and once at expiry. */
  readonly query:
    | { readonly rule: 'poll'; readonly intervalMs: number }
    | { readonly rule: 'onEvent' }
  /** `key`: a repeat with the same number is answered the same. `lookup`: query by our number first. */
  readonly idempotency: 'key' | 'lookup' | 'none'
  readonly refunds: {
    readonly partial: boolean
    readonly repeated: boolean
    readonly windowMs: number
    /**
     * Null where a refund can be looked up by our number. Else a lost answer is learnt only by
     * repeating the call, and this is how long the provider knows that it is a repeat.
     */
    readonly keyMemoryMs: number | null
  } | null
  /** Where settlement is read from; empty without `readSettlement`. */
  readonly settlement: readonly SettlementRequest['kind'][]
  /** How long a payment can be paid when the provider's answer does not say. */
  readonly paymentLifetimeMs: number
  /** Scenes that need the payer's openid. */
  readonly needsOpenid: readonly Scene[]
  /** True where `providerPaymentId` of a paid payment is WeChat Pay's own `transaction_id`. */
  readonly tellsTransactionId?: true
}

export interface AmountLimits {
  readonly minMinor: number
  readonly maxMinor: number
}

/** Names one payment at its provider; the second number is missing while its answer is lost. */
export interface PaymentReference {
  readonly outTradeNo: string
  readonly providerPaymentId: string | null
  readonly providerState: Readonly<Record<string, string>>
  /** The further number that a fact of this payment told, such as that of the money taken. */
  readonly providerReference?: string
  readonly amount: Money
  readonly scene: Scene
}

/** A wish for one payment; equal on every repeat of the same payment. */
export interface CreatePaymentInput extends PaymentRequest {
  readonly orderRef: string
  readonly outTradeNo: string
  readonly scene: Scene
  readonly amount: Money
  readonly payer: { readonly appId: string; readonly openid: string } | null
  /** When the payment can no longer be paid, as far as we are concerned. */
  readonly expiresAtMs: number
}

export interface CreatedPayment {
  readonly fact: PaymentFact
  /** Null only where the payment is decided at once. */
  readonly clientAction: ClientAction | null
  readonly providerState: Readonly<Record<string, string>>
}

export interface RefundInput {
  readonly payment: PaymentReference
  readonly outRefundNo: string
  readonly amount: Money
  readonly reason: string | null
  /** An earlier try of this very refund may have arrived: for providers that want to be told. */
  readonly isRepeat?: boolean
}

export interface RefundReference {
  readonly payment: PaymentReference
  readonly outRefundNo: string
  readonly providerRefundId: string | null
  /** Tells this refund from others where the provider does not repeat our number. */
  readonly amount?: Money
  /** The provider's numbers of the payment's other refunds: this one is none of them. */
  readonly otherRefundIds?: readonly string[]
}

/** Where the money of a refund goes that cannot go back the way it came. */
export type RefundDestination =
  /** To the merchant's own account; the merchant pays the payer by other means. */
  | { readonly kind: 'merchantAccount' }
  | {
      readonly kind: 'payerBankCard'
      /** WeChat Pay's word for the bank, such as `ICBC_DEBIT`. */
      readonly bankType: string
      readonly accountNumber: string
      readonly holderName: string
    }

export type SettlementRequest =
  /** Fetched from the provider; the day is the provider's own, `YYYY-MM-DD`. */
  | { readonly kind: 'day'; readonly day: string }
  /** A file as the provider delivered it, with the name it gave it. */
  | { readonly kind: 'file'; readonly name: string; readonly bytes: Uint8Array }

/** A notification as it came over the wire, before anything touched it. */
export interface RawNotification {
  readonly method: 'GET' | 'POST'
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** What follows `?` in the address, without it; empty when there is none. */
  readonly query: string
  readonly body: Uint8Array
  readonly receivedAtMs: number
}

export type ParsedNotification =
  /** A check of the endpoint itself; answered and not stored. */
  | { readonly kind: 'handshake'; readonly reply: HttpReply }
  | {
      readonly kind: 'event'
      /** Unique per provider event, the same on every repeat of it. */
      readonly eventId: string
      readonly facts: readonly Fact[]
      /** Payments that the notification is a reason to query, with their open refunds (it carried
       * no status itself). */
      readonly queries: readonly NotifiedPayment[]
    }

/** The number by which a notification names a payment: theirs, ours, or both. */
export interface NotifiedPayment {
  readonly outTradeNo: string | null
  readonly providerPaymentId: string | null
  /** The further number that a fact of this payment told as its `providerReference`. */
  readonly providerReference?: string
  /** What the notification tells beside the numbers and a later query needs; added to the state. */
  readonly providerState?: Readonly<Record<string, string>>
}

export interface HttpReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
