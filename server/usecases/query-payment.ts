import type { PaymentFact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import { isLive } from '../domain/transitions.ts'
import { ProviderError } from '../providers/errors.ts'
import type { Account, Deps } from './deps.ts'
import { referenceOf } from './payment-reference.ts'
import { momentOf, nextLookAtMs, retryAtMs } from './query-schedule.ts'
import { recordFact } from './record-facts.ts'
import { closeAtProvider, closeLivePayment, LAST_LOOK_MS } from './supersede-payment.ts'

/** A payment that its provider does not know is given up only after this long. */
const NEVER_ARRIVED_MS = 2 * 60_000
/** After a payment ran out, a provider that may be asked is asked once more. */
const SECOND_LOOK_MS = 15 * 60_000

/**
 * Some providers find a payment only minutes after it was made (Saferpay's Inquire is "a few minutes"
 * behind). One that has ended here and is not found there, such as after a notification about it, is
 * looked for again after each of these.
 */
const LATE_FINDS_MS = [3 * 60_000, 10 * 60_000] as const

/**
 * Asks the provider about one payment that is due, and records the answer: the worker's half of
 * "paid only on the server's word". Never throws for a provider's trouble; the row comes back later.
 */
export async function queryPayment(deps: Deps, payment: Payment): Promise<void> {
  const account = deps.accounts.byId(payment.accountId)
  if (!account || payment.status === 'paid') return undue(deps, payment)
  try {
    const fact = await account.provider.queryPayment(referenceOf(payment))
    if (fact) {
      await deps.store.transaction((tx) =>
        recordFact(tx, deps, fact, (now) => ({
          ...now,
          lastQueryAtMs: deps.clock.nowMs(),
          attempts: 0,
          dueAtMs: nextDueAtMs(deps, account, { asked: payment, fact, now }),
        })),
      )
      if (fact.status === 'pending') await endAgain(deps, payment.paymentId)
    } else await unknownToProvider(deps, payment)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    deps.logger.warn('payment.queryFailed', {
      paymentId: payment.paymentId,
      accountId: payment.accountId,
      outcome: error.outcome,
    })
    const retryAfterMs = error.retryAfterMs ?? 0
    await again(deps, payment, retryAtMs(payment.attempts, { ...momentOf(deps), retryAfterMs }))
    return
  }
  await expire(deps, payment.paymentId)
}

/**
 * The due time that follows from an answered question. Whoever made the payment due while we asked
 * (a notification, its end) knows something that the answer does not, and keeps their time.
 */
function nextDueAtMs(
  deps: Deps,
  account: Account,
  { asked, fact, now }: { asked: Payment; fact: PaymentFact; now: Payment },
): number | null {
  if (now.status === 'paid') return null
  const answeredAtMs = isLive(now.status)
    ? nextLookAtMs(now, account.provider.capabilities.query, momentOf(deps))
    : lastLookAtMs(now, fact, deps.clock.nowMs())
  if (now.dueAtMs === null || !wasMadeDue(asked, now)) return answeredAtMs
  return Math.min(now.dueAtMs, answeredAtMs ?? now.dueAtMs)
}

/**
 * Whether somebody set another time while we asked. That the row was written at all says nothing: of
 * two questions on their way at once each would take the other's answer for a reason to ask again.
 */
function wasMadeDue(asked: Payment, now: Payment): boolean {
  return now.dueAtMs !== asked.dueAtMs || now.attempts < asked.attempts
}

/** Ended here and still open there, it can be paid until its own end. Null: nothing is to come. */
function lastLookAtMs(
  { expiresAtMs }: Payment,
  { status }: PaymentFact,
  nowMs: number,
): number | null {
  const lookAtMs = expiresAtMs + LAST_LOOK_MS
  return status === 'pending' && nowMs < lookAtMs ? lookAtMs : null
}

/** Past its end and still unpaid at the provider: closed, with one more look where that is allowed. */
async function expire(deps: Deps, paymentId: string): Promise<void> {
  const payment = await deps.store.payment(paymentId)
  const nowMs = deps.clock.nowMs()
  if (!payment || !isLive(payment.status) || payment.expiresAtMs > nowMs) return
  await closeLivePayment(deps, payment, 'expired')
  const polled = deps.accounts.byId(payment.accountId)?.provider.capabilities.query.rule === 'poll'
  const waitMs = payment.scene === 'paymentCode' ? LAST_LOOK_MS : SECOND_LOOK_MS
  await rewrite(deps, payment, (now) =>
    now.status === 'closed' ? { ...now, dueAtMs: polled ? nowMs + waitMs : null } : now,
  )
}

/**
 * A payment by code that we have ended is still open at its provider, where nobody tells us of a late
 * success: ended once more, every minute until it has ended or can hardly be paid any more.
 */
async function endAgain(deps: Deps, paymentId: string): Promise<void> {
  const payment = await deps.store.payment(paymentId)
  if (payment?.status !== 'closed' || payment.scene !== 'paymentCode') return
  const fact = await closeAtProvider(deps, payment)
  const nowMs = deps.clock.nowMs()
  if (fact && fact.status !== 'pending') {
    await deps.store.transaction((tx) => recordFact(tx, deps, fact))
  } else if (nowMs < payment.expiresAtMs + SECOND_LOOK_MS) {
    await rewrite(deps, payment, (now) =>
      now.status === 'closed' ? { ...now, dueAtMs: nowMs + LAST_LOOK_MS } : now,
    )
  }
}

/** The provider never heard of it: nothing was created, so nothing can be paid. */
async function unknownToProvider(deps: Deps, payment: Payment): Promise<void> {
  const nowMs = deps.clock.nowMs()
  if (!isLive(payment.status)) {
    const gapMs = LATE_FINDS_MS[payment.attempts - 1]
    return gapMs === undefined ? undue(deps, payment) : again(deps, payment, nowMs + gapMs)
  }
  if (nowMs - payment.createdAtMs < NEVER_ARRIVED_MS || payment.providerPaymentId !== null) {
    return again(deps, payment, retryAtMs(payment.attempts, momentOf(deps)))
  }
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(payment.orderRef)
    const now = await tx.lockPayment(payment.paymentId)
    if (now?.status !== 'created') return
    await tx.updatePayment({ ...now, status: 'failed', reason: 'providerFault', dueAtMs: null })
    const { orderRef, paymentId } = payment
    await tx.insertEvents([{ type: 'payment.failed', orderRef, paymentId, refundId: null }], nowMs)
  })
}

function undue(deps: Deps, payment: Payment): Promise<void> {
  return rewrite(deps, payment, (now) =>
    now.status === 'paid' || !wasMadeDue(payment, now) ? { ...now, dueAtMs: null } : now,
  )
}

/** A question without an answer was asked all the same: who watches waits for the next interval. */
function again(deps: Deps, payment: Payment, dueAtMs: number): Promise<void> {
  const lastQueryAtMs = deps.clock.nowMs()
  return rewrite(deps, payment, (now) => {
    const isSettled = now.status === 'paid' || now.dueAtMs === null
    if (isSettled) return { ...now, lastQueryAtMs }
    if (!wasMadeDue(payment, now)) return { ...now, dueAtMs, lastQueryAtMs }
    return { ...now, dueAtMs: Math.min(now.dueAtMs, dueAtMs), lastQueryAtMs }
  })
}

async function rewrite(
  deps: Deps,
  { orderRef, paymentId }: Payment,
  change: (payment: Payment) => Payment,
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockOrder(orderRef)
    const now = await tx.lockPayment(paymentId)
    if (now) await tx.updatePayment(change(now))
  })
}
