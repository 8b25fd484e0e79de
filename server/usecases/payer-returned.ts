import type { Payment } from '../domain/payment.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { nudgeQuery } from './nudge-query.ts'
import { referenceOf } from './payment-reference.ts'

/**
 * The payer's browser came back from the provider. That proves nothing about the money; where the
 * return itself is genuine it is a reason to ask the provider. Throws `paymentNotFound`.
 */
export async function payerReturned(
  deps: Deps,
  paymentId: string,
  query: Readonly<Record<string, string>>,
): Promise<Payment> {
  const payment = await deps.store.payment(paymentId)
  const provider = payment && deps.accounts.byId(payment.accountId)?.provider
  if (!payment || !provider) throw new UseCaseError('paymentNotFound')
  if (provider.capabilities.query.rule === 'poll') {
    await nudgeQuery(deps, paymentId)
    return payment
  }
  if (!provider.verifyReturn?.(referenceOf(payment), query)) return payment
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(paymentId)
    // One return, one question: loading the address again asks nothing.
    if (now?.status !== 'pending' || now.providerState['returned'] === 'yes') return
    await tx.updatePayment({
      ...now,
      providerState: { ...now.providerState, returned: 'yes' },
      dueAtMs: deps.clock.nowMs(),
      attempts: 0,
    })
  })
  return payment
}
