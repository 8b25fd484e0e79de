import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawPlan, type Plan } from '../simulation/plan.ts'
import { run } from '../simulation/run.ts'
import { createShared } from '../simulation/shared.ts'
import { shrink } from '../simulation/shrink.ts'
import type { Shared } from '../simulation/world.ts'

/**
 * The simulation itself: `npm run simulate` plays many seeds; here stands that a seed is one world,
 * that the judge can say no, and that a failing plan becomes small.
 */

let shared: Shared & { close(): void }
beforeAll(async () => {
  shared = await createShared()
})
afterAll(() => shared.close())

describe('a seed', () => {
  test('is the same world every time, down to the last message', async () => {
    // 3: storms and a death; 1: storms, deaths and refunds.
    for (const seed of ['1', '3']) {
      const first = await run(drawPlan(seed), shared)
      const again = await run(drawPlan(seed), shared)
      expect(again).toEqual(first)
      expect(first.figures.deaths).toBeGreaterThan(0)
      expect(first.figures.paid).toBeGreaterThan(0)
    }
  })

  test('is another world than the next one', async () => {
    const traces = await Promise.all(
      ['4', '10'].map(async (seed) => (await run(drawPlan(seed), shared)).trace),
    )
    expect(traces[0]).not.toBe(traces[1])
  })
})

describe('a failing plan', () => {
  test('shrinks to the pieces that make it fail', async () => {
    const plan = drawPlan('2')
    const culprit = plan.orders[1]
    if (!culprit) throw new Error('seed 2 has too few orders')
    const needs = ({ orders }: Plan) => orders.some(({ orderRef }) => orderRef === culprit.orderRef)
    const smallest = await shrink(plan, async (candidate) => needs(candidate))
    expect(smallest.orders.map(({ orderRef }) => orderRef)).toEqual([culprit.orderRef])
    expect([smallest.storms, smallest.deaths, smallest.incidents]).toEqual([[], [], []])
    expect(smallest.orders[0]?.visits).toEqual([])
  })

  test('stays as it is where every piece is needed', async () => {
    const plan = drawPlan('2')
    expect(await shrink(plan, async () => false)).toBe(plan)
  })
})
