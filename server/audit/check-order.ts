import { sameMoney } from '../../shared/money.ts'
import type { BookedPayment, Ledger } from '../store/books.ts'
import type { Replay, Step } from './replay.ts'
import type { Found } from './tally.ts'
import { inWords } from './words.ts'

/**
 * Whether an order and its payments agree with each other, and with what the log says of them:
 * amounts, who paid it, and the marks of late and second successes. Pure.
 */
export function checkOrder(ledger: Ledger, replay: Replay): readonly Found[] {
  const { payments } = ledger
  return [
    ...payments.flatMap((payment) => amountOf(ledger, payment)),
    ...payments.flatMap((payment) => flagsOf(payment, replay)),
    ...payer(ledger),
    ...flagsOfOrder(ledger, replay),
    ...live(ledger),
    ...begunInTime(replay),
  ]
}

function amountOf({ order }: Ledger, { paymentId, amount }: BookedPayment): readonly Found[] {
  if (sameMoney(amount, order.amount)) return []
  const what = `is for ${inWords(amount)}, and its order for ${inWords(order.amount)}`
  return [{ code: 'amountDiffers', kind: 'payment', id: paymentId, what }]
}

function flagsOf(payment: BookedPayment, { steps, duplicates }: Replay): readonly Found[] {
  const { paymentId, status, late, duplicate, paidAtMs } = payment
  const wrong: string[] = []
  const paid = stepTo(steps, 'payment', paymentId)
  const cameLate = paid?.from === 'closed' || paid?.from === 'failed'
  if (late !== cameLate) wrong.push(`late is ${late}, and the log says ${cameLate}`)
  const isSecond = duplicates.has(paymentId)
  if (duplicate !== isSecond) wrong.push(`duplicate is ${duplicate}, and the log says ${isSecond}`)
  if ((status === 'paid') !== (paidAtMs !== null)) {
    wrong.push(`is ${status} ${paidAtMs === null ? 'without' : 'with'} a time of payment`)
  }
  return wrong.map((what) => ({ code: 'flagDiffers', kind: 'payment', id: paymentId, what }))
}

function stepTo(steps: readonly Step[], kind: Step['kind'], id: string): Step | undefined {
  return steps.find((step) => step.kind === kind && step.id === id && step.to === 'paid')
}

/** A paid order names the one payment that is paid and no second success; any other names none. */
function payer({ order, payments }: Ledger): readonly Found[] {
  const wrong = (what: string): readonly Found[] => [
    { code: 'paidByWrongPayment', kind: 'order', id: order.orderRef, what },
  ]
  const paid = payments.filter(({ status }) => status === 'paid')
  const originals = paid.filter(({ duplicate }) => !duplicate)
  if (order.status !== 'paid') {
    if (order.paidPaymentId !== null) return wrong(`is ${order.status}, and names who paid it`)
    const [first] = paid
    return first ? wrong(`is ${order.status}, and ${first.paymentId} is paid`) : []
  }
  const named = originals.some(({ paymentId }) => paymentId === order.paidPaymentId)
  if (!named) return wrong(`names ${order.paidPaymentId}, which is no paid payment of it`)
  return originals.length === 1 ? [] : wrong(`was paid ${originals.length} times unnoticed`)
}

function flagsOfOrder({ order, payments }: Ledger, { steps }: Replay): readonly Found[] {
  const { orderRef, status, paidPaymentId, paidLate, paidAtMs } = order
  const wrong: string[] = []
  const cameLate = stepTo(steps, 'order', orderRef)?.from === 'closed'
  if (paidLate !== cameLate) wrong.push(`paidLate is ${paidLate}, and the log says ${cameLate}`)
  const payment = payments.find(({ paymentId }) => paymentId === paidPaymentId)
  const expectedMs = status === 'paid' ? (payment?.paidAtMs ?? paidAtMs) : null
  if (paidAtMs !== expectedMs) {
    wrong.push(`its time of payment is ${paidAtMs}, and should be ${expectedMs}`)
  }
  return wrong.map((what) => ({ code: 'flagDiffers', kind: 'order', id: orderRef, what }))
}

function live({ order, payments }: Ledger): readonly Found[] {
  const alive = payments.filter(({ status }) => status === 'created' || status === 'pending')
  const names = alive.map(({ paymentId }) => paymentId).join(', ')
  const about = { kind: 'order', id: order.orderRef } as const
  const twice = { code: 'twoLivePayments', ...about, what: `can be paid through ${names}` } as const
  const closed = { code: 'liveInClosedOrder', ...about, what: `is closed; ${names} lives` } as const
  return [
    ...(alive.length > 1 ? [twice] : []),
    ...(alive.length > 0 && order.status === 'closed' ? [closed] : []),
    ...alive.filter(({ dueAtMs }) => dueAtMs === null).map(unwatched),
  ]
}

function unwatched({ paymentId, status }: BookedPayment): Found {
  const what = `is ${status}, and no query of it is due`
  return { code: 'nobodyLooks', kind: 'payment', id: paymentId, what }
}

/** Nobody begins a payment for an order that is paid or closed, nor ships one that is not paid. */
function begunInTime({ steps }: Replay): readonly Found[] {
  let order: string | null = null
  const found: Found[] = []
  for (const { kind, id, from, to, event } of steps) {
    if (kind === 'order') order = to
    const rightWhen = kind === 'shipment' ? 'paid' : 'open'
    const begins = (kind === 'payment' || kind === 'shipment') && from === null
    if (!begins || order === rightWhen) continue
    const what = `event ${event.seq} begins it when its order is ${order ?? 'not there'}`
    found.push({ code: 'illegalStep', kind, id, what })
  }
  return found
}
