import { isDeepStrictEqual } from 'node:util'
import type { Sandbox } from '../../sandbox/index.ts'
import type { Attempt } from '../../sandbox/notifier.ts'
import { PROVIDER_KEYS } from '../../sandbox/providers/index.ts'
import type { ProviderSimulator } from '../../sandbox/simulator.ts'
import type { EventType } from '../../server/domain/event.ts'
import type { Payment } from '../../server/domain/payment.ts'
import type { Store, StoredEvent } from '../../server/store/store.ts'
import { effectsOnce } from './once.ts'

/** An account of ours, and the simulator that plays its provider. */
export interface Pair {
  readonly accountId: string
  readonly simulator: ProviderSimulator
}

export function pairsOf(sandbox: Sandbox): readonly Pair[] {
  return PROVIDER_KEYS.map((key) => ({ accountId: key, simulator: sandbox[key] }))
}

/**
 * Compares our books with the providers' own, and our state with our event log. Answers every
 * violation in words, named by its invariant (I1 paid only when paid there, I2 nothing lost, I3 one
 * effect per event, I4 refunds within the paid sum, I5 forward only, I6 a second success goes back,
 * I7 what was acknowledged is on disk). Empty when all hold.
 */
export async function violations(
  store: Store,
  pairs: readonly Pair[],
  orderRefs: readonly string[],
): Promise<readonly string[]> {
  const payments = (await Promise.all(orderRefs.map((ref) => store.paymentsOfOrder(ref)))).flat()
  const events = await store.events({ afterSeq: 0, limit: 1_000_000 })
  const found = await Promise.all([
    ...pairs.map((pair) => againstBooks(store, pair, payments)),
    ...pairs.map((pair) => acknowledged(store, pair)),
    ...payments.map((payment) => refundsOf(store, payment)),
    ...payments.map((payment) => againstEvents(payment, events)),
    ...orderRefs.map((ref) => ordersOf(store, ref)),
    ...orderRefs.map((ref) => shipmentsOf(store, ref, events)),
  ])
  return found.flat()
}

async function againstBooks(
  store: Store,
  { accountId, simulator }: Pair,
  payments: readonly Payment[],
): Promise<string[]> {
  const books = simulator.books()
  const ours = payments.filter((payment) => payment.accountId === accountId)
  const wrong: string[] = []
  for (const payment of ours.filter(({ status }) => status === 'paid')) {
    const there = books.payments.find(({ id }) => id === payment.providerPaymentId)
    const same = there?.state === 'paid' && isDeepStrictEqual(there.amount, payment.amount)
    if (!same) wrong.push(`I1 ${payment.paymentId} is paid here, and ${there?.status} there`)
  }
  for (const there of books.payments.filter(({ state }) => state === 'paid')) {
    const here = ours.find(({ outTradeNo }) => outTradeNo === there.reference)
    if (here?.status !== 'paid')
      wrong.push(`I2 ${there.id} is paid there, and ${here?.status} here`)
    const refunds = here ? await store.refundsOfPayment(here.paymentId) : []
    const done = refunds.filter(({ status }) => status === 'succeeded')
    const sum = done.reduce((total, { amount }) => total + amount.value, 0)
    if (sum !== there.refundedMinor) {
      wrong.push(`I4 ${there.id}: ${there.refundedMinor} refunded there, ${sum} here`)
    }
  }
  return [...wrong, ...(await effectsOnce(store, books, ours))]
}

async function acknowledged(store: Store, { accountId, simulator }: Pair): Promise<string[]> {
  const taken = simulator.notifications
    .log()
    .filter(({ status }) => status !== null && status < 300)
  const wrong: string[] = []
  for (const attempt of taken) {
    if (attempt.kind === 'forged' || attempt.kind === 'truncated') {
      wrong.push(`I1 a ${attempt.kind} notification of ${attempt.subject} was acknowledged`)
      continue
    }
    const rows = eventIdsOf(attempt).map((eventId) => store.inboxRow(accountId, eventId))
    if (!(await Promise.all(rows)).some((row) => row !== undefined)) {
      wrong.push(`I7 ${attempt.event} of ${attempt.subject} was acknowledged, and is not on disk`)
    }
  }
  return wrong
}

/**
 * What the event may be called on our disk. Worldline, WooshPay and WeChat Pay name their events;
 * others are named by what they say: the payment, and its end, its hash, or the time of the call.
 */
export function eventIdsOf({ body, url, atMs }: Attempt): readonly string[] {
  if (body.startsWith('{')) {
    const event: { id?: string } = JSON.parse(body)
    return event.id === undefined ? [] : [event.id]
  }
  const form = new URLSearchParams(body)
  const query = new URL(url).searchParams
  const words = (...names: string[]) => names.map((name) => form.get(name) ?? query.get(name))
  if (form.has('finaltimestamp')) return [words('txid', 'finaltimestamp').join('.')]
  if (form.has('HASH')) return [`signed.${words('TXID', 'HASH').join('.')}`]
  if (form.has('STATUS')) return [`unsigned.${words('payment', 'STATUS').join('.')}`]
  const tenMinutes = Math.floor(atMs / 600_000)
  return [tenMinutes, tenMinutes + 1].map(
    (part) => `${words('payment', 'event').join('.')}.${part}`,
  )
}

async function refundsOf(store: Store, payment: Payment): Promise<string[]> {
  const refunds = await store.refundsOfPayment(payment.paymentId)
  const reserved = refunds
    .filter(({ status }) => status !== 'failed')
    .reduce((sum, { amount }) => sum + amount.value, 0)
  const wrong: string[] = []
  if (reserved > payment.amount.value) wrong.push(`I4 ${payment.paymentId} gives back ${reserved}`)
  if (payment.duplicate && reserved !== payment.amount.value) {
    wrong.push(`I6 the second success ${payment.paymentId} goes back only by ${reserved}`)
  }
  return wrong
}

const END_OF: Partial<Record<EventType, Payment['status']>> = {
  'payment.created': 'created',
  'payment.pending': 'pending',
  'payment.paid': 'paid',
  'payment.failed': 'failed',
  'payment.closed': 'closed',
}

async function againstEvents(
  { paymentId, status }: Payment,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const own = events.filter((event) => event.paymentId === paymentId && event.type in END_OF)
  const wrong: string[] = []
  const types = own.map(({ type }) => type)
  if (new Set(types).size !== types.length) wrong.push(`I3 ${paymentId} has ${types.join(', ')}`)
  if (types.at(0) !== 'payment.created') wrong.push(`I5 ${paymentId} begins with ${types.at(0)}`)
  const paidAt = types.indexOf('payment.paid')
  if (paidAt >= 0 && paidAt !== types.length - 1) wrong.push(`I5 ${paymentId}: ${types.join(', ')}`)
  const last = types.at(-1)
  if (last === undefined || END_OF[last] !== status) {
    wrong.push(`I10 ${paymentId} is ${status}, and its last event is ${last}`)
  }
  return wrong
}

async function shipmentsOf(
  store: Store,
  orderRef: string,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const order = await store.order(orderRef)
  const shipments = await store.shipmentsOfOrder(orderRef)
  return shipments.flatMap(({ shipmentId, status }) => {
    const own = events.filter((event) => event.shipmentId === shipmentId).map(({ type }) => type)
    const wrong: string[] = []
    if (order?.status !== 'paid') wrong.push(`I1 ${shipmentId} ships an order nobody paid`)
    if (new Set(own).size !== own.length) wrong.push(`I3 ${shipmentId} has ${own.join(', ')}`)
    if (own.at(-1) !== `shipment.${status}`) {
      wrong.push(`I10 ${shipmentId} is ${status}, and its last event is ${own.at(-1)}`)
    }
    return wrong
  })
}

async function ordersOf(store: Store, orderRef: string): Promise<string[]> {
  const order = await store.order(orderRef)
  const payments = await store.paymentsOfOrder(orderRef)
  const paid = payments.filter(({ status }) => status === 'paid')
  const wrong: string[] = []
  if ((order?.status === 'paid') !== paid.length > 0) {
    wrong.push(`I2 order ${orderRef} is ${order?.status} with ${paid.length} paid payments`)
  }
  const originals = paid.filter(({ duplicate }) => !duplicate)
  if (paid.length > 0 && originals.length !== 1) {
    wrong.push(`I6 order ${orderRef} has ${originals.length} payments that are no duplicates`)
  }
  return wrong
}
