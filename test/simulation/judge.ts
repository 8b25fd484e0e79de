import { PROVIDER_KEYS } from '../../sandbox/providers/index.ts'
import { audit } from '../../server/audit/audit.ts'
import { isOpenRefund } from '../../server/domain/refund.ts'
import { isLive } from '../../server/domain/transitions.ts'
import type { InboxRow, Store } from '../../server/store/store.ts'
import { eventIdsOf, type Pair, pairsOf, violations } from '../support/invariants.ts'
import { replay } from './replay.ts'
import { type SimWorld, START_MS } from './world.ts'

/** What is still under way and must come to an end by itself; empty once the world has come to rest. */
export async function unfinished(world: SimWorld, store: Store): Promise<readonly string[]> {
  const open: string[] = [...world.actors].map((actor) => `${actor} is still waiting`)
  for (const { orderRef } of world.plan.orders) {
    for (const payment of await store.paymentsOfOrder(orderRef)) {
      if (isLive(payment.status)) open.push(`${payment.paymentId} is still ${payment.status}`)
      for (const refund of await store.refundsOfPayment(payment.paymentId)) {
        const waits = isOpenRefund(refund.status) && refund.status !== 'needsAction'
        if (waits) open.push(`${refund.refundId} is still ${refund.status}`)
      }
    }
  }
  return open
}

/** Every promise that was broken, in words; empty when all were kept. */
export async function judge(world: SimWorld, store: Store): Promise<readonly string[]> {
  const { sandbox, plan, history } = world
  const orderRefs: string[] = []
  for (const { orderRef } of plan.orders) if (await store.order(orderRef)) orderRefs.push(orderRef)
  return [
    ...history.violations,
    ...(await violations(store, pairsOf(sandbox), orderRefs)),
    ...(await replay(store, orderRefs)),
    ...(await keptWords(world, store)),
    ...(await actedUpon(world, store)),
    ...(await refundsThere(world, store)),
    ...(await world.receiver.judge(store)),
    ...(await audited(world)),
    ...politeness(world),
  ]
}

/** Our own audit agrees that all is well. */
async function audited({ server }: SimWorld): Promise<string[]> {
  if (!server.toolkit) return ['the server is gone']
  const { findings } = await audit(server.toolkit.deps)
  return findings
    .filter(({ severity }) => severity === 'violation' || severity === 'difference')
    .map(({ claim, code, id, what }) => `${claim} audit: ${code} ${id} ${what}`)
}

/** What callers were told stays true. */
async function keptWords({ history }: SimWorld, store: Store): Promise<string[]> {
  const broken: string[] = []
  for (const paymentId of history.paidPayments) {
    const payment = await store.payment(paymentId)
    if (payment?.status !== 'paid') broken.push(`I5 ${paymentId} was told paid: ${payment?.status}`)
  }
  for (const refundId of history.refunds) {
    if (!(await store.refund(refundId))) broken.push(`I7 ${refundId} was told, and is not here`)
  }
  return broken
}

/** A database that takes a success also applies it: there is nothing to wait for in between. */
const AT_ONCE_MS = 1_000
/** Where we only learnt that there is news, the question may be repeated; while there is trouble, long. */
const SOON_MS = 15 * 60_000

/** What was acknowledged was also acted upon, and not found much later by a question of its own. */
async function actedUpon({ sandbox, plan }: SimWorld, store: Store): Promise<string[]> {
  const events = await store.events({ afterSeq: 0, limit: 1_000_000 })
  const paid = new Map(
    events.flatMap(({ type, ...one }) =>
      type === 'payment.paid' ? [[one.paymentId, one.atMs]] : [],
    ),
  )
  const wrong: string[] = []
  for (const pair of pairsOf(sandbox)) {
    for (const row of await takenRows(store, pair)) {
      const [fact] = row.facts
      const isSuccess = fact?.kind === 'payment' && fact.status === 'paid'
      const [named] = isSuccess ? [fact] : row.queries
      const payment =
        named && (await store.paymentByNumber({ ...named, accountId: pair.accountId }))
      const there = pair.simulator
        .books()
        .payments.find(({ id }) => id === payment?.providerPaymentId)
      const atMs = paid.get(payment?.paymentId ?? null)
      if (atMs === undefined || (there?.paidAtMs ?? Number.POSITIVE_INFINITY) > row.receivedAtMs)
        continue
      const byMs = isSuccess
        ? row.receivedAtMs + AT_ONCE_MS
        : Math.max(row.receivedAtMs, START_MS + plan.troubleMs) + SOON_MS
      if (atMs <= byMs) continue
      wrong.push(`I7 ${row.eventId} was taken, and acted upon ${atMs - row.receivedAtMs} ms later`)
    }
  }
  return wrong
}

/** What was acknowledged, and did not have to wait for its payment. */
async function takenRows(
  store: Store,
  { accountId, simulator }: Pair,
): Promise<readonly InboxRow[]> {
  const attempts = simulator.notifications
    .log()
    .filter(({ status }) => status !== null && status < 300)
  const eventIds = new Set(attempts.flatMap(eventIdsOf))
  const rows = await Promise.all([...eventIds].map((eventId) => store.inboxRow(accountId, eventId)))
  return rows.filter((row) => row !== undefined).filter((row) => row.attempts === 0)
}

/** Every refund at a provider is one of ours, and none of ours is there twice. */
async function refundsThere({ sandbox, plan }: SimWorld, store: Store): Promise<string[]> {
  const ours = new Map<string, number>()
  for (const { orderRef } of plan.orders) {
    for (const payment of await store.paymentsOfOrder(orderRef)) {
      for (const refund of await store.refundsOfPayment(payment.paymentId)) {
        ours.set(refund.outRefundNo, 0)
      }
    }
  }
  const wrong: string[] = []
  for (const { reference, state, id } of PROVIDER_KEYS.flatMap(
    (key) => sandbox[key].books().refunds,
  )) {
    if (state === 'failed') continue
    const count = ours.get(reference ?? '')
    if (count === undefined) wrong.push(`I4 the refund ${id} (${reference}) is none of ours`)
    else if (count > 0) wrong.push(`I3 the refund ${reference} was made twice`)
    ours.set(reference ?? '', (count ?? 0) + 1)
  }
  return wrong
}

/**
 * Providers that forbid polling were not polled. A question whose answer was lost, with us or on the
 * way, has to be asked again; and where the clocks disagree, so do the ends of payments.
 */
function politeness({ sandbox, server, weather, plan }: SimWorld): string[] {
  if (plan.skews.ppro !== undefined) return []
  const lost = Object.values(weather.struck).reduce((sum, count) => sum + count, server.lives - 1)
  const asked = sandbox.ppro.pollingViolations()
  return asked > lost ? [`PPRO was polled ${asked} times, and ${lost} answers were lost`] : []
}
