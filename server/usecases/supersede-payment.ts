import type { CloseReason } from '../../shared/payment-status.ts'
import type { PaymentFact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import { isLive } from '../domain/transitions.ts'
import { ProviderError } from '../providers/errors.ts'
import { closeUnpayableOrder } from './close-unpayable-order.ts'
import type { Deps } from './deps.ts'
import { referenceOf } from './payment-reference.ts'
import { recordFact } from './record-facts.ts'

/** How long after a payment's own end the provider is asked a last time. */
export const LAST_LOOK_MS = 60_000

/**
 * Ends a live payment: at the provider where it can, and here in any case. A success that arrives
 * later is still believed (the payment keeps a last look at its provider), so no money is lost.
 */
export async function closeLivePayment(
  deps: Deps,
  payment: Payment,
  reason: CloseReason,
): Promise<void> {
  const fact = await closeAtProvider(deps, payment)
  await deps.store.transaction(async (tx) => {
    // "Cancelled" is only the provider's yes to our own wish; the reason is ours.
    if (fact && fact.status !== 'cancelled') await recordFact(tx, deps, fact)
    const order = await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (!order || !now || !isLive(now.status)) return
    await tx.updatePayment({
      ...now,
      status: 'closed',
      reason,
      dueAtMs: lookAfterClosingMs(now, deps.clock.nowMs()),
      attempts: 0,
    })
    const { orderRef, paymentId } = now
    await tx.insertEvents(
      [{ type: 'payment.closed', orderRef, paymentId, refundId: null }],
      deps.clock.nowMs(),
    )
    await closeUnpayableOrder(tx, deps, orderRef)
  })
}

/**
 * The last look at what was closed. A question that waits for an answer already, such as one that a
 * notification caused, is not put off by it.
 */
function lookAfterClosingMs({ expiresAtMs, dueAtMs, attempts }: Payment, nowMs: number): number {
  const lastLookMs = Math.max(nowMs, expiresAtMs) + LAST_LOOK_MS
  const isAsking = dueAtMs !== null && (attempts > 0 || dueAtMs <= nowMs)
  return isAsking ? Math.min(dueAtMs, lastLookMs) : lastLookMs
}

/** What the provider says of the payment once asked to end it; null when it cannot tell. */
export async function closeAtProvider(deps: Deps, payment: Payment): Promise<PaymentFact | null> {
  const account = deps.accounts.byId(payment.accountId)
  // Without a number of theirs it may still be there, by ours: WeChat Pay has none before it is paid.
  if (!account?.provider.closePayment) return null
  try {
    return await account.provider.closePayment(referenceOf(payment))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.logger.warn('payment.closeFailed', {
      paymentId: payment.paymentId,
      accountId: payment.accountId,
      outcome: error.outcome,
    })
    return null
  }
}
