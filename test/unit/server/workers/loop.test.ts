import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { silentLogger } from '../../../../server/platform/logger.ts'
import type { Change, Store } from '../../../../server/store/store.ts'
import { type WorkKind, WorkLoop } from '../../../../server/workers/loop.ts'

/** A list of due times stands in for rows; the loop knows nothing else about them. */

let clock: VirtualClock
let rows: { dueAtMs: number; name: string }[]
let done: string[]
let listeners: Set<(change: Change) => void>
let claims: number
let storeIsDown: boolean
let loop: WorkLoop

beforeEach(() => {
  clock = new VirtualClock(0)
  rows = []
  done = []
  listeners = new Set()
  claims = 0
  storeIsDown = false
})
afterEach(() => loop.stop())

function start(work: (name: string) => Promise<void> = async () => {}): void {
  const kind: WorkKind = {
    name: 'rows',
    nextAtMs: ({ payments }) => payments,
    async claim({ nowMs, limit }) {
      claims += 1
      if (storeIsDown) throw new Error('the store is away')
      const due = rows.filter(({ dueAtMs }) => dueAtMs <= nowMs).slice(0, limit)
      rows = rows.filter((row) => !due.includes(row))
      return due.map(({ name }) => async () => {
        await work(name)
        done.push(name)
      })
    },
  }
  const store: Pick<Store, 'onChange' | 'nextDue'> = {
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async nextDue() {
      const next = Math.min(...rows.map(({ dueAtMs }) => dueAtMs))
      return {
        payments: Number.isFinite(next) ? next : null,
        refunds: null,
        inbox: null,
        settlementDays: null,
        shipments: null,
        orderCentrePaths: null,
        deliveries: false,
      }
    },
  }
  loop = new WorkLoop({ store, clock, logger: silentLogger, kinds: [kind] })
  loop.start()
}

function add(name: string, dueAtMs: number): void {
  rows.push({ name, dueAtMs })
  for (const listener of listeners) listener({ kind: 'due', atMs: dueAtMs })
}

describe('work that lives in rows', () => {
  test('is done when it is due, and not before', async () => {
    start()
    add('tea', 5_000)
    await loop.idle()
    expect(done).toEqual([])
    await clock.advance(5_000)
    await loop.idle()
    expect(done).toEqual(['tea'])
  })

  test('is done in time although something later becomes due meanwhile', async () => {
    start()
    add('tea', 5_000)
    await loop.idle()
    add('cup', 50_000)
    await clock.advance(5_000)
    // By itself: whoever waits for the loop to be idle wakes it.
    await new Promise((resolve) => setImmediate(resolve))
    expect(done).toEqual(['tea'])
  })

  test('that is due at once is done without a tick of the clock', async () => {
    start()
    await loop.idle()
    add('tea', 0)
    await loop.idle()
    expect(done).toEqual(['tea'])
  })

  test('is not looked for while nothing is due', async () => {
    start()
    await loop.idle()
    const before = claims
    await clock.advance(25_000)
    expect(claims).toBe(before)
  })

  test('of many is done side by side, with a bound', async () => {
    let inHand = 0
    let most = 0
    start(async () => {
      inHand += 1
      most = Math.max(most, inHand)
      await Promise.resolve()
      await new Promise((resolve) => setImmediate(resolve))
      inHand -= 1
    })
    for (let index = 0; index < 100; index += 1) add(`row ${index}`, 0)
    await loop.idle()
    expect(done).toHaveLength(100)
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(32)
  })

  test('that throws leaves the others alone', async () => {
    start(async (name) => {
      if (name === 'bad') throw new Error('this row is broken')
    })
    add('bad', 0)
    add('good', 0)
    await loop.idle()
    expect(done).toEqual(['good'])
  })

  test('goes on once the store is back, and says meanwhile that it is away', async () => {
    start()
    await loop.idle()
    storeIsDown = true
    add('tea', 0)
    await loop.idle()
    expect(loop.healthy()).toBe(false)
    storeIsDown = false
    // By itself: `idle()` would wake it.
    await clock.advance(1_000)
    expect(loop.healthy()).toBe(true)
    expect(done).toEqual(['tea'])
  })

  test('in hand is finished before the loop has stopped, and nothing new is begun', async () => {
    const gate = Promise.withResolvers<void>()
    start(() => gate.promise)
    add('slow', 0)
    await Promise.race([loop.idle(), new Promise((resolve) => setImmediate(resolve))])
    const stopping = loop.stop()
    add('late', 0)
    gate.resolve()
    await stopping
    expect(done).toEqual(['slow'])
  })
})
