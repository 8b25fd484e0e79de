import {
  applyRefundFact,
  type RefundFactOutcome,
} from '../../../server/domain/apply-refund-fact.ts'
import type { RefundFact } from '../../../server/domain/fact.ts'
import type { Refund } from '../../../server/domain/refund.ts'
import type { RefundInput, RefundReference } from '../../../server/providers/provider.ts'
import { aRefund } from '../../support/domain.ts'
import type { Sale } from './sale.ts'
import { HOUR_MS, MINUTE_MS, type Simulated } from './simulated.ts'

/** Providers may want refunds of one payment this far apart. */
const GAP_MS = MINUTE_MS + 1

export interface Refunding {
  readonly input: RefundInput
  readonly refund: () => Refund
  readonly ref: () => RefundReference
  /** Applies what a source says by the rules of the domain; answers what became of it. */
  readonly tell: (fact: RefundFact) => RefundFactOutcome
  /** Sends it and applies the answer. */
  readonly send: () => Promise<RefundFact>
  /** Asks and applies the answer, if there is one. */
  readonly ask: () => Promise<RefundFact | null>
}

/** A refund in the shop's books, which changes by facts alone; nothing is sent yet. */
export function refunding(
  world: Simulated,
  sale: Sale,
  wish: { readonly value: number; readonly no?: string },
): Refunding {
  const { provider, clock } = world
  const outRefundNo = wish.no ?? 'rf1001'
  const amount = { ...sale.payment().amount, value: wish.value }
  const input = { payment: sale.ref(), outRefundNo, amount, reason: 'one box back' }
  let refund = aRefund({ outRefundNo, amount })
  const ref = () => {
    const { providerRefundId } = refund
    return { payment: sale.ref(), outRefundNo, providerRefundId, amount }
  }
  const tell = (fact: RefundFact) => {
    const outcome = applyRefundFact(refund, sale.payment(), { fact, nowMs: clock.nowMs() })
    if (outcome.kind !== 'quarantine') refund = outcome.refund
    return outcome
  }
  return {
    input,
    refund: () => refund,
    ref,
    tell,
    async send() {
      if (!provider.refund) throw new Error('this account makes no refunds')
      const fact = await provider.refund(input)
      tell(fact)
      return fact
    },
    async ask() {
      if (!provider.queryRefund) throw new Error('this account cannot be asked about refunds')
      const fact = await provider.queryRefund(ref())
      if (fact) tell(fact)
      return fact
    },
  }
}

/** Sends the refund and follows it to its end: waits, asks, and lets people approve it. */
export async function refunded(
  world: Simulated,
  sale: Sale,
  wish: { readonly value: number; readonly no?: string },
): Promise<Refund> {
  const made = refunding(world, sale, wish)
  await world.clock.advance(GAP_MS)
  await made.send()
  return followed(world, made)
}

/** What the refund has become once nothing more happens to it. */
export async function followed(world: Simulated, made: Refunding): Promise<Refund> {
  const { provider } = world
  for (const waitMs of [0, 10 * MINUTE_MS, HOUR_MS]) {
    await world.clock.advance(waitMs)
    if (made.refund().status === 'processing' && waitMs > 0) await made.ask()
    if (made.refund().status === 'needsAction' && provider.continueRefund) {
      made.tell(await provider.continueRefund(made.ref(), null))
    }
  }
  return made.refund()
}

/** What the provider has given back, by its own books. */
export function refundedMinor({ simulator }: Simulated): number | undefined {
  return simulator.books().payments[0]?.refundedMinor
}
