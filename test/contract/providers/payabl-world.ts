import type { PayablBehaviourInput } from '../../../sandbox/providers/payabl/index.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import { PAYABL } from './pairings.ts'
import { simulate } from './simulated.ts'

/** payabl.'s account in the shapes that its documents leave open. */
export interface Setting {
  readonly behaviour?: PayablBehaviourInput
  readonly config?: Record<string, unknown>
}

export async function payablPair({ behaviour = {}, config = {} }: Setting = {}) {
  const world = await simulate({
    ...PAYABL,
    sandbox: { payabl: { behaviour } },
    changes: () => config,
  })
  return {
    ...world,
    simulator: world.sandbox.payabl,
    get notifications() {
      return world.arrivals.map(({ raw }) => raw)
    },
    wish: (fields: Partial<CreatePaymentInput> = {}) =>
      world.wish({ outTradeNo: 'p1001', ...fields }),
  }
}

export type PayablPair = Awaited<ReturnType<typeof payablPair>>

/** A new payment, as our side names it from then on. */
export async function created(pair: PayablPair, wish = pair.wish()) {
  const answer = await pair.provider.createPayment(wish)
  const ref = reference(wish, answer.fact.providerPaymentId)
  return {
    answer,
    ref: { ...ref, providerState: answer.providerState },
    id: answer.fact.providerPaymentId ?? '',
  }
}

export async function paid(pair: PayablPair, wish = pair.wish()) {
  const payment = await created(pair, wish)
  await pair.simulator.pay(payment.id)
  await pair.simulator.notifications.idle()
  return payment
}

/** How a payment is named whose answer was lost, or whose number is known. */
export function reference(
  { outTradeNo, amount, scene }: CreatePaymentInput,
  providerPaymentId: string | null = null,
): PaymentReference {
  return { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
}
