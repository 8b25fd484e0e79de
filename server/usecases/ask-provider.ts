import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { ProviderError } from '../providers/errors.ts'
import type { CreatedPayment, Provider } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { look } from './look.ts'
import { inputOf, referenceOf } from './payment-reference.ts'
import { nextLookAtMs } from './query-schedule.ts'
import { recordFact } from './record-facts.ts'

/** While a call for a `created` payment may be running, nobody else makes one. */
export const CALL_LEASE_MS = 15_000
const RETRY_AFTER_MS = 2_000

/** The provider has the payment, but the answer that the payer needs is lost for good. */
export class Unpresentable extends Error {
  override readonly name = 'Unpresentable'
  readonly payment: Payment
  constructor(payment: Payment) {
    super('the payment exists, and cannot be presented')
    this.payment = payment
  }
}

/**
 * Asks the provider for a payment that is on disk, and records the answer. After an unknown outcome
 * it repeats only as the provider's idempotency allows: with the same key, or after a look that
 * found nothing. Throws UseCaseError or Unpresentable.
 */
export async function askProvider(
  deps: Deps,
  { payment, order, fresh }: { payment: Payment; order: Order; fresh: boolean },
): Promise<Payment> {
  const account = deps.accounts.byId(payment.accountId)
  if (!account) throw new UseCaseError('accountNotFound')
  const { provider } = account
  try {
    if (!fresh) {
      const found = await lookFirst(deps, provider, payment)
      if (found) return found
    }
    return await record(deps, payment, await provider.createPayment(inputOf(payment, order)))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return afterError(deps, { provider, payment, order, error })
  }
}

interface Trouble {
  readonly provider: Provider
  readonly payment: Payment
  readonly order: Order
  readonly error: ProviderError
}

async function afterError(deps: Deps, trouble: Trouble): Promise<Payment> {
  const { provider, payment, order, error } = trouble
  deps.logger.warn('payment.createFailed', {
    paymentId: payment.paymentId,
    accountId: payment.accountId,
    outcome: error.outcome,
    reason: error.providerCode ?? 'none',
  })
  switch (error.outcome) {
    case 'rejected':
      await fail(deps, payment)
      throw new UseCaseError('providerRejected', { detail: error.message, cause: error })
    case 'notSent':
      await postpone(deps, payment)
      throw new UseCaseError('providerUnavailable', {
        retryAfterMs: error.retryAfterMs ?? RETRY_AFTER_MS,
        cause: error,
      })
    case 'unknown':
    case 'unverifiable':
      return settleUnknown(deps, { provider, payment, order, error })
  }
}

/** One more try at once, in the way that cannot pay twice; then the rest is for the worker. */
async function settleUnknown(deps: Deps, trouble: Trouble): Promise<Payment> {
  const { provider, payment, order } = trouble
  try {
    await holdLine(deps, payment)
    const found = await lookFirst(deps, provider, payment)
    if (found) return found
    if (provider.capabilities.idempotency !== 'none') {
      await holdLine(deps, payment)
      return await record(deps, payment, await provider.createPayment(inputOf(payment, order)))
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.outcome === 'rejected') {
      await fail(deps, payment)
      throw new UseCaseError('providerRejected', { detail: error.message, cause: error })
    }
  }
  await postpone(deps, payment)
  throw new UseCaseError('providerOutcomeUnknown', {
    retryAfterMs: trouble.error.retryAfterMs ?? RETRY_AFTER_MS,
    cause: trouble.error,
  })
}

/** With a key a repeat is its own look; everywhere else our number is looked up first. */
async function lookFirst(
  deps: Deps,
  provider: Provider,
  payment: Payment,
): Promise<Payment | null> {
  if (provider.capabilities.idempotency === 'key') return null
  const fact = await look(() => provider.queryPayment(referenceOf(payment)))
  if (!fact) {
    if (provider.capabilities.idempotency === 'lookup') return null
    throw new UseCaseError('providerOutcomeUnknown', { retryAfterMs: RETRY_AFTER_MS })
  }
  const recorded = await record(deps, payment, { fact, clientAction: null, providerState: {} })
  if (recorded.status === 'pending') throw new Unpresentable(recorded)
  return recorded
}

/** Another call begins: nobody else may make one until it must be over. */
function holdLine(deps: Deps, payment: Payment): Promise<void> {
  return rewriteCreated(deps, payment, { dueAtMs: deps.clock.nowMs() + CALL_LEASE_MS })
}

async function record(deps: Deps, payment: Payment, created: CreatedPayment): Promise<Payment> {
  const nowMs = deps.clock.nowMs()
  const account = deps.accounts.byId(payment.accountId)
  const expiresAtMs = created.clientAction?.expiresAtMs ?? payment.expiresAtMs
  await deps.store.transaction((tx) =>
    recordFact(tx, deps, created.fact, (current, recorded) => {
      if (recorded === 'quarantined') return current
      const answered = {
        ...current,
        clientAction: created.clientAction ?? current.clientAction,
        providerState: { ...current.providerState, ...created.providerState },
        expiresAtMs,
        attempts: 0,
      }
      if (answered.status !== 'pending' || !account) return answered
      const { query } = account.provider.capabilities
      return { ...answered, dueAtMs: nextLookAtMs(answered, query, nowMs) }
    }),
  )
  const stored = await deps.store.payment(payment.paymentId)
  if (stored && stored.status !== 'created') return stored
  await fail(deps, payment)
  throw new UseCaseError('providerRejected', {
    detail: 'The provider answered for something else than was asked; the answer is set aside.',
  })
}

async function fail(deps: Deps, payment: Payment): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (now?.status !== 'created') return
    await tx.updatePayment({ ...now, status: 'failed', reason: 'rejected', dueAtMs: null })
    const { orderRef, paymentId } = payment
    await tx.insertEvents(
      [{ type: 'payment.failed', orderRef, paymentId, refundId: null }],
      deps.clock.nowMs(),
    )
  })
}

/** Gives the line free: a repeat with the same key may resume at once, and so may the worker. */
function postpone(deps: Deps, payment: Payment): Promise<void> {
  return rewriteCreated(deps, payment, {
    attempts: 1,
    dueAtMs: deps.clock.nowMs() + RETRY_AFTER_MS,
  })
}

async function rewriteCreated(
  deps: Deps,
  payment: Payment,
  change: Partial<Pick<Payment, 'attempts' | 'dueAtMs'>>,
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (now?.status === 'created') await tx.updatePayment({ ...now, ...change })
  })
}
