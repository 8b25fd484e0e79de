import { sameMoney } from '../../shared/money.ts'
import type { DomainEvent } from './event.ts'
import { contradict, joinSettlement, type RefundFact } from './fact.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
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
    advice: fact.advice ?? refund.advice,
  }
  if (fact.unknownStatus || fact.status === refund.status)
    return { kind: 'unchanged', refund: known }
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
      succeededAtMs: fact.status === 'succeeded' ? nowMs : null,
      dueAtMs: fact.status === 'processing' ? known.dueAtMs : null,
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

function quarantine(reason: RefundQuarantineReason): RefundFactOutcome {
  return { kind: 'quarantine', reason }
}
