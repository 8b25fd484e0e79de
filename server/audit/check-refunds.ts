import { sameMoney } from '../../shared/money.ts'
import type { BookedPayment, BookedRefund, Ledger } from '../store/books.ts'
import type { Replay } from './replay.ts'
import type { Found } from './tally.ts'
import { inWords } from './words.ts'

/**
 * Whether what goes back was ever more than what had come in, at any instant of the log or now, and
 * whether a second success goes back as a whole. Pure.
 */
export function checkRefunds(ledger: Ledger, replay: Replay): readonly Found[] {
  return ledger.payments.flatMap((payment) => {
    const refunds = ledger.refunds.filter(({ paymentId }) => paymentId === payment.paymentId)
    return [
      ...refunds.flatMap((refund) => currencyOf(payment, refund)),
      ...reserved(payment, refunds, replay),
      ...(payment.duplicate && payment.status === 'paid' ? goesBack(payment, refunds) : []),
    ]
  })
}

function currencyOf(payment: BookedPayment, { refundId, amount }: BookedRefund): readonly Found[] {
  if (amount.currency === payment.amount.currency && amount.value > 0) return []
  const what = `gives back ${inWords(amount)} of ${inWords(payment.amount)}`
  return [{ code: 'amountDiffers', kind: 'refund', id: refundId, what }]
}

function reserved(
  payment: BookedPayment,
  refunds: readonly BookedRefund[],
  { steps }: Replay,
): readonly Found[] {
  const { paymentId, amount } = payment
  const amounts = new Map(refunds.map((refund) => [refund.refundId, refund.amount.value]))
  const found: Found[] = []
  let paid = false
  let sum = 0
  let most = { sum: reservedNow(refunds), when: 'now' }
  for (const { kind, id, from, to, event } of steps) {
    if (kind === 'payment' && id === paymentId && to === 'paid') paid = true
    const value = kind === 'refund' ? amounts.get(id) : undefined
    if (value === undefined) continue
    if (from === null && !paid) {
      const what = `event ${event.seq} begins it before its payment is paid`
      found.push({ code: 'refundOfUnpaid', kind, id, what })
    }
    if (from === null) sum += value
    if (to === 'failed') sum -= value
    if (sum > most.sum) most = { sum, when: `at event ${event.seq}` }
  }
  if (most.sum <= amount.value) return found
  const excess = { ...amount, value: most.sum }
  const what = `${inWords(excess)} of ${inWords(amount)} go back ${most.when}`
  return [...found, { code: 'refundAbovePaid', kind: 'payment', id: paymentId, what }]
}

function reservedNow(refunds: readonly BookedRefund[]): number {
  const holding = refunds.filter(({ status }) => status !== FAILED)
  return holding.reduce((sum, { amount }) => sum + amount.value, 0)
}

const FAILED = 'failed'

function goesBack(payment: BookedPayment, refunds: readonly BookedRefund[]): readonly Found[] {
  const { paymentId, amount } = payment
  const sum = { ...amount, value: reservedNow(refunds) }
  if (!sameMoney(sum, amount)) {
    const what = `a second success of ${inWords(amount)}, of which ${inWords(sum)} go back`
    return sum.value > amount.value
      ? []
      : [{ code: 'duplicateKept', kind: 'payment', id: paymentId, what }]
  }
  return refunds
    .filter(({ status }) => status === 'needsAction')
    .map(({ refundId }) => ({
      code: 'duplicateWaits',
      kind: 'refund',
      id: refundId,
      what: `gives back the second success ${paymentId}, and needs an action`,
    }))
}
