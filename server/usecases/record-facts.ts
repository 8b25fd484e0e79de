import { sameMoney } from '../../shared/money.ts'
import { applyFact } from '../domain/apply-fact.ts'
import { applyRefundFact } from '../domain/apply-refund-fact.ts'
import type { Fact, PaymentFact, RefundFact } from '../domain/fact.ts'
import type { Payment } from '../domain/payment.ts'
import { isLive } from '../domain/transitions.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { StoreTransaction } from '../store/store.ts'
import { closeUnpayableOrder } from './close-unpayable-order.ts'
import type { Deps } from './deps.ts'
import { keepForPayer, refundDuplicate } from './refund-duplicate.ts'

export type Recorded = 'applied' | 'unchanged' | 'quarantined' | 'unknownPayment'

/** What a caller changes besides the fact itself, such as when to look again. */
export type Amend = (payment: Payment, recorded: Recorded) => Payment

/**
 * Applies one verified fact inside the caller's transaction: state, events, a refund for a second
 * success, or a quarantine row. `unknownPayment` writes nothing: the caller decides how long to wait
 * for the payment to appear.
 */
export async function recordFact(
  tx: StoreTransaction,
  deps: Deps,
  fact: Fact,
  amend: Amend = (payment) => payment,
): Promise<Recorded> {
  return fact.kind === 'payment'
    ? recordPaymentFact(tx, deps, fact, amend)
    : recordRefundFact(tx, deps, fact)
}

async function recordPaymentFact(
  tx: StoreTransaction,
  deps: Deps,
  fact: PaymentFact,
  amend: Amend,
): Promise<Recorded> {
  const found = await tx.paymentByNumber(fact)
  if (!found) return contradictoryNumbers(tx, deps, fact)
  const order = await tx.lockOrder(found.orderRef)
  const payment = await tx.lockPayment(found.paymentId)
  if (!order || !payment) return 'unknownPayment'

  if (fact.unknownStatus) await reportWord(tx, deps, { fact, paymentId: payment.paymentId })
  const nowMs = deps.clock.nowMs()
  const outcome = applyFact(payment, order, { fact, nowMs })
  if (outcome.kind === 'quarantine') {
    await quarantine(tx, deps, { fact, paymentId: payment.paymentId, reason: outcome.reason })
    const kept = amend(payment, 'quarantined')
    if (kept !== payment) await tx.updatePayment(kept)
    return 'quarantined'
  }
  const changed = amend(outcome.payment, outcome.kind === 'edges' ? 'applied' : 'unchanged')
  if (outcome.kind === 'unchanged') {
    if (!equalPayments(changed, payment)) await tx.updatePayment(changed)
    return 'unchanged'
  }
  await tx.updatePayment(changed)
  if (outcome.order !== order) await tx.updateOrder(outcome.order)
  await tx.insertEvents(outcome.events, nowMs, fact)
  if (changed.duplicate && !payment.duplicate) await refundDuplicate(tx, deps, changed)
  deps.logger.info('payment.changed', {
    paymentId: changed.paymentId,
    accountId: changed.accountId,
    providerStatus: fact.providerStatus,
    outcome: changed.status,
  })
  if (!isLive(changed.status)) await closeUnpayableOrder(tx, deps, changed.orderRef)
  return 'applied'
}

/** Numbers of two different payments in one fact: nobody's money may move on that. */
async function contradictoryNumbers(
  tx: StoreTransaction,
  deps: Deps,
  fact: PaymentFact,
): Promise<Recorded> {
  const { accountId, outTradeNo, providerPaymentId } = fact
  if (outTradeNo === null || providerPaymentId === null) return 'unknownPayment'
  const ours = await tx.paymentByNumber({ accountId, outTradeNo, providerPaymentId: null })
  const theirs = await tx.paymentByNumber({ accountId, outTradeNo: null, providerPaymentId })
  const payment = ours ?? theirs
  if (!payment) return 'unknownPayment'
  await quarantine(tx, deps, { fact, paymentId: payment.paymentId, reason: 'numberMismatch' })
  return 'quarantined'
}

async function recordRefundFact(
  tx: StoreTransaction,
  deps: Deps,
  fact: RefundFact,
): Promise<Recorded> {
  const found = await tx.refundByNumber(fact)
  if (!found) return 'unknownPayment'
  const payment = await tx.lockPayment(found.paymentId)
  const refund = await tx.lockRefund(found.refundId)
  if (!payment || !refund) return 'unknownPayment'
  if (fact.unknownStatus) await reportWord(tx, deps, { fact, paymentId: payment.paymentId })
  const nowMs = deps.clock.nowMs()
  const outcome = applyRefundFact(refund, payment, { fact, nowMs })
  if (outcome.kind === 'quarantine') {
    await quarantine(tx, deps, { fact, paymentId: payment.paymentId, reason: outcome.reason })
    return 'quarantined'
  }
  if (outcome.kind === 'unchanged') {
    if (JSON.stringify(outcome.refund) !== JSON.stringify(refund)) {
      await tx.updateRefund(outcome.refund)
    }
    return 'unchanged'
  }
  await tx.updateRefund(outcome.refund)
  await tx.insertEvents(outcome.events, nowMs, fact)
  const why = fact.advice ?? fact.providerStatus
  await keepForPayer(tx, deps, { payment, failed: outcome.refund, why })
  deps.logger.info('refund.changed', {
    refundId: refund.refundId,
    accountId: payment.accountId,
    providerStatus: fact.providerStatus,
    outcome: outcome.refund.status,
  })
  return 'applied'
}

/** A provider's word that our table does not have: people see it, and nothing moves by it. */
function reportWord(
  tx: StoreTransaction,
  deps: Deps,
  about: { fact: Fact; paymentId: string },
): Promise<void> {
  return quarantine(tx, deps, { ...about, reason: 'unknownStatus' })
}

/** Sets a fact aside for people. The same contradiction told again is one row, not many. */
export async function quarantine(
  tx: StoreTransaction,
  deps: Deps,
  { fact, paymentId, reason }: { fact: Fact; paymentId: string | null; reason: string },
): Promise<void> {
  const told = [fact.accountId, paymentId, reason, fact.kind, fact.status, fact.providerStatus]
  // Two refunds of one payment may be alike in all but their numbers.
  const same = fact.kind === 'refund' ? [...told, fact.outRefundNo ?? fact.providerRefundId] : told
  const amount = fact.amount ? `${fact.amount.value} ${fact.amount.currency}` : ''
  await tx.insertQuarantine({
    quarantineId: sha256Hex(JSON.stringify([...same, amount])).slice(0, 32),
    accountId: fact.accountId,
    paymentId,
    reason,
    fact,
    atMs: deps.clock.nowMs(),
  })
  deps.logger.error('fact.quarantined', {
    accountId: fact.accountId,
    reason,
    providerStatus: fact.providerStatus,
    ...(paymentId === null ? {} : { paymentId }),
  })
}

function equalPayments(left: Payment, right: Payment): boolean {
  return sameMoney(left.amount, right.amount) && JSON.stringify(left) === JSON.stringify(right)
}
