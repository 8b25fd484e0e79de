import { sameMoney } from '../../shared/money.ts'
import type { DomainEvent } from './event.ts'
import { contradict, joinSettlement, type RefundFact } from './fact.ts'
import type { Payment } from './payment.ts'
import { isOpenRefund, type Refund } from './refund.ts'
import { REFUND_EDGES } from './transitions.ts'

export type RefundQuarantineReason =
  | 'accountMismatch'
  | 'numberMismatch'
  | 'amountMismatch'
  | 'contradictsFinal'

export type RefundFactOutcome =
  | { readonly kind: 'edges'; readonly refund: Refund; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'unchanged'; readonly refund: Refund }
  | { readonly kind: 'quarantine'; readonly reason: RefundQuarantineReason }

/** What a verified fact does to a refund. A final refund never changes again; people see why not. */
export function applyRefundFact(
  refund: Refund,
  payment: Payment,
  { fact, nowMs }: { fact: RefundFact; nowMs: number },
): RefundFactOutcome {
  if (fact.accountId !== payment.accountId) return quarantine('accountMismatch')
  if (fact.outRefundNo !== null && fact.outRefundNo !== refund.outRefundNo) {
    return quarantine('numberMismatch')
  }
  if (contradict(fact.providerRefundId, refund.providerRefundId))
    return quarantine('numberMismatch')
  if (contradict(fact.providerPaymentId, payment.providerPaymentId))
    return quarantine('numberMismatch')
  if (fact.amount && !sameMoney(fact.amount, refund.amount)) return quarantine('amountMismatch')

  const known: Refund = {
    ...refund,
    providerRefundId: refund.providerRefundId ?? fact.providerRefundId,
    settlement: joinSettlement(refund.settlement, fact.settlement),
  }
  if (fact.unknownStatus) return { kind: 'unchanged', refund: stillOpen(known, refund, nowMs) }
  if (fact.status === refund.status) {
    const advised = { ...known, advice: fact.advice ?? refund.advice }
    return { kind: 'unchanged', refund: stillOpen(advised, refund, nowMs) }
  }
  const event = REFUND_EDGES[refund.status][fact.status]
  if (!event) {
    // An older word that arrives late is no contradiction; two different ends are.
    return fact.status === 'processing' || fact.status === 'needsAction'
      ? { kind: 'unchanged', refund: known }
      : quarantine('contradictsFinal')
  }
  return {
    kind: 'edges',
    refund: {
      ...known,
      status: fact.status,
      // Advice belongs to a status: what was to be done about the last one is done.
      advice: fact.advice,
      succeededAtMs: fact.status === 'succeeded' ? nowMs : null,
      dueAtMs: isOpenRefund(fact.status) ? (known.dueAtMs ?? nowMs) : null,
    },
    events: [
      {
        type: event,
        orderRef: payment.orderRef,
        paymentId: payment.paymentId,
        refundId: refund.refundId,
      },
    ],
  }
}

/** With the provider's number a refund can be asked about that could not be before. */
function stillOpen(known: Refund, before: Refund, nowMs: number): Refund {
  const learnt = known.providerRefundId !== before.providerRefundId
  if (!learnt || !isOpenRefund(known.status)) return known
  return { ...known, dueAtMs: known.dueAtMs ?? nowMs }
}

function quarantine(reason: RefundQuarantineReason): RefundFactOutcome {
  return { kind: 'quarantine', reason }
}
