import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { type CircuitChange, createCircuit } from '../../../../server/platform/circuit.ts'

function aCircuit(random = () => 0.5) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24))
  const changes: CircuitChange[] = []
  const circuit = createCircuit({ clock, random, report: (change) => changes.push(change) })
  const fail = (times: number) => {
    for (let time = 0; time < times; time += 1) circuit.begin()('ill')
  }
  return { clock, circuit, changes, fail }
}

test('four failures in a row change nothing; the fifth opens it', () => {
  const { circuit, fail, changes } = aCircuit()
  fail(4)
  expect(circuit.refusalMs()).toBeNull()
  fail(1)
  expect(circuit.refusalMs()).toBe(5_000)
  expect(changes).toEqual([{ kind: 'opened', failures: 5, pauseMs: 5_000 }])
})

test('one success between failures begins the count anew', () => {
  const { circuit, fail } = aCircuit()
  fail(4)
  circuit.begin()('well')
  fail(4)
  expect(circuit.refusalMs()).toBeNull()
})

test('failures that lie far apart are no row', async () => {
  const { circuit, fail, clock } = aCircuit()
  for (let time = 0; time < 20; time += 1) {
    fail(1)
    await clock.advance(60_001)
  }
  expect(circuit.refusalMs()).toBeNull()
})

test('what says nothing about health neither opens nor closes it', async () => {
  const { circuit, fail, clock } = aCircuit()
  for (let time = 0; time < 20; time += 1) circuit.begin()('unclear')
  expect(circuit.refusalMs()).toBeNull()
  fail(5)
  await clock.advance(5_000)
  circuit.begin()('unclear')
  // Still one call at a time, and the next one may find out.
  expect(circuit.refusalMs()).toBeNull()
  circuit.begin()
  expect(circuit.refusalMs()).not.toBeNull()
})

test('after the pause one call finds out; all others are refused until it has', async () => {
  const { circuit, fail, clock, changes } = aCircuit()
  fail(5)
  await clock.advance(4_999)
  expect(circuit.refusalMs()).toBe(1)
  await clock.advance(1)
  expect(circuit.refusalMs()).toBeNull()
  const ended = circuit.begin()
  expect(circuit.refusalMs()).not.toBeNull()
  ended('well')
  expect(circuit.refusalMs()).toBeNull()
  expect(circuit.isClosed()).toBe(true)
  expect(changes.at(-1)).toEqual({ kind: 'closed', openMs: 5_000 })
})

test('the pause grows with every call that found nothing, up to a minute', async () => {
  const { circuit, fail, clock, changes } = aCircuit()
  fail(5)
  for (let round = 0; round < 6; round += 1) {
    await clock.advance(60_000)
    circuit.begin()('ill')
  }
  const pauses = changes.map((change) => (change.kind === 'closed' ? 0 : change.pauseMs))
  expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000])
})

test('processes do not find out together: the pause is spread around its length', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (drawn) => {
      const { circuit, fail } = aCircuit(() => drawn)
      fail(5)
      const pauseMs = circuit.refusalMs() ?? 0
      expect(pauseMs).toBeGreaterThanOrEqual(3_750)
      expect(pauseMs).toBeLessThanOrEqual(6_250)
    }),
  )
})

test('calls that were under way when it opened do not lengthen the pause; a success ends it', () => {
  const { circuit, fail } = aCircuit()
  const slow = [circuit.begin(), circuit.begin()]
  fail(5)
  slow[0]?.('ill')
  expect(circuit.refusalMs()).toBe(5_000)
  slow[1]?.('well')
  expect(circuit.refusalMs()).toBeNull()
})
