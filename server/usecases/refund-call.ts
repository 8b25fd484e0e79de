import type { RefundFact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import { isKeyRemembered, isOpenRefund, type Refund } from '../domain/refund.ts'
import { REFUND_EDGES } from '../domain/transitions.ts'
import type { ProviderError } from '../providers/errors.ts'
import type { Provider, RefundReference } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { look } from './look.ts'
import { referenceOf } from './payment-reference.ts'
import { momentOf, retryAtMs, spread } from './query-schedule.ts'
import { type Recorded, recordFact } from './record-facts.ts'
import { keepForPayer } from './refund-duplicate.ts'

/** While a refund call may be running, nobody makes another one. */
export const REFUND_LEASE_MS = 30_000
/**
 * A call that got no answer may still be on its way, or in a queue of theirs. Until this is over,
 * "there is no such refund" is no proof that there will be none.
 */
const IN_FLIGHT_MS = 2 * 60_000
const FOLLOW_GAPS_MS = [5_000, 15_000, 60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const

/** One refund, with all that is needed to speak about it at its provider. */
export interface RefundCall {
  readonly provider: Provider
  readonly payment: Payment
  readonly refund: Refund
  readonly reference: RefundReference
}

/** Undefined where the account of the refund's payment is not configured any more. */
export async function refundCallOf(deps: Deps, refund: Refund): Promise<RefundCall | undefined> {
  const payment = await deps.store.payment(refund.paymentId)
  const provider = payment && deps.accounts.byId(payment.accountId)?.provider
  if (!payment || !provider) return undefined
  const refunds = await deps.store.refundsOfPayment(payment.paymentId)
  return { provider, payment, refund, reference: refundReferenceOf(payment, refund, refunds) }
}

/** How a refund is named to its provider, among all refunds of its payment. */
export function refundReferenceOf(
  payment: Payment,
  { refundId, outRefundNo, providerRefundId, amount }: Refund,
  refunds: readonly Refund[],
): RefundReference {
  const otherRefundIds = refunds
    .filter((other) => other.refundId !== refundId)
    .flatMap((other) => other.providerRefundId ?? [])
  const named = { outRefundNo, providerRefundId, amount, otherRefundIds }
  return { payment: referenceOf(payment), ...named }
}

/** Whether the provider can tell what became of this refund. */
export function canLookUp({ provider, refund }: Omit<RefundCall, 'reference'>): boolean {
  const keyMemoryMs = provider.capabilities.refunds?.keyMemoryMs ?? null
  const byOurNumber = keyMemoryMs === null
  return provider.queryRefund !== undefined && (byOurNumber || refund.providerRefundId !== null)
}

/** How long after a refund was sent nobody may send it again, unless it was answered. */
export function holdMsOf({ capabilities }: Pick<Provider, 'capabilities'>): number {
  return capabilities.idempotency === 'key' ? REFUND_LEASE_MS : IN_FLIGHT_MS
}

/** Whether the same request, sent again now, is surely taken for the same refund. */
export function isRepeatable(deps: Deps, { provider, refund }: RefundCall): boolean {
  const { idempotency, refunds } = provider.capabilities
  const keyMemoryMs = refunds?.keyMemoryMs ?? 0
  const nowMs = deps.clock.nowMs()
  return idempotency === 'key' && isKeyRemembered(refund, { keyMemoryMs, nowMs })
}

/** What the provider says of the refund, or null where it surely has none. Throws ProviderError. */
export function lookUp({ provider, reference }: RefundCall): Promise<RefundFact | null> {
  return look(async () => (await provider.queryRefund?.(reference)) ?? null)
}

/**
 * Marks on disk, before the first byte leaves, that a call begins: after a crash we know that we
 * must look, and meanwhile nobody makes another one. The answer is the end of the hold, which who
 * records the call's result names again; `busy` where another call may be running, or where the
 * refund has moved on.
 */
export async function hold(
  deps: Deps,
  { provider, refund }: RefundCall,
  options: { readonly sentAtMs?: number } = {},
): Promise<number | 'busy'> {
  const nowMs = deps.clock.nowMs()
  const busyUntilMs = nowMs + holdMsOf(provider)
  return deps.store.transaction(async (tx) => {
    await tx.lockPayment(refund.paymentId)
    const now = await tx.lockRefund(refund.refundId)
    const movedOn = now?.status !== refund.status || now.sentAtMs !== refund.sentAtMs
    if (!now || movedOn) return 'busy'
    if (now.busyUntilMs !== null && now.busyUntilMs > nowMs) {
      await tx.updateRefund({ ...now, dueAtMs: now.busyUntilMs })
      return 'busy'
    }
    const sentAtMs = options.sentAtMs ?? now.sentAtMs ?? nowMs
    await tx.updateRefund({ ...now, sentAtMs, busyUntilMs, dueAtMs: busyUntilMs })
    return busyUntilMs
  })
}

/** Our own hold, which ends with what is recorded; null where we held nothing. */
export interface Held {
  readonly busyUntilMs: number | null
}

/** Records what the provider said (null: nothing new), and when to ask again. */
export async function recordAnswer(
  deps: Deps,
  call: RefundCall,
  { fact, busyUntilMs }: Held & { fact: RefundFact | null },
): Promise<Recorded> {
  return deps.store.transaction(async (tx) => {
    const recorded = fact ? await recordFact(tx, deps, fact) : 'unchanged'
    await tx.lockPayment(call.payment.paymentId)
    const now = await tx.lockRefund(call.refund.refundId)
    if (!now) return recorded
    // What has just moved may well move again soon.
    const attempts = recorded === 'applied' ? 0 : now.attempts
    const gapMs = FOLLOW_GAPS_MS[Math.min(attempts, FOLLOW_GAPS_MS.length - 1)] ?? 60_000
    const atMs = deps.clock.nowMs() + spread(gapMs, deps.random())
    const next = comingBack(call, { ...now, attempts }, { busyUntilMs, atMs })
    if (JSON.stringify(next) !== JSON.stringify(now)) await tx.updateRefund(next)
    return recorded
  })
}

export interface Silence extends Held {
  /** The request surely did not leave us. */
  readonly neverLeft: boolean
  /** It may still arrive, and would then be a second refund beside another one. */
  readonly mayArrive?: boolean
  readonly retryAfterMs: number
}

/** Records that there was no usable answer, and when to look or to try again. */
export async function recordSilence(
  deps: Deps,
  call: RefundCall,
  { busyUntilMs, neverLeft, mayArrive = false, retryAfterMs }: Silence,
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await tx.lockPayment(call.payment.paymentId)
    const now = await tx.lockRefund(call.refund.refundId)
    if (!now) return
    const atMs = retryAtMs(now.attempts, { ...momentOf(deps), retryAfterMs })
    const next = comingBack(call, now, { busyUntilMs, atMs })
    // What surely never left needs no look before it is sent again.
    const sentAtMs = neverLeft ? null : next.sentAtMs
    const held = mayArrive ? { busyUntilMs: now.busyUntilMs } : {}
    await tx.updateRefund({ ...next, ...held, sentAtMs })
  })
}

/** Ends the refund, or leaves it to people. Nothing but the hold ends where it has moved on. */
export async function decide(
  deps: Deps,
  call: RefundCall,
  { to, advice, busyUntilMs }: Held & { to: 'failed' | 'needsAction'; advice: string },
): Promise<void> {
  const { orderRef, paymentId } = call.payment
  const { refundId, status } = call.refund
  await deps.store.transaction(async (tx) => {
    const payment = await tx.lockPayment(paymentId)
    const now = await tx.lockRefund(refundId)
    if (!payment || !now) return
    const free = freed(now, busyUntilMs)
    if (now.status !== status) return tx.updateRefund(free)
    const decided: Refund = { ...free, status: to, advice, dueAtMs: null }
    await tx.updateRefund(decided)
    const type = REFUND_EDGES[status][to]
    const event = { orderRef, paymentId, refundId }
    if (type) await tx.insertEvents([{ type, ...event }], deps.clock.nowMs())
    await keepForPayer(tx, deps, { payment, failed: decided, why: advice })
  })
}

/** The row with its next due time: none for what is final, or what nobody can ask about. */
function comingBack(
  call: RefundCall,
  refund: Refund,
  { busyUntilMs, atMs }: Held & { atMs: number },
): Refund {
  const free = freed(refund, busyUntilMs)
  const followed =
    refund.status === 'requested' || (isOpenRefund(refund.status) && canLookUp({ ...call, refund }))
  if (!followed) return { ...free, dueAtMs: null }
  // A question disturbs no call that may be running: only sending waits for the hold.
  return { ...free, attempts: refund.attempts + 1, dueAtMs: atMs }
}

function freed(refund: Refund, busyUntilMs: number | null): Refund {
  return refund.busyUntilMs === busyUntilMs ? { ...refund, busyUntilMs: null } : refund
}

export function reportTrouble(deps: Deps, call: RefundCall, error: ProviderError): void {
  deps.logger.warn('refund.callFailed', {
    refundId: call.refund.refundId,
    accountId: call.payment.accountId,
    outcome: error.outcome,
    reason: error.providerCode ?? 'none',
  })
}
