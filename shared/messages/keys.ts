import type { CheckoutErrorCode, CheckoutResult, SurfaceReason } from '../client/types.ts'
import type { CreateCheckoutPaymentRequest, Reason } from '../contract/payments.ts'
import type { Environment } from '../environment.ts'
import type { Verdict } from '../payment-status.ts'

export type Locale = NonNullable<CreateCheckoutPaymentRequest['locale']>

/** What a text needs to be filled with. Keys that are not here take nothing. */
export interface MessageParams {
  /** The amount as `formatMoney` writes it. */
  readonly 'button.payAmount': { readonly amount: string }
  /** Minutes and seconds, `4:05`. */
  readonly 'qr.remaining': { readonly time: string }
  readonly 'support.requestId': { readonly requestId: string }
}

type Advice = Extract<Environment, { advice: string }>['advice']
type Button = 'pay' | 'payAgain' | 'checkAgain' | 'backToShop' | 'close' | 'newCode'

/**
 * Every text that a payer may meet. A word added to the contract adds a key here, and the catalogues
 * do not compile until both languages have it.
 */
export type MessageKey =
  | `verdict.${Verdict}`
  | `reason.${Reason}`
  | `surface.${Exclude<CheckoutResult['surface'], 'none'>}`
  | `surfaceReason.${SurfaceReason}`
  | `problem.${CheckoutErrorCode}`
  | `environment.${Advice}`
  | `button.${Button}`
  | 'progress.creating'
  | 'progress.confirming'
  | 'qr.scan'
  | keyof MessageParams

export type Messages = Readonly<Record<MessageKey, string>>
