import { sameMoney } from '../../shared/money.ts'
import type { CloseReason, PaymentStatus } from '../../shared/payment-status.ts'
import type { DomainEvent, EventType } from './event.ts'
import { contradict, joinSettlement, type PaymentFact } from './fact.ts'
import type { Order } from './order.ts'
import type { Payment } from './payment.ts'
import { ORDER_EDGES, PAYMENT_EDGES } from './transitions.ts'

/** Why a fact is set aside for people instead of being believed. */
export type QuarantineReason =
  | 'accountMismatch'
  | 'orderMismatch'
  | 'numberMismatch'
  | 'appIdMismatch'
  | 'amountMismatch'
  | 'amountMissing'
  | 'contradictsPaid'

export type FactOutcome =
  | {
      readonly kind: 'edges'
      readonly payment: Payment
      readonly order: Order
      readonly events: readonly DomainEvent[]
    }
  /** Nothing new; the payment may still have learnt a number or its settlement. */
  | { readonly kind: 'unchanged'; readonly payment: Payment }
  | { readonly kind: 'quarantine'; readonly reason: QuarantineReason }

/**
 * What a verified fact does to a payment and its order: the only way to become paid. Everything
 * that can be compared is compared first; a mismatch is set aside, never applied, never dropped.
 * Pure: the same three arguments always give the same answer.
 */
export function applyFact(
  payment: Payment,
  order: Order,
  { fact, nowMs }: { fact: PaymentFact; nowMs: number },
): FactOutcome {
  const mismatch = mismatchOf(payment, order, fact)
  if (mismatch) return { kind: 'quarantine', reason: mismatch }
  const known = learn(payment, fact)
  // A word that no table has is neither success nor failure: the payment stays pending.
  switch (fact.unknownStatus ? 'pending' : fact.status) {
    case 'paid':
      return becomePaid(known, order, { fact, nowMs })
    case 'pending':
      return payment.status === 'created' ? move(known, order, 'pending') : unchanged(known)
    case 'failed':
      return end(known, order, { status: 'failed', reason: 'declined' })
    case 'cancelled':
      return end(known, order, { status: 'closed', reason: 'cancelled' })
    case 'expired':
      return end(known, order, { status: 'closed', reason: 'expired' })
  }
}

function mismatchOf(payment: Payment, order: Order, fact: PaymentFact): QuarantineReason | null {
  if (fact.accountId !== payment.accountId) return 'accountMismatch'
  if (payment.orderRef !== order.orderRef) return 'orderMismatch'
  if (fact.outTradeNo !== null && fact.outTradeNo !== payment.outTradeNo) return 'numberMismatch'
  if (contradict(fact.providerPaymentId, payment.providerPaymentId)) return 'numberMismatch'
  if (contradict(fact.appId, payment.appId)) return 'appIdMismatch'
  if (fact.amount !== null && !sameMoney(fact.amount, payment.amount)) return 'amountMismatch'
  if (fact.status === 'paid' && fact.amount === null) return 'amountMissing'
  return null
}

function learn(payment: Payment, fact: PaymentFact): Payment {
  const providerReference = payment.providerReference ?? fact.providerReference
  return {
    ...payment,
    ...(providerReference === undefined ? {} : { providerReference }),
    providerPaymentId: payment.providerPaymentId ?? fact.providerPaymentId,
    settlement: joinSettlement(payment.settlement, fact.settlement),
  }
}

function unchanged(payment: Payment): FactOutcome {
  return { kind: 'unchanged', payment }
}

function becomePaid(
  payment: Payment,
  order: Order,
  { fact, nowMs }: { fact: PaymentFact; nowMs: number },
): FactOutcome {
  if (payment.status === 'paid') return unchanged(payment)
  const late = payment.status === 'closed' || payment.status === 'failed'
  const paidAtMs = fact.occurredAtMs ?? nowMs
  const duplicate = order.status === 'paid'
  const paid: Payment = { ...payment, reason: null, late, duplicate, paidAtMs, dueAtMs: null }
  if (duplicate) {
    const moved = move(paid, order, 'paid')
    return { ...moved, events: [...moved.events, eventOf('payment.duplicate', paid)] }
  }
  const paidOrder: Order = {
    ...order,
    status: 'paid',
    paidPaymentId: payment.paymentId,
    paidLate: order.status === 'closed',
    closeReason: null,
    paidAtMs,
  }
  const orderEvent = ORDER_EDGES[order.status].paid
  const moved = move(paid, paidOrder, 'paid')
  return orderEvent
    ? { ...moved, events: [...moved.events, { ...eventOf(orderEvent, paid), paymentId: null }] }
    : moved
}

/** A payment ends without money. A paid one never does: that contradiction is for people. */
function end(
  payment: Payment,
  order: Order,
  to: { status: 'failed'; reason: 'declined' } | { status: 'closed'; reason: CloseReason },
): FactOutcome {
  if (payment.status === 'paid') return { kind: 'quarantine', reason: 'contradictsPaid' }
  if (payment.status === 'failed' || payment.status === 'closed') return unchanged(payment)
  return move({ ...payment, reason: to.reason, dueAtMs: null }, order, to.status)
}

function move(payment: Payment, order: Order, to: PaymentStatus) {
  const event = PAYMENT_EDGES[payment.status][to]
  if (!event) throw new Error(`no edge from ${payment.status} to ${to}`)
  return {
    kind: 'edges',
    payment: { ...payment, status: to },
    order,
    events: [eventOf(event, payment)],
  } as const
}

function eventOf(type: EventType, payment: Payment): DomainEvent {
  return { type, orderRef: payment.orderRef, paymentId: payment.paymentId, refundId: null }
}
