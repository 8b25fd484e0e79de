import type { Sandbox } from '../../sandbox/index.ts'
import type { Store } from '../../server/store/store.ts'
import { sameMoney } from '../../shared/money.ts'
import { pairsOf, violations } from '../support/invariants.ts'
import type { History } from './history.ts'

/**
 * Everything that is wrong once all is at rest: between our books and the providers' own, and
 * between our books and what callers were told before a kill. Empty when nothing is.
 */
export async function audit(
  store: Store,
  sandbox: Sandbox,
  history: History,
): Promise<readonly string[]> {
  const found = await Promise.all([
    violations(store, pairsOf(sandbox), [...history.orderRefs]),
    ordersAsTold(store, history),
    paymentsAsTold(store, history),
    refundsAsTold(store, history),
  ])
  return [
    ...found.flat(),
    ...history.contradictions,
    ...history.unanswered.map((what) => `I2 nobody ever answered ${what}`),
  ]
}

async function ordersAsTold(store: Store, history: History): Promise<string[]> {
  const wrong: string[] = []
  for (const [orderRef, amount] of history.orders) {
    const order = await store.order(orderRef)
    if (!order) wrong.push(`I7 the order ${orderRef} was answered, and is not on disk`)
    else if (!sameMoney(order.amount, amount)) wrong.push(`I7 ${orderRef} has another price`)
  }
  for (const orderRef of history.closed) {
    const order = await store.order(orderRef)
    const payments = await store.paymentsOfOrder(orderRef)
    const paidLate = payments.some(({ status, late }) => status === 'paid' && late)
    if (order?.status !== 'closed' && !(order?.status === 'paid' && paidLate)) {
      wrong.push(`I5 ${orderRef} was closed for the merchant, and is ${order?.status}`)
    }
  }
  return wrong
}

async function paymentsAsTold(store: Store, history: History): Promise<string[]> {
  const wrong: string[] = []
  for (const [key, { orderRef, paymentId }] of history.payments) {
    const payment = await store.payment(paymentId)
    const own = payment?.orderRef === orderRef
    if (!own) wrong.push(`I7 ${paymentId} was answered to ${key}, and is not on disk`)
  }
  for (const [paymentId, verdicts] of history.verdicts) {
    const payment = await store.payment(paymentId)
    if (verdicts.has('paid') && payment?.status !== 'paid') {
      wrong.push(`I5 the payer of ${paymentId} saw paid, and it is ${payment?.status}`)
    }
    const ended = verdicts.has('closed') || verdicts.has('failed')
    if (ended && payment?.status === 'paid' && !payment.late) {
      wrong.push(`I5 the payer of ${paymentId} saw its end, and it is paid without being late`)
    }
  }
  return wrong
}

async function refundsAsTold(store: Store, history: History): Promise<string[]> {
  const wrong: string[] = []
  for (const [refundId, { paymentId, amount }] of history.refunds) {
    const refund = await store.refund(refundId)
    const same = refund?.paymentId === paymentId && sameMoney(refund.amount, amount)
    if (!same) wrong.push(`I7 the refund ${refundId} was accepted, and is not on disk`)
    else if (refund.status !== 'succeeded') {
      wrong.push(
        `I2 the refund ${refundId} was accepted, and is ${refund.status}: ${refund.advice}`,
      )
    }
  }
  return wrong
}
