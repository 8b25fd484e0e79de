import type { RefundFact } from '../domain/fact.ts'
import type { Refund } from '../domain/refund.ts'
import { ProviderError } from '../providers/errors.ts'
import type { Deps } from './deps.ts'
import {
  canLookUp,
  decide,
  hold,
  isRepeatable,
  lookUp,
  type RefundCall,
  recordAnswer,
  recordSilence,
  refundCallOf,
  reportTrouble,
} from './refund-call.ts'

/**
 * Takes a written refund one step further: sends it, or asks what became of it. The number is the
 * same on every repeat. Who can be asked is asked before anything is sent again; what can neither
 * be asked about nor safely be repeated is left to people. Never throws for a provider's trouble;
 * the row comes back later.
 */
export async function executeRefund(
  deps: Deps,
  refund: Refund,
  { fresh }: { fresh: boolean },
): Promise<void> {
  const call = await refundCallOf(deps, refund)
  if (!call) return
  if (refund.status !== 'requested') await follow(deps, call)
  else if (fresh) {
    await transmit(deps, call, { proof: 'firstTry', busyUntilMs: refund.busyUntilMs })
  } else if (refund.sentAtMs === null) await sendRefund(deps, call, { proof: 'firstTry' })
  else if (canLookUp(call)) {
    const asked = await ask(deps, call)
    if (asked === 'notThere') await sendRefund(deps, call, { proof: 'notThere' })
  } else if (isRepeatable(deps, call)) await sendRefund(deps, call, { proof: 'none' })
  else {
    const advice = compareAdvice(call, 'The answer to this refund was lost.')
    await decide(deps, call, { to: 'needsAction', advice, busyUntilMs: null })
  }
}

/**
 * Why a request cannot be a second refund, and so what a refusal of it is worth. Where nothing can
 * have been there before, a no ends the refund. `none`: an earlier try may have worked, and only
 * the provider's memory makes the two one.
 */
export type Proof = 'firstTry' | 'notThere' | 'none'

/**
 * Sends the refund, for the first time or again, and records what came of it. Answers `busy` where
 * another call for it may be running, and with the ProviderError where there was one. `sentAtMs`
 * is given where the provider shall have forgotten all earlier sendings.
 */
export async function sendRefund(
  deps: Deps,
  call: RefundCall,
  { proof, ...options }: { readonly proof: Proof; readonly sentAtMs?: number },
): Promise<'busy' | 'answered' | ProviderError> {
  const busyUntilMs = await hold(deps, call, options)
  if (busyUntilMs === 'busy') return 'busy'
  return transmit(deps, call, { proof, busyUntilMs })
}

async function transmit(
  deps: Deps,
  call: RefundCall,
  { proof, busyUntilMs }: { proof: Proof; busyUntilMs: number | null },
): Promise<'answered' | ProviderError> {
  try {
    const fact = await callRefund(call, proof !== 'firstTry')
    await recordAnswer(deps, call, { fact, busyUntilMs })
    return 'answered'
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    reportTrouble(deps, call, error)
    const { outcome, message } = error
    if (outcome !== 'rejected') {
      const neverLeft = proof === 'firstTry' && outcome === 'notSent'
      const mayArrive = outcome !== 'notSent' && call.provider.capabilities.idempotency !== 'key'
      const retryAfterMs = error.retryAfterMs ?? 0
      await recordSilence(deps, call, { busyUntilMs, neverLeft, mayArrive, retryAfterMs })
    } else if (proof === 'none') {
      const advice = compareAdvice(call, `An answer was lost, and the repeat refused (${message}).`)
      await decide(deps, call, { to: 'needsAction', advice, busyUntilMs })
    } else await decide(deps, call, { to: 'failed', advice: message, busyUntilMs })
    return error
  }
}

async function callRefund(
  { provider, payment, refund, reference }: RefundCall,
  isRepeat: boolean,
): Promise<RefundFact> {
  const { outRefundNo, amount, reason } = refund
  if (provider.refund) {
    return provider.refund({ payment: reference.payment, outRefundNo, amount, reason, isRepeat })
  }
  throw new ProviderError({
    outcome: 'rejected',
    accountId: payment.accountId,
    message: 'This account makes no refunds.',
  })
}

/** A refund that its provider had is asked about, and never sent again by itself. */
async function follow(deps: Deps, call: RefundCall): Promise<void> {
  const asked = canLookUp(call) ? await ask(deps, call) : 'notThere'
  if (asked !== 'notThere') return
  // One that waits for people may well not be there; one that was accepted will be, later.
  if (call.refund.status === 'needsAction') await recordAnswer(deps, call, NOTHING_NEW)
  else await recordSilence(deps, call, NO_ANSWER)
}

const NOTHING_NEW = { fact: null, busyUntilMs: null } as const
const NO_ANSWER = { busyUntilMs: null, neverLeft: false, retryAfterMs: 0 } as const

/** Asks what became of the refund, and records it. */
async function ask(deps: Deps, call: RefundCall): Promise<'notThere' | 'answered' | 'noAnswer'> {
  try {
    const fact = await lookUp(call)
    if (!fact) return 'notThere'
    await recordAnswer(deps, call, { fact, busyUntilMs: null })
    return 'answered'
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    reportTrouble(deps, call, error)
    await recordSilence(deps, call, { ...NO_ANSWER, retryAfterMs: error.retryAfterMs ?? 0 })
    return 'noAnswer'
  }
}

/** What people are asked to do where nobody but them can tell whether a refund was made. */
function compareAdvice({ refund }: RefundCall, why: string): string {
  const { outRefundNo, amount } = refund
  return [
    why,
    `Look for ${outRefundNo}, ${amount.value} ${amount.currency} (minor units), in the provider's`,
    'dashboard. Where it is there, leave this refund as it is; its money stays reserved. Where it',
    'is not there, continue this refund with `sendAgain`.',
  ].join(' ')
}
