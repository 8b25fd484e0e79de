import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import type { CreatePaymentInput, PaymentReference } from '../providers/provider.ts'

/** How a payment is named to its provider. */
export function referenceOf(payment: Payment): PaymentReference {
  const { outTradeNo, providerPaymentId, providerState, providerReference, amount, scene } = payment
  const known = { outTradeNo, providerPaymentId, providerState, amount, scene }
  return providerReference === undefined ? known : { ...known, providerReference }
}

/** The wish that a payment is; the same on every repeat, since it is built from stored rows only. */
export function inputOf(payment: Payment, order: Order): CreatePaymentInput {
  const { orderRef, outTradeNo, scene, amount, payer, request } = payment
  return {
    ...request,
    orderRef,
    outTradeNo,
    scene,
    amount,
    payer,
    expiresAtMs: order.expiresAtMs,
  }
}
