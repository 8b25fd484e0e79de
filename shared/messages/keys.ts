import type { CheckoutErrorCode, SurfaceReason } from '../client/types.ts'
import type { Reason } from '../contract/payments.ts'
import type { Verdict } from '../payment-status.ts'

/** What a text needs to be filled with. Keys that are not here take nothing. */
export interface MessageParams {
  /** The amount as `formatMoney` writes it. */
  readonly 'button.payAmount': { readonly amount: string }
  /** Minutes and seconds, `4:05`. */
  readonly 'qr.remaining': { readonly time: string }
  readonly 'support.requestId': { readonly requestId: string }
}

type Button = 'payAgain' | 'checkAgain' | 'backToShop' | 'newCode'

/** What only a merchant's server can be told; a page that meets it says what `internal` says. */
type MerchantProblem =
  | 'invalidJson'
  | 'invalidAmount'
  | 'unauthenticated'
  | 'refundNotFound'
  | 'notGenuine'
  | 'orderRefTaken'
  | 'paymentNotPaid'
  | 'refundExceedsPaid'
  | 'refundNotWaiting'
  | 'refundUncertain'
  | 'webhookEndpointNotFound'
  | 'webhookDeliveryNotFound'
  | 'webhookEndpointDisabled'
  | 'tooManyWebhookEndpoints'
  | 'webhookUrlRefused'
  | 'auditRunning'
  | 'bodyTooLarge'
  | 'unsupportedMediaType'
  | 'refundUnsupported'
  | 'settlementUnsupported'
  | 'settlementUnreadable'
  | 'accountNotFound'
  | 'methodNotAllowed'
  | 'idempotencyKeyMissing'
  | 'orderNotPaid'
  | 'shipmentConflict'
  | 'shipmentUnsupported'
  | 'pageNotOurs'

/**
 * Every text that a payer may meet. A word added to the contract adds a key here, and the catalogues
 * do not compile until every language has it, or it is named as the merchant's own.
 */
export type MessageKey =
  | `verdict.${Verdict}`
  | `reason.${Reason}`
  | `surfaceReason.${SurfaceReason}`
  | `problem.${CheckoutErrorCode}`
  | `button.${Button}`
  | 'progress.creating'
  | 'progress.confirming'
  | 'qr.scan'
  | keyof MessageParams

export type Messages = Readonly<Record<Exclude<MessageKey, `problem.${MerchantProblem}`>, string>>
