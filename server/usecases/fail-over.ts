import type { StoreTransaction } from '../store/store.ts'
import type { NothingCreated } from './ask-provider.ts'
import type { Deps } from './deps.ts'
import { type Asking, attemptsUnder, newPayment, type Plan } from './new-payment.ts'

/**
 * The next attempt, at the next account that was not asked under this key: only after an attempt of
 * which surely nothing was created, so that never two of them can be paid. The end of the one and the
 * begin of the other are one write: a process that dies leaves either both or none, and a repeat with
 * the same key goes on from there. Null where no account is left, the order cannot be paid any more,
 * or somebody else has touched the attempt meanwhile and may have asked as well.
 */
export async function failOver(
  deps: Deps,
  plan: Plan,
  nothing: NothingCreated,
): Promise<Asking | null> {
  const next = await deps.store.transaction((tx) => succeed(tx, deps, { plan, nothing }))
  if (next) {
    const { paymentId, accountId } = nothing.payment
    deps.logger.info('payment.failedOver', { paymentId, accountId, outcome: nothing.outcome })
  }
  return next
}

async function succeed(
  tx: StoreTransaction,
  deps: Deps,
  { plan, nothing }: { plan: Plan; nothing: NothingCreated },
): Promise<Asking | null> {
  const { wish, accounts } = plan
  const { orderRef, paymentId, version } = nothing.payment
  const nowMs = deps.clock.nowMs()
  const order = await tx.lockOrder(orderRef)
  const now = await tx.lockPayment(paymentId)
  if (order?.status !== 'open' || order.expiresAtMs <= nowMs) return null
  if (now?.status !== 'created' || now.version !== version) return null
  const attempts = attemptsUnder(wish.idempotencyKey, await tx.paymentsOfOrder(orderRef))
  const account = accounts.find(({ provider }) =>
    attempts.every(({ accountId }) => accountId !== provider.accountId),
  )
  if (!account) return null

  const reason = nothing.outcome === 'rejected' ? 'rejected' : 'providerFault'
  await tx.updatePayment({ ...now, status: 'failed', reason, dueAtMs: null })
  const payment = newPayment(deps, wish, { order, account, attempt: attempts.length + 1 })
  await tx.insertPayment(payment)
  await tx.insertEvents(
    [
      { type: 'payment.failed', orderRef, paymentId, refundId: null },
      { type: 'payment.created', orderRef, paymentId: payment.paymentId, refundId: null },
    ],
    nowMs,
  )
  return { payment, order, fresh: true }
}
