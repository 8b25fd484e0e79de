import type { RefundFact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import { REFUND_EDGES } from '../domain/transitions.ts'
import { ProviderError } from '../providers/errors.ts'
import type { Provider } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { look } from './look.ts'
import { referenceOf } from './payment-reference.ts'
import { retryAtMs } from './query-schedule.ts'
import { recordFact } from './record-facts.ts'

/** While a refund call may be running, no worker makes another one. */
export const REFUND_LEASE_MS = 30_000
const FOLLOW_GAPS_MS = [5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const

/**
 * Takes a written refund one step further: sends it, or asks what became of it. The number is the
 * same on every repeat, and a provider without idempotency is asked before it is sent again. Never
 * throws for a provider's trouble; the row comes back later.
 */
export async function executeRefund(
  deps: Deps,
  refund: Refund,
  { fresh }: { fresh: boolean },
): Promise<void> {
  const payment = await deps.store.payment(refund.paymentId)
  const provider = payment && deps.accounts.byId(payment.accountId)?.provider
  if (!payment || !provider) return
  try {
    const fact = await nextFact(deps, { provider, payment, refund, fresh })
    await deps.store.transaction(async (tx) => {
      await recordFact(tx, deps, fact)
    })
    await followIfOpen(deps, refund)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    const firstTry = fresh || !refund.sent
    await afterError(deps, { payment, refund, error, firstTry })
  }
}

interface Step {
  readonly provider: Provider
  readonly payment: Payment
  readonly refund: Refund
  readonly fresh: boolean
}

async function nextFact(deps: Deps, step: Step): Promise<RefundFact> {
  const { provider, payment, refund, fresh } = step
  if (!provider.refund) {
    throw new ProviderError({
      outcome: 'rejected',
      accountId: payment.accountId,
      message: 'This account makes no refunds.',
    })
  }
  const { outRefundNo, providerRefundId, amount, reason } = refund
  const reference = { payment: referenceOf(payment), outRefundNo, providerRefundId, amount }
  const mustLook =
    refund.status !== 'requested' ||
    (refund.sent && !fresh && provider.capabilities.idempotency !== 'key')
  const queryRefund = provider.queryRefund?.bind(provider)
  if (mustLook && queryRefund) {
    const fact = await look(() => queryRefund(reference))
    if (fact) return fact
    if (refund.status !== 'requested') throw notThereYet(payment)
  }
  if (!refund.sent) await markSent(deps, refund)
  return provider.refund({ payment: referenceOf(payment), outRefundNo, amount, reason })
}

function notThereYet(payment: Payment): ProviderError {
  return new ProviderError({
    outcome: 'unknown',
    accountId: payment.accountId,
    message: 'The provider does not know the refund it accepted; asking again later.',
  })
}

/** On disk before the first byte leaves: after a crash we know that we must look. */
async function markSent(deps: Deps, { refundId, paymentId }: Refund): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockPayment(paymentId)
    const refund = await tx.lockRefund(refundId)
    if (!refund) return
    await tx.updateRefund({
      ...refund,
      sent: true,
      dueAtMs: deps.clock.nowMs() + REFUND_LEASE_MS,
    })
  })
}

async function followIfOpen(deps: Deps, { refundId, paymentId }: Refund): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockPayment(paymentId)
    const refund = await tx.lockRefund(refundId)
    if (!refund) return
    const isFinal = Object.keys(REFUND_EDGES[refund.status]).length === 0
    if (isFinal) {
      if (refund.dueAtMs !== null) await tx.updateRefund({ ...refund, dueAtMs: null })
      return
    }
    const gapMs = FOLLOW_GAPS_MS[Math.min(refund.attempts, FOLLOW_GAPS_MS.length - 1)] ?? 60_000
    await tx.updateRefund({
      ...refund,
      attempts: refund.attempts + 1,
      dueAtMs: deps.clock.nowMs() + gapMs,
    })
  })
}

async function afterError(
  deps: Deps,
  trouble: { payment: Payment; refund: Refund; error: ProviderError; firstTry: boolean },
): Promise<void> {
  const { payment, refund, error, firstTry } = trouble
  const nowMs = deps.clock.nowMs()
  deps.logger.warn('refund.callFailed', {
    refundId: refund.refundId,
    accountId: payment.accountId,
    outcome: error.outcome,
    reason: error.providerCode ?? 'none',
  })
  await deps.store.transaction(async (tx) => {
    await tx.lockPayment(payment.paymentId)
    const now = await tx.lockRefund(refund.refundId)
    if (!now) return
    const refused = error.outcome === 'rejected' && now.status === 'requested'
    if (!refused) {
      const dueAtMs = Math.max(retryAtMs(now.attempts, nowMs), nowMs + (error.retryAfterMs ?? 0))
      // What surely never left needs no look before it is sent again.
      const sent = now.sent && !(error.outcome === 'notSent' && firstTry)
      await tx.updateRefund({ ...now, sent, attempts: now.attempts + 1, dueAtMs })
      return
    }
    await tx.updateRefund({ ...now, status: 'failed', advice: error.message, dueAtMs: null })
    const { orderRef, paymentId } = payment
    await tx.insertEvents(
      [{ type: 'refund.failed', orderRef, paymentId, refundId: refund.refundId }],
      nowMs,
    )
  })
}
