import { applyFact, type QuarantineReason } from '../../../server/domain/apply-fact.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import type { Order } from '../../../server/domain/order.ts'
import type { Payment } from '../../../server/domain/payment.ts'
import { ProviderError } from '../../../server/providers/errors.ts'
import type {
  CreatedPayment,
  CreatePaymentInput,
  NotifiedPayment,
  PaymentReference,
} from '../../../server/providers/provider.ts'
import { referenceOf } from '../../../server/usecases/payment-reference.ts'
import { anOrder, aPayment } from '../../support/domain.ts'
import type { Arrival, Simulated } from './simulated.ts'

/** What became of a fact: an edge, nothing new, or the reason why people must see it. */
export type Belief = 'edges' | 'unchanged' | QuarantineReason

/** One payment in the shop's books, which change by facts alone, as they do in the real ones. */
export interface Sale {
  readonly wish: CreatePaymentInput
  readonly answer: CreatedPayment
  readonly payment: () => Payment
  readonly order: () => Order
  readonly ref: () => PaymentReference
  /** Applies what a source says by the rules of the domain. */
  readonly tell: (fact: PaymentFact) => Belief
  /** Asks the provider and applies the answer; throws where nobody knows the payment. */
  readonly ask: () => Promise<PaymentFact>
}

/** Creates a payment; `books` is what the shop's own row says otherwise than the wish. */
export async function sell(
  world: Simulated,
  fields: Partial<CreatePaymentInput> = {},
  books: Partial<Payment> = {},
): Promise<Sale> {
  const wish = world.wish(fields)
  const answer = await world.provider.createPayment(wish)
  const sale = open(world, { wish, answer, books })
  sale.tell(answer.fact)
  return sale
}

function open(
  { provider, clock }: Simulated,
  { wish, answer, books }: Pick<Sale, 'wish' | 'answer'> & { books: Partial<Payment> },
): Sale {
  const { outTradeNo, amount, scene, payer } = wish
  const { accountId, capabilities } = provider
  let order = anOrder({ amount, payer })
  let payment = aPayment({
    status: Object.keys(books).length > 0 ? 'pending' : 'created',
    accountId,
    outTradeNo,
    amount,
    scene,
    payer,
    // With books of its own it is known already, and the answer that told of it is not believed.
    providerPaymentId: Object.keys(books).length > 0 ? answer.fact.providerPaymentId : null,
    appId: capabilities.needsOpenid.includes(scene) ? (payer?.appId ?? null) : null,
    clientAction: answer.clientAction,
    providerState: answer.providerState,
    expiresAtMs: wish.expiresAtMs,
    ...books,
  })
  const tell = (fact: PaymentFact) => {
    const outcome = applyFact(payment, order, { fact, nowMs: clock.nowMs() })
    if (outcome.kind === 'quarantine') return outcome.reason
    payment = outcome.payment
    if (outcome.kind === 'edges') order = outcome.order
    return outcome.kind
  }
  const ref = () => referenceOf(payment)
  return {
    wish,
    answer,
    payment: () => payment,
    order: () => order,
    ref,
    tell,
    async ask() {
      const fact = await provider.queryPayment(ref())
      if (!fact) throw new Error(`nobody knows ${outTradeNo}`)
      tell(fact)
      return fact
    },
  }
}

/** A payment that the payer has paid, and that the shop has asked about. */
export async function sold(
  world: Simulated,
  fields: Partial<CreatePaymentInput> = {},
): Promise<Sale> {
  const sale = await sell(world, fields)
  await world.simulator.pay(sale.wish.outTradeNo)
  await world.settle()
  await sale.ask()
  if (sale.payment().status !== 'paid') throw new Error(`it is ${sale.payment().status}`)
  return sale
}

/**
 * Takes notifications as the server does: facts are applied, and what is only a reason to ask is
 * asked. Refused ones change nothing. Answers what was believed.
 */
export async function hear(
  world: Simulated,
  sale: Sale,
  arrivals: readonly Arrival[] = world.arrivals,
): Promise<readonly Belief[]> {
  const beliefs: Belief[] = []
  for (const { event } of arrivals) {
    const { facts = [], queries = [] } = event ?? {}
    for (const fact of facts) {
      if (fact.kind === 'payment' && isAbout(sale, fact)) beliefs.push(sale.tell(fact))
    }
    for (const named of queries) {
      if (!isAbout(sale, named)) continue
      const fact = await world.provider.queryPayment(sale.ref())
      if (fact) beliefs.push(sale.tell(fact))
    }
  }
  return beliefs
}

/** Found by our number or by theirs, as in the store. */
function isAbout(sale: Sale, { outTradeNo, providerPaymentId }: NotifiedPayment): boolean {
  const payment = sale.payment()
  if (outTradeNo !== null) return outTradeNo === payment.outTradeNo
  return providerPaymentId !== null && providerPaymentId === payment.providerPaymentId
}

/** The ProviderError that the work ends with; throws where it ends in anything else. */
export async function failureOf(work: Promise<unknown>): Promise<ProviderError> {
  try {
    const answer = await work
    throw new Error(`it worked: ${JSON.stringify(answer)}`)
  } catch (error) {
    if (error instanceof ProviderError) return error
    throw error
  }
}
