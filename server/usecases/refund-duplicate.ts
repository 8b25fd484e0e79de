import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import type { StoreTransaction } from '../store/store.ts'
import type { Deps } from './deps.ts'
import { newRefund } from './new-refund.ts'

const REASON = 'the order was paid twice'

/** A second success for one order: its money goes back by itself, written with the success. */
export async function refundDuplicate(
  tx: StoreTransaction,
  deps: Deps,
  payment: Payment,
): Promise<void> {
  const refund = wholeRefund(deps, payment, `duplicate ${payment.paymentId}`)
  await tx.insertRefund({ ...refund, dueAtMs: refund.createdAtMs })
  await announce(tx, payment, { refund, as: ['refund.requested'] })
}

/**
 * A second success whose refund has failed is not kept for that: the same sum is reserved again,
 * under a new number, and waits for the merchant, who has it sent when the cause is gone.
 */
export async function keepForPayer(
  tx: StoreTransaction,
  deps: Deps,
  { payment, failed, why }: { payment: Payment; failed: Refund; why: string },
): Promise<void> {
  if (!payment.duplicate || failed.status !== 'failed') return
  const refund = wholeRefund(deps, payment, `duplicate ${failed.refundId}`)
  const advice =
    `This order was paid twice, and the refund of the second payment failed (${why}). ` +
    'Once that is settled, continue this refund, and it is sent.'
  await tx.insertRefund({ ...refund, status: 'needsAction', advice })
  await announce(tx, payment, { refund, as: ['refund.requested', 'refund.needsAction'] })
}

function wholeRefund(deps: Deps, payment: Payment, idempotencyKey: string): Refund {
  const { ids, clock } = deps
  const { amount } = payment
  return newRefund({ payment, amount, reason: REASON, idempotencyKey, ids, nowMs: clock.nowMs() })
}

function announce(
  tx: StoreTransaction,
  { orderRef, paymentId }: Payment,
  { refund, as }: { refund: Refund; as: readonly ('refund.requested' | 'refund.needsAction')[] },
): Promise<void> {
  const { refundId, createdAtMs } = refund
  const events = as.map((type) => ({ type, orderRef, paymentId, refundId }))
  return tx.insertEvents(events, createdAtMs)
}
