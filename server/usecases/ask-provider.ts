import type { Order } from '../domain/order.ts'
import type { Payment } from '../domain/payment.ts'
import { ProviderError } from '../providers/errors.ts'
import type { CreatedPayment, Provider } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { look } from './look.ts'
import { type Asking, CALL_LEASE_MS } from './new-payment.ts'
import { inputOf, referenceOf } from './payment-reference.ts'
import { endOf, momentOf, nextLookAtMs } from './query-schedule.ts'
import { recordFact } from './record-facts.ts'
import { LAST_LOOK_MS } from './supersede-payment.ts'

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
 * The provider surely has no such payment: this call was refused or never sent, and every call before
 * it is accounted for. The row is still as it was; see `giveUp`.
 */
export class NothingCreated extends Error {
  override readonly name = 'NothingCreated'
  readonly payment: Payment
  readonly outcome: 'rejected' | 'notSent'
  /** What the caller hears where no other account can be asked. */
  readonly refusal: UseCaseError
  constructor(payment: Payment, outcome: 'rejected' | 'notSent', refusal: UseCaseError) {
    super('nothing was created', { cause: refusal })
    this.payment = payment
    this.outcome = outcome
    this.refusal = refusal
  }
}

/**
 * Asks the provider for a payment that is on disk, and records the answer. After an unknown outcome
 * it repeats only as the provider's idempotency allows: with the same key, or after a look that
 * found nothing. Throws UseCaseError, Unpresentable or NothingCreated.
 */
export async function askProvider(deps: Deps, { payment, order, fresh }: Asking): Promise<Payment> {
  const account = deps.accounts.byId(payment.accountId)
  if (!account) throw new UseCaseError('accountNotFound')
  const { provider } = account
  let absent = fresh
  try {
    if (!fresh) {
      const found = await lookFirst(deps, provider, payment)
      if (found) return found
      absent = wasLookedUp(provider)
    }
    return await record(deps, payment, await provider.createPayment(inputOf(payment, order)))
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return afterError(deps, { provider, payment, order, error, absent })
  }
}

/** Ends an attempt that came to nothing, or keeps it for a repeat where nothing was sent. */
export function giveUp(deps: Deps, { payment, outcome }: NothingCreated): Promise<void> {
  return outcome === 'rejected' ? fail(deps, payment, 'surelyAbsent') : postpone(deps, payment)
}

interface Trouble {
  readonly provider: Provider
  readonly payment: Payment
  readonly order: Order
  readonly error: ProviderError
  /** True where the provider surely had no such payment before the call that failed. */
  readonly absent: boolean
}

async function afterError(deps: Deps, trouble: Trouble): Promise<Payment> {
  const { payment, error, absent } = trouble
  deps.logger.warn('payment.createFailed', {
    paymentId: payment.paymentId,
    accountId: payment.accountId,
    outcome: error.outcome,
    reason: error.providerCode ?? 'none',
  })
  switch (error.outcome) {
    case 'rejected':
      if (absent) throw new NothingCreated(payment, 'rejected', rejection(error))
      await fail(deps, payment, 'mayExist')
      throw rejection(error)
    case 'notSent': {
      const refusal = new UseCaseError('providerUnavailable', {
        retryAfterMs: error.retryAfterMs ?? RETRY_AFTER_MS,
        cause: error,
      })
      if (absent) throw new NothingCreated(payment, 'notSent', refusal)
      await postpone(deps, payment)
      throw refusal
    }
    case 'unknown':
    case 'unverifiable':
      return settleUnknown(deps, trouble)
  }
}

/** One more try at once, in the way that cannot pay twice; then the rest is for the worker. */
async function settleUnknown(deps: Deps, trouble: Trouble): Promise<Payment> {
  const { provider, order } = trouble
  const refusal = new UseCaseError('providerOutcomeUnknown', {
    retryAfterMs: trouble.error.retryAfterMs ?? RETRY_AFTER_MS,
    cause: trouble.error,
  })
  let { payment } = trouble
  let absent = false
  try {
    payment = await holdLine(deps, payment)
    const found = await lookFirst(deps, provider, payment)
    if (found) return found
    if (provider.capabilities.idempotency !== 'none') {
      payment = await holdLine(deps, payment)
      absent = wasLookedUp(provider)
      return await record(deps, payment, await provider.createPayment(inputOf(payment, order)))
    }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (absent && error.outcome === 'notSent') {
      throw new NothingCreated(payment, 'notSent', refusal)
    }
    if (error.outcome === 'rejected') {
      if (absent) throw new NothingCreated(payment, 'rejected', rejection(error))
      await fail(deps, payment, 'mayExist')
      throw rejection(error)
    }
  }
  await postpone(deps, payment)
  throw refusal
}

function rejection(error: ProviderError): UseCaseError {
  return new UseCaseError('providerRejected', { detail: error.message, cause: error })
}

/** A look by our number found nothing; with a key nobody looked, and a repeat proves nothing. */
function wasLookedUp({ capabilities }: Provider): boolean {
  return capabilities.idempotency === 'lookup'
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
function holdLine(deps: Deps, payment: Payment): Promise<Payment> {
  return rewriteCreated(deps, payment, { dueAtMs: deps.clock.nowMs() + CALL_LEASE_MS })
}

async function record(deps: Deps, payment: Payment, created: CreatedPayment): Promise<Payment> {
  const account = deps.accounts.byId(payment.accountId)
  const expiresAtMs = endOf(payment, created.clientAction?.expiresAtMs)
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
      return { ...answered, dueAtMs: nextLookAtMs(answered, query, momentOf(deps)) }
    }),
  )
  const stored = await deps.store.payment(payment.paymentId)
  if (stored && stored.status !== 'created') return stored
  await fail(deps, payment, 'mayExist')
  throw new UseCaseError('providerRejected', {
    detail: 'The provider answered for something else than was asked; the answer is set aside.',
  })
}

/** One that may exist after all gets a last look at its provider: money is the truth. */
async function fail(
  deps: Deps,
  payment: Payment,
  there: 'surelyAbsent' | 'mayExist',
): Promise<void> {
  const nowMs = deps.clock.nowMs()
  const endMs = Math.max(nowMs, payment.expiresAtMs) + LAST_LOOK_MS
  const dueAtMs = there === 'mayExist' ? endMs : null
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (now?.status !== 'created') return
    await tx.updatePayment({ ...now, status: 'failed', reason: 'rejected', dueAtMs })
    const { orderRef, paymentId } = payment
    await tx.insertEvents([{ type: 'payment.failed', orderRef, paymentId, refundId: null }], nowMs)
  })
}

/** Gives the line free: a repeat with the same key may resume at once, and so may the worker. */
async function postpone(deps: Deps, payment: Payment): Promise<void> {
  await rewriteCreated(deps, payment, {
    attempts: 1,
    dueAtMs: deps.clock.nowMs() + RETRY_AFTER_MS,
  })
}

/**
 * The row as it is afterwards. Where somebody else has touched it, it is handed back as it was given,
 * so that its version tells.
 */
function rewriteCreated(
  deps: Deps,
  payment: Payment,
  change: Partial<Pick<Payment, 'attempts' | 'dueAtMs'>>,
): Promise<Payment> {
  return deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (now?.status !== 'created') return payment
    await tx.updatePayment({ ...now, ...change })
    if (now.version !== payment.version) return payment
    return (await tx.payment(payment.paymentId)) ?? payment
  })
}
