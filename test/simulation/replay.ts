import type { Order } from '../../server/domain/order.ts'
import type { Payment } from '../../server/domain/payment.ts'
import type { Store, StoredEvent } from '../../server/store/store.ts'

/**
 * Reads the event log from its beginning, and answers what was wrong at some moment in between: the
 * end of a run does not show it any more. Shares no rule with the server that it judges.
 */
export async function replay(store: Store, orderRefs: readonly string[]): Promise<string[]> {
  const events = await store.events({ afterSeq: 0, limit: 1_000_000 })
  const wrong: string[] = []
  for (const orderRef of orderRefs) {
    const order = await store.order(orderRef)
    const own = events.filter((event) => event.orderRef === orderRef)
    if (order) wrong.push(...sales(order, own))
    for (const payment of await store.paymentsOfOrder(orderRef)) {
      wrong.push(...lateness(payment, own), ...(await reservations(store, payment, own)))
    }
  }
  return wrong
}

/** What is paid, closed or over is not sold again, and money that came late is called late. */
function sales(order: Order, events: readonly StoredEvent[]): string[] {
  const wrong: string[] = []
  let ended: string | null = null
  let late = false
  for (const { type, paymentId, atMs } of events) {
    if (type === 'payment.created') {
      if (ended) wrong.push(`I5 ${paymentId} was begun after ${order.orderRef} was ${ended}`)
      if (atMs >= order.expiresAtMs) wrong.push(`I5 ${paymentId} was begun after its order's time`)
    }
    if (type === 'order.paid') late = ended === 'closed'
    if (type === 'order.paid') ended = 'paid'
    if (type === 'order.closed') ended = 'closed'
  }
  if (order.paidLate !== late) wrong.push(`I2 ${order.orderRef} says paidLate ${order.paidLate}`)
  return wrong
}

function lateness(payment: Payment, events: readonly StoredEvent[]): string[] {
  const { paymentId, status, late } = payment
  const types = events.filter((event) => event.paymentId === paymentId).map(({ type }) => type)
  const gaveUp = types.includes('payment.closed') || types.includes('payment.failed')
  if (status !== 'paid' || late === gaveUp) return []
  return [`I2 ${paymentId} says late ${late}, and its events are ${types.join(', ')}`]
}

/** At no moment more is promised back than was paid. */
async function reservations(
  store: Store,
  { paymentId, amount }: Payment,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const refunds = await store.refundsOfPayment(paymentId)
  const amounts = new Map(refunds.map((refund) => [refund.refundId, refund.amount.value]))
  let reserved = 0
  for (const { type, refundId } of events) {
    const value = amounts.get(refundId ?? '') ?? 0
    if (type === 'refund.requested') reserved += value
    if (type === 'refund.failed') reserved -= value
    if (reserved > amount.value) return [`I4 ${paymentId} promised ${reserved} back at a time`]
  }
  return []
}
