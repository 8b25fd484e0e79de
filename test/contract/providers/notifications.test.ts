import { describe, expect, test } from 'vitest'
import { PAIRINGS } from './pairings.ts'
import { hear, sell } from './sale.ts'
import { type Arrival, examine, HOUR_MS, MINUTE_MS, type Simulated, simulate } from './simulated.ts'

/** Notifications in every state in which they arrive: forged, doubled, late, cut off, out of order. */

const DAY_MS = 24 * HOUR_MS

async function paid(world: Simulated) {
  const sale = await sell(world)
  const before = world.arrivals.length
  await world.simulator.pay('p1001abc')
  await world.settle()
  return { sale, arrivals: world.arrivals.slice(before) }
}

/** The first one that was taken. */
function genuine(arrivals: readonly Arrival[]): Arrival {
  const taken = arrivals.find(({ event }) => event !== null)
  if (!taken) throw new Error('nothing was taken')
  return taken
}

describe.each(PAIRINGS)('$name: a notification', (pairing) => {
  const start = () => simulate(pairing)
  const { areSigned, carryFacts } = pairing.notifications

  test('tells facts or is a reason to ask, as the documents say, and is acknowledged', async () => {
    const world = await start()
    const { sale, arrivals } = await paid(world)
    const { event } = genuine(arrivals)
    expect((event?.facts.length ?? 0) > 0).toBe(carryFacts)
    expect((event?.queries.length ?? 0) > 0).toBe(!carryFacts)
    await hear(world, sale)
    expect(sale.payment().status).toBe('paid')
    const { status } = world.provider.acknowledge()
    expect([200, 201, 202, 204]).toContain(status)
  })

  test('that is forged is refused, or worth one question that is answered with the truth', async () => {
    const world = await start()
    const sale = await sell(world)
    const before = world.arrivals.length
    world.simulator.forgePaid('p1001abc')
    await world.settle()
    const forged = world.arrivals.slice(before)
    expect(forged).toHaveLength(1)
    if (areSigned) expect(forged[0]).toMatchObject({ outcome: 'unverifiable', event: null })
    else expect(forged[0]).toMatchObject({ event: { facts: [] } })
    await hear(world, sale)
    expect(sale.payment().status).toBe('pending')
  })

  test('is told from the forged and the cut-off ones around it', async () => {
    const world = await start()
    world.simulator.faults.set({ notifications: { forge: 'all' } })
    const { sale, arrivals } = await paid(world)
    await hear(world, sale)
    expect(sale.payment().status).toBe('paid')
    const refused = arrivals.filter(({ event }) => event === null)
    for (const { outcome } of refused) expect(outcome).toBe('unverifiable')
    if (!areSigned) return
    expect(refused.length).toBeGreaterThanOrEqual(2)
    expect(arrivals.filter(({ event }) => event !== null)).toHaveLength(1)
  })

  test('that comes twice is one event, and changes nothing the second time', async () => {
    const world = await start()
    // Where keys are learnt from the first notification, that is over with the first payment.
    await sell(world, { outTradeNo: 'p1000abc' })
    await world.simulator.pay('p1000abc')
    await world.settle()
    world.simulator.faults.set({ notifications: { duplicate: 'all' } })
    const { sale, arrivals } = await paid(world)
    const events = arrivals.flatMap(({ event }) => event ?? [])
    expect(events.length).toBeGreaterThanOrEqual(2)
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1)
    expect(events[1]).toEqual(events[0])
    const [first, ...repeats] = await hear(world, sale, arrivals)
    expect(first).toBe('edges')
    for (const belief of repeats) expect(belief).toBe('unchanged')
  })

  test('of two payments has two names', async () => {
    const world = await start()
    const { sale, arrivals } = await paid(world)
    const before = world.arrivals.length
    await sell(world, { outTradeNo: 'p1002abc' })
    await world.simulator.pay('p1002abc')
    await world.settle()
    const other = genuine(world.arrivals.slice(before).filter(({ event }) => event))
    expect(other.event?.eventId).not.toBe(genuine(arrivals).event?.eventId)
    expect(await hear(world, sale, [other])).toEqual([])
  })

  test('that is sent again by somebody is refused, known as the same, or tells nothing', async () => {
    const world = await start()
    const { sale, arrivals } = await paid(world)
    const { raw, event } = genuine(arrivals)
    for (const agoMs of [MINUTE_MS, DAY_MS]) {
      await world.clock.advance(agoMs)
      const again = examine(world, { ...raw, receivedAtMs: world.clock.nowMs() })
      if (again.event?.facts.length) expect(again.event).toEqual(event)
      if (!again.event) expect(again.outcome).toBe('unverifiable')
      await hear(world, sale, [genuine(arrivals), again])
    }
    expect(sale.payment()).toMatchObject({ status: 'paid', duplicate: false })
  })

  test('of which one character is another tells no fact', async () => {
    const world = await start()
    const { arrivals } = await paid(world)
    const { raw } = genuine(arrivals)
    for (const bent of bentCopies(raw)) {
      const { event } = examine(world, bent)
      expect(event?.facts ?? [], Buffer.from(bent.body).toString('latin1')).toEqual([])
    }
  })

  test('that is cut off anywhere tells no fact', async () => {
    const world = await start()
    const { arrivals } = await paid(world)
    const { raw } = genuine(arrivals)
    for (const part of [0, 0.1, 0.5, 0.9]) {
      const body = raw.body.slice(0, raw.body.length * part)
      const query = raw.query.slice(0, raw.query.length * part)
      const { event } = examine(world, { ...raw, body, query })
      expect(event?.facts ?? []).toEqual([])
    }
  })

  test('that is lost comes again, and the payment is paid', async () => {
    const world = await start()
    const sale = await sell(world)
    await world.settle()
    world.simulator.faults.set({ notifications: { drop: 1 } })
    await world.simulator.pay('p1001abc')
    await world.clock.advance(HOUR_MS)
    await world.settle()
    await hear(world, sale)
    expect(sale.payment().status).toBe('paid')
  })

  test('that another overtakes is none the worse for it', async () => {
    const world = await start()
    const first = await sell(world)
    const second = await sell(world, { outTradeNo: 'p1002abc' })
    await world.settle()
    world.simulator.faults.set({ notifications: { reorder: 1 } })
    await world.simulator.pay('p1001abc')
    await world.simulator.pay('p1002abc')
    await world.clock.advance(2 * MINUTE_MS)
    await world.settle()
    await hear(world, first, world.arrivals.toReversed())
    await hear(world, second, world.arrivals.toReversed())
    expect(first.payment().status).toBe('paid')
    expect(second.payment().status).toBe('paid')
  })
})

/** The same message with one character of it changed, here and there. */
function bentCopies(raw: Arrival['raw']): readonly Arrival['raw'][] {
  const places = [0.02, 0.15, 0.31, 0.47, 0.63, 0.79, 0.95]
  return places.map((place) => {
    const body = Uint8Array.from(raw.body)
    const at = Math.floor(body.length * place)
    if (body.length > 0) body[at] = body[at] === 0x31 ? 0x32 : 0x31
    const index = Math.floor(raw.query.length * place)
    const digit = raw.query[index] === '1' ? '2' : '1'
    const bent = raw.query.slice(0, index) + digit + raw.query.slice(index + 1)
    return { ...raw, body, query: raw.body.length > 0 ? raw.query : bent }
  })
}
