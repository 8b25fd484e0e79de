import { afterEach, describe, expect, test } from 'vitest'
import { createPostgresStore } from '../../server/store/postgres.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { createAttention } from '../../server/usecases/attention.ts'
import { confirmPayment } from '../../server/usecases/confirm-payment.ts'
import { createPayment } from '../../server/usecases/create-payment.ts'
import { nudgeQuery } from '../../server/usecases/nudge-query.ts'
import { freshDatabase } from '../support/postgres.ts'
import { createWorld, type World } from '../support/world.ts'

/**
 * Goal: however many watch a payment, in however many processes, its provider is asked at most once
 * per interval, also while it gives no answer. Method: real use cases and stores, a provider that
 * counts, and clocks that are moved.
 */

const INTERVAL_MS = 3_000
/** At once, and then once per interval. */
const mostQuestionsIn = (watchedMs: number) => watchedMs / INTERVAL_MS + 1
const STEP_MS = 500
/** So many wait for the verdict, who read the row at every change; the others only watch. */
const MOST_WAITING = 1_000
/** As many as it takes to see what a silent provider is asked. */
const A_FEW = 50

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

async function storesOn(kind: 'sqlite' | 'postgres', count: number): Promise<readonly Store[]> {
  if (kind === 'sqlite') return [createSqliteStore({ path: ':memory:' })]
  const database = await freshDatabase()
  ends.push(() => database.drop())
  const { connectionString } = database
  return Array.from({ length: count }, () => createPostgresStore({ connectionString }))
}

/** One payment, and so many processes' worth of rules on its database. */
async function processesOn(kind: 'sqlite' | 'postgres', count: number) {
  const worlds: World[] = []
  for (const store of await storesOn(kind, count)) {
    const world = await createWorld({ store })
    worlds.push(world)
    ends.push(() => world.close())
  }
  const [first] = worlds
  if (!first) throw new Error('there is no process')
  await first.anOrder()
  const { paymentId } = await createPayment(first, first.wish())
  // One provider stands behind all of them.
  for (const { provider } of worlds) {
    for (const [number, booked] of first.provider.payments) provider.payments.set(number, booked)
  }
  return { worlds, paymentId }
}

/** How often the provider is asked while that many watch; at the end all of them hang up. */
async function questionsWhileWatched(
  { worlds, paymentId }: { worlds: readonly World[]; paymentId: string },
  { watchers, watchedMs }: { watchers: number; watchedMs: number },
): Promise<number> {
  const hangUp = new AbortController()
  const { signal } = hangUp
  const attentions = worlds.map((world) =>
    createAttention(world.clock, (id) => nudgeQuery(world, id)),
  )
  const waiting = worlds.flatMap((world, index) => {
    const attention = attentions[index]
    if (!attention) throw new Error('nobody pays attention')
    for (let rest = MOST_WAITING; rest < watchers; rest += 1)
      attention.watch(paymentId, INTERVAL_MS)
    const wish = { paymentId, sessions: [world.session], waitMs: 2 * watchedMs, signal }
    return Array.from({ length: Math.min(watchers, MOST_WAITING) }, () =>
      confirmPayment({ ...world, attention }, wish),
    )
  })
  for (let passedMs = 0; passedMs < watchedMs; passedMs += STEP_MS) {
    // Processes look at their rows at other moments.
    for (const world of worlds) await world.later(STEP_MS)
  }
  hangUp.abort()
  await Promise.all(waiting)
  for (const attention of attentions) attention.close()
  const calls = worlds.flatMap(({ provider }) => provider.calls)
  return calls.filter((call) => call.startsWith('query')).length
}

describe.each([
  { kind: 'sqlite', processes: 1, watchers: 10_000, watchedMs: 9_000 },
  { kind: 'postgres', processes: 1, watchers: 500, watchedMs: 9_000 },
  { kind: 'postgres', processes: 2, watchers: 50, watchedMs: 30_000 },
] as const)(
  '$watchers watchers in each of $processes processes on $kind',
  { timeout: 120_000 },
  ({ kind, processes, ...crowd }) => {
    test('are one question per interval', async () => {
      const line = await processesOn(kind, processes)
      const questions = await questionsWhileWatched(line, crowd)
      expect(questions).toBeLessThanOrEqual(mostQuestionsIn(crowd.watchedMs))
      expect(questions).toBeGreaterThan(mostQuestionsIn(crowd.watchedMs) / 2)
    })

    test('are one question per interval also where the provider does not answer', async () => {
      const line = await processesOn(kind, processes)
      for (const { provider } of line.worlds) {
        provider.fail({ on: 'query', when: 'before', outcome: 'unknown' }, 1_000)
      }
      const questions = await questionsWhileWatched(line, { ...crowd, watchers: A_FEW })
      expect(questions).toBeLessThanOrEqual(mostQuestionsIn(crowd.watchedMs))
      expect(questions).toBeGreaterThan(1)
    })
  },
)
