import { beforeEach, describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../../sandbox/clock.ts'
import type { PageOrder } from '../../../../../server/pages/checkout/page-data.ts'
import { watchOrder } from '../../../../../server/pages/checkout/watch-order.ts'

const OPEN: PageOrder = {
  orderRef: 'TEA-1',
  status: 'open',
  amount: '¥196.00',
  description: 'Longjing',
  expiresAt: '2026-06-24T04:00:00.000Z',
  paidAt: null,
}

let clock: VirtualClock
let answer: () => Promise<PageOrder | null>
let asked: number
let visible: boolean
let listeners: Set<() => void>
let over: PageOrder[]

beforeEach(() => {
  clock = new VirtualClock(0)
  answer = async () => OPEN
  asked = 0
  visible = true
  listeners = new Set()
  over = []
})

const aWatch = () =>
  watchOrder({
    read: () => {
      asked += 1
      return answer()
    },
    clock,
    visibility: {
      visible: () => visible,
      onChange(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    onOver: (order) => over.push(order),
  })

async function turn(now: boolean) {
  visible = now
  for (const listener of listeners) listener()
  await clock.advance(0)
}

describe('an order that is paid elsewhere', () => {
  test('is heard of within seconds, once, and then nobody asks any more', async () => {
    aWatch().lookNow()
    await clock.advance(4_000)
    expect(asked).toBe(3)
    answer = async () => ({ ...OPEN, status: 'paid' })
    await clock.advance(5_000)
    expect(over.map(({ status }) => status)).toEqual(['paid'])
    const before = asked
    await turn(false)
    await turn(true)
    await clock.advance(60_000)
    expect(asked).toBe(before)
    expect(over).toHaveLength(1)
  })

  test('is heard of at once when the payer comes back', async () => {
    aWatch().lookNow()
    await turn(false)
    await clock.advance(60_000)
    answer = async () => ({ ...OPEN, status: 'paid' })
    await turn(true)
    expect(over).toHaveLength(1)
  })

  test('is not asked about out of view', async () => {
    aWatch().lookNow()
    await turn(false)
    const before = asked
    await clock.advance(600_000)
    expect(asked).toBe(before)
  })

  test('is asked about again after a lost answer, and after one that says nothing', async () => {
    const answers = [Promise.reject(new Error('offline')), Promise.resolve(null)]
    answer = () => answers.shift() ?? Promise.resolve({ ...OPEN, status: 'closed' })
    aWatch().lookNow()
    await clock.advance(10_000)
    expect(over.map(({ status }) => status)).toEqual(['closed'])
  })

  test('is not asked about for ever: nobody sits before a page for a day', async () => {
    aWatch().lookNow()
    await clock.advance(24 * 60 * 60_000)
    expect(asked).toBeLessThan(130)
    expect(clock.nowMs()).toBe(24 * 60 * 60_000)
  })

  test('a slow answer to an earlier question does not bring a second row of questions', async () => {
    const watch = aWatch()
    const waiting: (() => void)[] = []
    answer = () => new Promise((resolve) => waiting.push(() => resolve(OPEN)))
    watch.lookNow()
    watch.lookNow()
    for (const settle of waiting.splice(0)) settle()
    await clock.advance(1_000)
    expect(asked).toBe(3)
  })
})

test('a watch that was stopped says nothing any more', async () => {
  const watch = aWatch()
  answer = async () => ({ ...OPEN, status: 'paid' })
  watch.lookNow()
  watch.stop()
  await clock.advance(60_000)
  expect(over).toEqual([])
  expect(listeners.size).toBe(0)
})
