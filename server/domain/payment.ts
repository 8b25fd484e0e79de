import type { Reason } from '../../shared/contract/payments.ts'
import type { Locale } from '../../shared/locale.ts'
import type { Money } from '../../shared/money.ts'
import type { PaymentStatus, Scene } from '../../shared/payment-status.ts'
import type { ClientAction } from './client-action.ts'
import type { SettlementAmounts } from './fact.ts'

/** One attempt to collect an order through one provider account in one scene. */
export interface Payment {
  readonly paymentId: string
  readonly orderRef: string
  readonly accountId: string
  readonly scene: Scene
  readonly status: PaymentStatus
  readonly reason: Reason | null
  readonly amount: Money
  /** Our number at the provider: lower-case letters and digits, unique for ever, at most 30. */
  readonly outTradeNo: string
  readonly providerPaymentId: string | null
  /** A further number of theirs, where their notifications may name the payment by it alone. */
  readonly providerReference?: string
  /** Who pays; null on scenes without a WeChat identity. */
  readonly payer: { readonly appId: string; readonly openid: string } | null
  /** The appId that the provider's answer must carry, where it carries one. */
  readonly appId: string | null
  readonly clientAction: ClientAction | null
  /** Small secrets of this one payment that its provider wants back, such as a redirect secret. */
  readonly providerState: Readonly<Record<string, string>>
  /** All that the provider needs to be asked again for exactly the same payment. */
  readonly request: PaymentRequest
  readonly idempotencyKey: string
  readonly duplicate: boolean
  readonly late: boolean
  readonly settlement: SettlementAmounts | null
  readonly createdAtMs: number
  readonly expiresAtMs: number
  readonly paidAtMs: number | null
  /** When a worker should look at it next; null when nothing is due. */
  readonly dueAtMs: number | null
  readonly attempts: number
  readonly lastQueryAtMs: number | null
  /** Grows by one with every change; guards concurrent writers. */
  readonly version: number
}

/** What a payment asks of its provider; stored with it, so that a repeat is the same request. */
export interface PaymentRequest {
  readonly description: string
  readonly locale: Locale
  /** Public address of the payer, IPv4 or IPv6; IPv4-mapped addresses are unwrapped. */
  readonly payerIp: string
  readonly returnUrl: string
  readonly notifyUrl: string
  readonly deviceIsMobile: boolean
  /** What was scanned from the payer's phone, in the scene `paymentCode`; good for a minute. */
  readonly paymentCode: string | null
}
