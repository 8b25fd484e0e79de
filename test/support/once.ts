import type { Books } from '../../sandbox/simulator.ts'
import type { Payment } from '../../server/domain/payment.ts'
import type { Refund } from '../../server/domain/refund.ts'
import { isLive } from '../../server/domain/transitions.ts'
import type { Store } from '../../server/store/store.ts'

/**
 * Compares a provider's own books with ours for effects that happened more than once: each payment
 * and each refund there belongs to one number of ours (I3), the refunds of a payment never exceed
 * it (I4), and no key of a caller has two payments that can both be paid (I8).
 */
export async function effectsOnce(
  store: Store,
  books: Books,
  ours: readonly Payment[],
): Promise<readonly string[]> {
  const refunds = (
    await Promise.all(ours.map(({ paymentId }) => store.refundsOfPayment(paymentId)))
  ).flat()
  return [
    ...paymentsOnce(books, ours),
    ...refundsOnce(books, refunds),
    ...withinPaid(books),
    ...oneChancePerKey(ours),
  ]
}

function paymentsOnce({ payments }: Books, ours: readonly Payment[]): string[] {
  const numbers = new Set(ours.map(({ outTradeNo }) => outTradeNo))
  const stray = payments.filter(({ reference }) => !reference || !numbers.has(reference))
  // One that stays open beside it is the page of a lost answer, which nobody can open.
  const paid = payments.filter(({ state }) => state === 'paid')
  return [
    ...stray.map(({ id }) => `I3 ${id} is at the provider, and nobody here knows of it`),
    ...twice(paid.map(({ reference }) => reference)).map(
      (reference) => `I3 ${reference} was paid twice at the provider`,
    ),
  ]
}

function refundsOnce(books: Books, ours: readonly Refund[]): string[] {
  const made = books.refunds.filter(({ state }) => state !== 'failed')
  const named = made.map(({ reference }) => reference).filter((reference) => reference !== null)
  const numbers = new Set(ours.map(({ outRefundNo }) => outRefundNo))
  const stray = named.filter((reference) => !numbers.has(reference))
  return [
    ...stray.map((reference) => `I3 the refund ${reference} is at the provider and not here`),
    ...twice(named).map((reference) => `I3 ${reference} was refunded more than once`),
  ]
}

function withinPaid(books: Books): string[] {
  return books.payments.flatMap(({ id, amount }) => {
    const sum = refundingMinor(books, id)
    return sum > amount.value ? [`I4 ${id}: ${sum} of ${amount.value} go back at the provider`] : []
  })
}

/** What goes back, or has gone back, of a payment by the provider's own books. */
export function refundingMinor({ refunds }: Books, paymentId: string): number {
  return refunds
    .filter((refund) => refund.paymentId === paymentId && refund.state !== 'failed')
    .reduce((sum, { amount }) => sum + amount.value, 0)
}

/** All but the last attempt under a key made room for the next one, and are superseded here. */
function oneChancePerKey(ours: readonly Payment[]): string[] {
  const chances = ours
    .filter(({ status, duplicate }) => isLive(status) || (status === 'paid' && !duplicate))
    .map(({ orderRef, idempotencyKey }) => `${orderRef} ${idempotencyKey.split(' ')[0]}`)
  return twice(chances).map((key) => `I8 ${key} has two payments that can be paid`)
}

function twice<T>(words: readonly T[]): T[] {
  return [...new Set(words.filter((word, index) => words.indexOf(word) !== index))]
}
