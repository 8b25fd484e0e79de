import type { RefundFact } from '../domain/fact.ts'
import type { Refund } from '../domain/refund.ts'
import { ProviderError } from '../providers/errors.ts'
import type { RefundDestination } from '../providers/provider.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { type Proof, sendRefund } from './execute-refund.ts'
import {
  canLookUp,
  hold,
  isRepeatable,
  lookUp,
  type RefundCall,
  recordAnswer,
  recordSilence,
  refundCallOf,
  reportTrouble,
} from './refund-call.ts'

export interface ContinueWish {
  readonly refundId: string
  /** Goes to the provider, and is kept nowhere. */
  readonly to: RefundDestination | null
  /** The merchant has compared the provider's books, and the refund is not there. */
  readonly sendAgain: boolean
}

/**
 * Carries on a refund that needs an action. The provider is asked first: what it has is approved or
 * sent elsewhere, what it surely does not have is sent again with the same number, and what nobody
 * can tell, the provider included, is sent again only on the merchant's word. Answers with the refund as far as it got.
 * Throws UseCaseError.
 */
export async function continueRefund(deps: Deps, wish: ContinueWish): Promise<Refund> {
  const refund = await deps.store.refund(wish.refundId)
  if (!refund) throw new UseCaseError('refundNotFound')
  if (refund.status !== 'needsAction') throw notWaiting(refund)
  const call = await refundCallOf(deps, refund)
  if (!call) throw new UseCaseError('accountNotFound')

  if (refund.sentAtMs === null) await sendNow(deps, call, { to: wish.to, proof: 'firstTry' })
  else if (!canLookUp(call)) await repeatUnseen(deps, call, wish)
  else {
    const found = await lookFirst(deps, call)
    const now = await reread(deps, call)
    if (now.refund.status !== 'needsAction') return now.refund
    if (found && isUnidentified(found, now)) await repeatUnfound(deps, now, wish)
    else if (found) await carryOn(deps, now, { found, to: wish.to })
    else await repeatMissing(deps, now, wish)
  }
  return (await reread(deps, call)).refund
}

/** Nothing has been done yet: whatever goes wrong here changes nothing. */
async function lookFirst(deps: Deps, call: RefundCall): Promise<RefundFact | null> {
  try {
    const fact = await lookUp(call)
    if (!fact) return null
    const recorded = await recordAnswer(deps, call, { fact, busyUntilMs: null })
    if (recorded !== 'quarantined') return fact
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    reportTrouble(deps, call, error)
    throw new UseCaseError('providerUnavailable', {
      detail: 'The provider cannot say now what became of this refund; nothing was done.',
      ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
      cause: error,
    })
  }
  throw new UseCaseError('refundUnsupported', {
    detail: 'What the provider says of this refund contradicts our books; people have to look.',
  })
}

/** The provider has it, and waits. */
async function carryOn(
  deps: Deps,
  call: RefundCall,
  { found, to }: { found: RefundFact; to: RefundDestination | null },
): Promise<void> {
  const { provider, refund } = call
  if (found.unknownStatus || found.status !== 'needsAction') {
    throw new UseCaseError('refundUnsupported', {
      detail: `The provider's word for this refund, ${found.providerStatus}, is not known here; nothing was done.`,
    })
  }
  const proceed = provider.continueRefund?.bind(provider)
  if (!proceed) {
    const detail = refund.advice ?? 'This account continues no refunds; use its dashboard.'
    throw new UseCaseError('refundUnsupported', { detail })
  }
  const busyUntilMs = await hold(deps, call)
  if (busyUntilMs === 'busy') throw busy()
  try {
    const fact = await proceed(call.reference, to)
    await recordAnswer(deps, call, { fact, busyUntilMs })
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    reportTrouble(deps, call, error)
    const retryAfterMs = error.retryAfterMs ?? 0
    await recordSilence(deps, call, { busyUntilMs, neverLeft: false, retryAfterMs })
    throw error.outcome === 'rejected'
      ? new UseCaseError('refundUnsupported', { detail: error.message, cause: error })
      : noAnswer(error)
  }
}

/** Nobody can tell whether the provider has it: its search finds nothing, which proves nothing. */
function isUnidentified(found: RefundFact, { reference }: RefundCall): boolean {
  const waits = found.status === 'needsAction' && !found.unknownStatus
  return waits && reference.providerRefundId === null
}

/** On the merchant's word alone, and as a repeat, which some providers know again. */
async function repeatUnfound(deps: Deps, call: RefundCall, wish: ContinueWish): Promise<void> {
  if (!wish.sendAgain) throw uncertain(call)
  await sendNow(deps, call, { to: wish.to, proof: 'notThere' })
}

/** The provider surely does not have it, so the same request is no second refund. */
async function repeatMissing(deps: Deps, call: RefundCall, wish: ContinueWish): Promise<void> {
  // A refund that they once numbered and now deny is for people to explain.
  if (call.refund.providerRefundId !== null && !wish.sendAgain) throw uncertain(call)
  await sendNow(deps, call, { to: wish.to, proof: 'notThere' })
}

/** The provider cannot be asked about it. */
async function repeatUnseen(deps: Deps, call: RefundCall, wish: ContinueWish): Promise<void> {
  if (isRepeatable(deps, call)) return sendNow(deps, call, { to: wish.to, proof: 'none' })
  if (!wish.sendAgain) throw uncertain(call)
  const sentAtMs = deps.clock.nowMs()
  await sendNow(deps, call, { to: wish.to, proof: 'notThere', sentAtMs })
}

async function sendNow(
  deps: Deps,
  call: RefundCall,
  { to, ...sending }: { to: RefundDestination | null; proof: Proof; sentAtMs?: number },
): Promise<void> {
  if (to !== null) {
    throw new UseCaseError('refundUnsupported', {
      detail:
        'The provider does not have this refund, so it is sent the usual way; leave out `to`.',
    })
  }
  const sent = await sendRefund(deps, call, sending)
  if (sent === 'busy') throw busy()
  // A refusal is recorded: the refund that is answered with says so.
  if (sent !== 'answered' && sent.outcome !== 'rejected') throw noAnswer(sent)
}

async function reread(deps: Deps, call: RefundCall): Promise<RefundCall> {
  const refund = await deps.store.refund(call.refund.refundId)
  const { providerRefundId } = refund ?? call.refund
  const reference = { ...call.reference, providerRefundId }
  return { ...call, refund: refund ?? call.refund, reference }
}

function notWaiting({ status }: Refund): UseCaseError {
  return new UseCaseError('refundNotWaiting', {
    detail: `This refund is ${status}; only one that needs an action can be continued.`,
  })
}

function uncertain({ refund }: RefundCall): UseCaseError {
  const detail = refund.advice ?? undefined
  return new UseCaseError('refundUncertain', { detail })
}

function busy(): UseCaseError {
  return new UseCaseError('paymentBusy', {
    detail: 'Another call is carrying on this refund. Try again shortly.',
  })
}

function noAnswer(error: ProviderError): UseCaseError {
  return new UseCaseError(
    error.outcome === 'notSent' ? 'providerUnavailable' : 'providerOutcomeUnknown',
    {
      detail: 'The provider gave no usable answer. Repeat with the same Idempotency-Key.',
      ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
      cause: error,
    },
  )
}
