import { setImmediate } from 'node:timers/promises'
import { sameMoney } from '../../shared/money.ts'
import type { Fact } from '../domain/fact.ts'
import type { BookedNotification, Books, Named } from '../store/books.ts'
import type { Found, Tally } from './tally.ts'
import { inWords, timeInWords } from './words.ts'

const ROWS_AT_ONCE = 500
/** The inbox gives a notification up after a day; an hour is for the worker. */
const STUCK_AFTER_MS = 25 * 60 * 60 * 1000

export interface NotificationCheck {
  readonly nowMs: number
  /** Payments about which something was set aside: people see those already. */
  readonly setAside: ReadonlySet<string>
  readonly isOver: () => boolean
}

/** Whether every notification that was acknowledged was followed to its end, and came to something. */
export async function checkNotifications(
  books: Books,
  tally: Tally,
  { nowMs, setAside, isOver }: NotificationCheck,
): Promise<void> {
  let after = { accountId: '', eventId: '' }
  while (!isOver()) {
    const rows = await books.notifications({ after, limit: ROWS_AT_ONCE })
    for (const row of rows) tally.add(handling(row, nowMs))
    for (const [accountId, ofAccount] of Map.groupBy(rows, (row) => row.accountId)) {
      tally.add(await effects(books, { accountId, rows: ofAccount, setAside }))
    }
    tally.checked.notifications += rows.length
    const last = rows.at(-1)
    if (!last || rows.length < ROWS_AT_ONCE) return
    after = last
    await setImmediate()
  }
}

function handling(row: BookedNotification, nowMs: number): readonly Found[] {
  const { accountId, eventId, state, receivedAtMs, dueAtMs } = row
  const about = { kind: 'notification', id: `${accountId} ${eventId}` } as const
  const since = `received ${timeInWords(receivedAtMs)}`
  if (row.facts === null) {
    return [{ code: 'notificationUnreadable', ...about, what: `${since}, and cannot be read` }]
  }
  if (state === 'abandoned') {
    return [{ code: 'notificationForeign', ...about, what: `${since}, and given up` }]
  }
  const isStuck = dueAtMs === null || nowMs - receivedAtMs > STUCK_AFTER_MS
  return state === 'waiting' && isStuck
    ? [{ code: 'notificationStuck', ...about, what: `${since}, and still waiting` }]
    : []
}

async function effects(
  books: Books,
  {
    accountId,
    rows,
    setAside,
  }: { accountId: string; rows: readonly BookedNotification[] } & Pick<
    NotificationCheck,
    'setAside'
  >,
): Promise<readonly Found[]> {
  const successes = rows
    .filter(({ state }) => state === 'applied')
    .flatMap(({ eventId, facts }) =>
      (facts ?? []).filter(isSuccess).map((fact) => ({ eventId, fact })),
    )
  const numbers = successes.flatMap(({ fact }) => numbersOf(fact))
  const known = Map.groupBy(
    await books.named(accountId, [...new Set(numbers)]),
    ({ kind, number }) => `${kind} ${number}`,
  )
  return successes.flatMap(({ eventId, fact }) => {
    const named = numbersOf(fact).flatMap((number) => known.get(`${fact.kind} ${number}`) ?? [])
    const open = named.filter(({ paymentId }) => !setAside.has(paymentId))
    return open.slice(0, 1).flatMap((ours) => effectOf(ours, fact, `${accountId} ${eventId}`))
  })
}

function isSuccess(fact: Fact): boolean {
  return (fact.status === 'paid' || fact.status === 'succeeded') && !fact.unknownStatus
}

function numbersOf(fact: Fact): readonly string[] {
  const numbers =
    fact.kind === 'payment'
      ? [fact.outTradeNo, fact.providerPaymentId]
      : [fact.outRefundNo, fact.providerRefundId]
  return numbers.filter((number) => number !== null)
}

function effectOf(ours: Named, { status, amount }: Fact, event: string): readonly Found[] {
  const { kind, id } = ours
  if (ours.status !== status) {
    const what = `is ${ours.status}, and notification ${event} says ${status}`
    return [{ code: 'successNotApplied', kind, id, what }]
  }
  if (amount === null || sameMoney(amount, ours.amount)) return []
  const what = `is for ${inWords(ours.amount)}, and notification ${event} says ${inWords(amount)}`
  return [{ code: 'evidenceContradicts', kind, id, what }]
}
