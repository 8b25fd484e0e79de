import type { Deps } from './deps.ts'

/**
 * Makes a pending payment due for a query now, where its provider may be asked and was not asked
 * within its interval. Safe to call as often as anybody likes.
 */
export async function nudgeQuery(deps: Deps, paymentId: string): Promise<void> {
  const seen = await deps.store.payment(paymentId)
  const rule = seen && deps.accounts.byId(seen.accountId)?.provider.capabilities.query
  if (!seen || rule?.rule !== 'poll' || !isStale(seen, rule.intervalMs)) return
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(seen.orderRef)
    const payment = await tx.lockPayment(paymentId)
    if (!payment || !isStale(payment, rule.intervalMs)) return
    await tx.updatePayment({ ...payment, dueAtMs: deps.clock.nowMs() })
  })

  function isStale(
    payment: { status: string; lastQueryAtMs: number | null; dueAtMs: number | null },
    intervalMs: number,
  ): boolean {
    const nowMs = deps.clock.nowMs()
    const asked = payment.lastQueryAtMs !== null && payment.lastQueryAtMs + intervalMs > nowMs
    const due = payment.dueAtMs !== null && payment.dueAtMs <= nowMs
    return payment.status === 'pending' && !asked && !due
  }
}
