import type { ClientAction } from '../contract/client-action.ts'
import type { CreateCheckoutPaymentRequest } from '../contract/payments.ts'
import { createAttemptStore } from './attempt.ts'
import { offline } from './errors.ts'
import { type Followed, follow, isRefusal, type Pursuit } from './follow.ts'
import { singleFlight } from './once.ts'
import type { Bridge, BridgeResult, Checkout, CheckoutOptions, CheckoutResult } from './types.ts'

/**
 * Create, invoke, confirm: pays one order and resolves with nothing but the server's verdict.
 *
 * @example
 * const checkout = createCheckout({ orderRef, request: { scene: 'miniProgram' }, api, session,
 *   bridge: createWxBridge({ wx }), storage, clock, newKey })
 * const { verdict } = await checkout.pay()
 */
export function createCheckout(options: CheckoutOptions): Checkout {
  const { orderRef, request, bridge, storage, newKey } = options
  const [load, save] = createAttemptStore(storage, orderRef)

  /**
   * Keeps the stored attempt in step with the server; what it decided or refused is over. Throws
   * where the server refuses to say.
   */
  async function track(pursuit: Pursuit): Promise<Followed> {
    const { attempt } = pursuit
    const result = await follow(options, pursuit)
    const { verdict, payment, problem } = result
    if (payment) attempt.paymentId = payment.paymentId
    const over = verdict !== 'pending' || (problem && !problem.retryable)
    const stored = load()
    // Another tab may have begun a newer attempt: that one stays.
    if (stored && stored.key === attempt.key) save(over ? null : attempt)
    if (isRefusal(problem)) throw problem
    return result
  }

  const [pay, paying] = singleFlight(async (): Promise<CheckoutResult> => {
    let attempt = load()
    if (attempt?.paymentId) {
      const earlier = await track({ attempt, limitMs: 0 }).catch(() => null)
      // What an earlier tap has paid never opens a cashier again.
      if (earlier && earlier.verdict === 'paid') return earlier
      attempt = load()
    }
    if (!attempt || purposeOf(attempt.request) !== purposeOf(request)) {
      attempt = { key: newKey(), request }
      // Before anything is sent.
      save(attempt)
    }
    // The same key brings the same payment, together with its client action.
    attempt.paymentId = ''
    const created = await track({ attempt })
    const { verdict, payment, problem } = created
    if (!payment) throw problem || offline()
    if (verdict !== 'pending') return created
    const { clientAction } = payment
    const cashier = openCashier(bridge, clientAction)
    // A code on show stays there for as long as its surface says.
    const limitMs = clientAction && clientAction.kind === 'qrCode' ? Infinity : undefined
    return track({ attempt, payment, cashier, limitMs })
  })

  const [resume] = singleFlight(async () => {
    const attempt = load()
    const result = attempt && (await track({ attempt, brief: true }))
    // The payer may have tapped meanwhile: then that run has the last word.
    return paying() || result
  })

  return { pay, resume: () => paying() || resume() }
}

/** Whether an attempt goes on is a matter of scene and account; languages and tokens may change. */
function purposeOf({ scene, accountId }: CreateCheckoutPaymentRequest): string {
  return `${scene} ${accountId}`
}

async function openCashier(bridge: Bridge, action?: ClientAction | null): Promise<BridgeResult> {
  // The payer's phone asks for consent by itself; there is nothing to open.
  if (!action || action.kind === 'wait') return { surface: 'none' }
  try {
    return await bridge.invoke(action)
  } catch (error) {
    return { surface: 'failed', reason: 'unknown', detail: String(error) }
  }
}
