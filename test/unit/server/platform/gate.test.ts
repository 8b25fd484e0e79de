import { expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createGate } from '../../../../server/platform/gate.ts'

function aGate(most: number, mostWaiting: number) {
  const clock = new VirtualClock(0)
  const gate = createGate({ clock, most, mostWaiting })
  const arrivals: string[] = []
  const arrive = (name: string, waitMs = 1_000) =>
    gate.enter(waitMs).then((how) => arrivals.push(`${name} ${how}`))
  return { clock, gate, arrivals, arrive }
}

test('so many are inside at one time, and the others follow in their order', async () => {
  const { gate, arrivals, arrive, clock } = aGate(2, 10)
  for (const name of ['a', 'b', 'c', 'd']) void arrive(name)
  await clock.advance(0)
  expect(arrivals).toEqual(['a in', 'b in'])
  gate.leave()
  await clock.advance(0)
  gate.leave()
  await clock.advance(0)
  expect(arrivals).toEqual(['a in', 'b in', 'c in', 'd in'])
})

test('nobody waits behind a full queue', async () => {
  const { arrivals, arrive, clock } = aGate(1, 1)
  for (const name of ['a', 'b', 'c']) void arrive(name)
  await clock.advance(0)
  expect(arrivals).toEqual(['a in', 'c full'])
})

test('who waited for too long leaves the queue, and takes no place', async () => {
  const { gate, arrivals, arrive, clock } = aGate(1, 2)
  void arrive('a')
  void arrive('b', 500)
  void arrive('c', 5_000)
  await clock.advance(500)
  expect(arrivals).toEqual(['a in', 'b late'])
  gate.leave()
  await clock.advance(0)
  expect(arrivals).toEqual(['a in', 'b late', 'c in'])
})

test('a place that was handed on cannot be taken by who comes at that moment', async () => {
  const { gate, arrivals, arrive, clock } = aGate(1, 2)
  void arrive('a')
  void arrive('b')
  await clock.advance(0)
  gate.leave()
  void arrive('c')
  await clock.advance(0)
  expect(arrivals).toEqual(['a in', 'b in'])
  gate.leave()
  gate.leave()
  expect(gate.isEmpty()).toBe(true)
})
