import { sameMoney } from '../../shared/money.ts'
import { contradict, type Fact } from '../domain/fact.ts'
import type { BookedEvent, BookedPayment, BookedRefund, Ledger } from '../store/books.ts'
import type { Replay } from './replay.ts'
import type { Found } from './tally.ts'
import { inWords, timeInWords } from './words.ts'

/** What became paid or refunded, and the event that says so. */
interface Claimed {
  readonly kind: 'payment' | 'refund'
  readonly id: string
  readonly event: BookedEvent
  readonly payment: BookedPayment
  readonly refund: BookedRefund | null
}

/**
 * Whether all that moved money rests on what a verified source said: the fact that is kept with the
 * event is compared with the row anew. `firstKept` is the number of the first event whose evidence
 * was kept; before it a matching row of the provider's books will do. Pure.
 */
export function checkEvidence(
  ledger: Ledger,
  replay: Replay,
  firstKept: number | null,
): readonly Found[] {
  return claimedIn(ledger, replay).flatMap((claimed): readonly Found[] => {
    const { kind, id, event } = claimed
    const { seq } = event
    const evidence = event.evidence()
    if (evidence.kind === 'fact') {
      return contradictions(claimed, evidence.fact).map((what) => ({
        code: 'evidenceContradicts',
        kind,
        id,
        what,
      }))
    }
    if (evidence.kind !== 'notKept') {
      const what = `event ${seq} says ${event.type}, and keeps no word of a provider`
      return [{ code: 'paidWithoutEvidence', kind, id, what }]
    }
    if (isInBooks(ledger, claimed)) return []
    const what = `event ${seq} (${timeInWords(event.atMs)}) was written without evidence`
    const isOld = firstKept === null || seq < firstKept
    return [{ code: isOld ? 'evidenceNotKept' : 'evidenceSkipped', kind, id, what }]
  })
}

function claimedIn(ledger: Ledger, { steps }: Replay): readonly Claimed[] {
  const payments = new Map(ledger.payments.map((payment) => [payment.paymentId, payment]))
  const refunds = new Map(ledger.refunds.map((refund) => [refund.refundId, refund]))
  return steps.flatMap(({ kind, id, to, event }): readonly Claimed[] => {
    const refund = (kind === 'refund' && refunds.get(id)) || null
    const payment = payments.get(refund?.paymentId ?? id)
    if (!payment) return []
    if (kind === 'payment' && to === 'paid') return [{ kind, id, event, payment, refund: null }]
    return kind === 'refund' && refund && to === 'succeeded'
      ? [{ kind, id, event, payment, refund }]
      : []
  })
}

function contradictions({ payment, refund, event }: Claimed, fact: Fact): readonly string[] {
  const word = refund ? 'succeeded' : 'paid'
  const amount = (refund ?? payment).amount
  const doneAtMs = refund ? refund.succeededAtMs : payment.paidAtMs
  const saidAtMs = (fact.kind === 'payment' ? fact.occurredAtMs : null) ?? event.atMs
  const wrong = [
    fact.kind !== (refund ? 'refund' : 'payment') && `the word kept is about a ${fact.kind}`,
    (fact.status !== word || fact.unknownStatus) && `the provider said ${fact.providerStatus}`,
    fact.accountId !== payment.accountId && `it was account ${fact.accountId} that said so`,
    fact.amount !== null &&
      !sameMoney(fact.amount, amount) &&
      `the provider said ${inWords(fact.amount)}, and it is for ${inWords(amount)}`,
    fact.amount === null && !refund && 'the provider named no amount',
    !namesIt(payment, refund, fact) && 'the provider named another one',
    doneAtMs !== saidAtMs && `its time is ${doneAtMs}, and was ${saidAtMs}`,
  ]
  return wrong.filter((what) => what !== false)
}

function namesIt(payment: BookedPayment, refund: BookedRefund | null, fact: Fact): boolean {
  if (contradict(fact.providerPaymentId, payment.providerPaymentId)) return false
  if (fact.kind === 'payment') {
    const ours = contradict(fact.outTradeNo, payment.outTradeNo)
    return !ours && !contradict(fact.appId, payment.appId)
  }
  const theirs = contradict(fact.providerRefundId, refund?.providerRefundId ?? null)
  return !theirs && !contradict(fact.outRefundNo, refund?.outRefundNo ?? null)
}

/** A row of the provider's own books that says the same. */
function isInBooks({ rows }: Ledger, { id, payment, refund }: Claimed): boolean {
  const said = refund ? 'succeeded' : 'paid'
  const { amount } = refund ?? payment
  return rows.some((row) => {
    const named = refund ? row.refundId === id : row.paymentId === id && row.kind === 'payment'
    const told = row.amount && { ...row.amount, value: Math.abs(row.amount.value) }
    const same = told !== null && sameMoney(told, amount)
    return named && same && row.state === 'matched' && row.status === said && !row.unknownStatus
  })
}
