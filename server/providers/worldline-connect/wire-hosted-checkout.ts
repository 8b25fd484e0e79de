import { z } from 'zod'
import { paymentSchema, type WireCreatePaymentRequest } from './wire.ts'

/** Hosted checkouts and third-party status: Server API v1 and Node SDK 5.2.0, read 2026-06. */

export interface WireHostedCheckoutRequest {
  readonly order: WireCreatePaymentRequest['order']
  readonly hostedCheckoutSpecificInput: {
    readonly locale: string
    /** Their page tells the outcome only where nobody waits for the payer. */
    readonly showResultPage: false
    readonly returnUrl?: string
    readonly paymentProductFilters: { readonly restrictTo: { readonly products: readonly [863] } }
  }
}

export const createdHostedCheckoutSchema = z.object({
  hostedCheckoutId: z.string().min(1),
  /** Comes back with the payer. */
  RETURNMAC: z.string().min(1),
  /** Without scheme; `https://payment.` belongs before it. */
  partialRedirectUrl: z.string().min(1),
})
export type WireCreatedHostedCheckout = z.infer<typeof createdHostedCheckoutSchema>

export const hostedCheckoutSchema = z.object({
  status: z.string().min(1),
  createdPaymentOutput: z.object({ payment: paymentSchema.nullish() }).nullish(),
})
export type WireHostedCheckout = z.infer<typeof hostedCheckoutSchema>

export const thirdPartyStatusSchema = z.object({ thirdPartyStatus: z.string().min(1) })
