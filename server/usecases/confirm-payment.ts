import { verdictOf } from '../../shared/payment-status.ts'
import type { Payment } from '../domain/payment.ts'
import type { Session } from '../store/store.ts'
import { maySee } from './access.ts'
import type { Attention } from './attention.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'

export interface ConfirmWish {
  readonly paymentId: string
  readonly sessions: readonly Session[]
  /** How long to wait for a decision; 0 answers at once. */
  readonly waitMs: number
  /** Ends the wait early, such as when the client hangs up or the server stops. */
  readonly signal: AbortSignal
}

/**
 * The verdict on one payment, held back until it is decided, or until `waitMs` is over. Wakes with
 * the change itself. While somebody waits, a provider that may be asked is asked at its interval.
 * Throws `paymentNotFound`, also for other people's payments.
 */
export async function confirmPayment(
  deps: Deps & { readonly attention: Attention },
  wish: ConfirmWish,
): Promise<Payment> {
  const first = await visiblePayment(deps, wish)
  if (verdictOf(first.status) !== 'pending') return first

  const rule = deps.accounts.byId(first.accountId)?.provider.capabilities.query
  const unwatch =
    rule?.rule === 'poll' ? deps.attention.watch(first.paymentId, rule.intervalMs) : () => {}
  try {
    if (wish.waitMs > 0) await untilDecided(deps, wish)
  } finally {
    unwatch()
  }
  return visiblePayment(deps, wish)
}

async function visiblePayment(deps: Deps, wish: ConfirmWish): Promise<Payment> {
  const payment = await deps.store.payment(wish.paymentId)
  if (!payment || !maySee(payment, wish.sessions)) throw new UseCaseError('paymentNotFound')
  return payment
}

function untilDecided(deps: Deps, wish: ConfirmWish): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancelTimer = deps.clock.setTimer(wish.waitMs, finish)
    const unlisten = deps.store.onChange((change) => {
      if (change.kind !== 'payment' || change.paymentId !== wish.paymentId) return
      if (change.status === null) look()
      else if (verdictOf(change.status) !== 'pending') finish()
    })
    wish.signal.addEventListener('abort', finish)
    // The change may have come between the first look and the listening.
    look()

    function look(): void {
      deps.store.payment(wish.paymentId).then((payment) => {
        if (!payment || verdictOf(payment.status) !== 'pending') finish()
      }, fail)
    }
    function finish(): void {
      stop()
      resolve()
    }
    function fail(error: unknown): void {
      stop()
      reject(error instanceof Error ? error : new Error('the store failed', { cause: error }))
    }
    function stop(): void {
      cancelTimer()
      unlisten()
      wish.signal.removeEventListener('abort', finish)
    }
    if (wish.signal.aborted) finish()
  })
}
