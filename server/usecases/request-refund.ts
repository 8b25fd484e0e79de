import type { Money } from '../../shared/money.ts'
import { money } from '../../shared/money.ts'
import type { Payment } from '../domain/payment.ts'
import { type Refund, reservesMoney } from '../domain/refund.ts'
import type { StoreTransaction } from '../store/store.ts'
import type { Account, Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'
import { executeRefund } from './execute-refund.ts'
import { newRefund } from './new-refund.ts'
import { holdMsOf } from './refund-call.ts'

export interface RefundWish {
  readonly paymentId: string
  /** Null: all that is left. */
  readonly amount: Money | null
  readonly reason: string | null
  readonly idempotencyKey: string
}

/**
 * Gives money back: the amount is reserved in the same transaction that checks it, so that no
 * number of parallel requests can go above what was paid. Answers with the refund as far as it got;
 * one without an answer is followed until it has one. Throws UseCaseError.
 */
export async function requestRefund(deps: Deps, wish: RefundWish): Promise<Refund> {
  const seen = await deps.store.payment(wish.paymentId)
  if (!seen) throw new UseCaseError('paymentNotFound')
  const account = deps.accounts.byId(seen.accountId)
  if (!account) throw new UseCaseError('accountNotFound')
  const { refund, isNew } = await deps.store.transaction((tx) =>
    reserve(tx, deps, { wish, account }),
  )
  if (isNew) await executeRefund(deps, refund, { fresh: true })
  return (await deps.store.refund(refund.refundId)) ?? refund
}

async function reserve(
  tx: StoreTransaction,
  deps: Deps,
  { wish, account }: { wish: RefundWish; account: Account },
): Promise<{ refund: Refund; isNew: boolean }> {
  const payment = await tx.lockPayment(wish.paymentId)
  if (!payment) throw new UseCaseError('paymentNotFound')
  const refunds = await tx.refundsOfPayment(payment.paymentId)
  const same = refunds.find(({ idempotencyKey }) => idempotencyKey === wish.idempotencyKey)
  if (same) return { refund: same, isNew: false }
  if (payment.status !== 'paid') throw new UseCaseError('paymentNotPaid')

  const amount = amountOf(payment, refunds, wish.amount)
  assertAllowed(account, { payment, refunds, amount, nowMs: deps.clock.nowMs() })
  const nowMs = deps.clock.nowMs()
  const busyUntilMs = nowMs + holdMsOf(account.provider)
  const refund: Refund = {
    ...newRefund({ ...wish, payment, amount, ids: deps.ids, nowMs }),
    sentAtMs: nowMs,
    busyUntilMs,
    dueAtMs: busyUntilMs,
  }
  await tx.insertRefund(refund)
  const { orderRef, paymentId } = payment
  await tx.insertEvents(
    [{ type: 'refund.requested', orderRef, paymentId, refundId: refund.refundId }],
    nowMs,
  )
  return { refund, isNew: true }
}

/** The wished amount, or all that is left. Throws `refundExceedsPaid`. */
function amountOf(payment: Payment, refunds: readonly Refund[], wished: Money | null): Money {
  const reservedMinor = refunds
    .filter(({ status }) => reservesMoney(status))
    .reduce((sum, { amount }) => sum + amount.value, 0)
  const leftMinor = payment.amount.value - reservedMinor
  const { currency } = payment.amount
  if (wished && wished.currency !== currency) {
    throw new UseCaseError('invalidAmount', { detail: `The payment was made in ${currency}.` })
  }
  const value = wished?.value ?? leftMinor
  if (value > leftMinor || leftMinor <= 0) {
    throw new UseCaseError('refundExceedsPaid', {
      detail: `Of ${payment.amount.value} ${currency} (minor units), ${leftMinor} are left to refund.`,
    })
  }
  return money(value, currency)
}

function assertAllowed(
  account: Account,
  wish: { payment: Payment; refunds: readonly Refund[]; amount: Money; nowMs: number },
): void {
  const rule = account.provider.capabilities.refunds
  if (!rule || !account.provider.refund) {
    throw new UseCaseError('refundUnsupported', { detail: 'This account makes no refunds.' })
  }
  const { payment, amount, nowMs } = wish
  if (!rule.partial && amount.value !== payment.amount.value) {
    throw new UseCaseError('refundUnsupported', { detail: 'This account refunds only in full.' })
  }
  if (!rule.repeated && wish.refunds.some(({ status }) => reservesMoney(status))) {
    throw new UseCaseError('refundUnsupported', { detail: 'This account refunds only once.' })
  }
  if (payment.paidAtMs !== null && nowMs - payment.paidAtMs > rule.windowMs) {
    throw new UseCaseError('refundUnsupported', { detail: 'The time for refunds is over.' })
  }
}
