import { describe, expect, test } from 'vitest'
import { PAIRINGS } from './pairings.ts'
import { hear, sell, sold } from './sale.ts'
import { HOUR_MS, simulate } from './simulated.ts'

/** How payments end without money, and how money comes after their end. */

const END_MS = 3 * HOUR_MS

describe.each(PAIRINGS)('$name: a payment', (pairing) => {
  const start = () => simulate(pairing)

  test('that we close is what the provider made of it: over, or still to be paid', async () => {
    const world = await start()
    const sale = await sell(world)
    const fact = await world.provider.closePayment?.(sale.ref())
    if (fact) sale.tell(fact)
    const [booked] = world.simulator.books().payments
    const isOver = booked?.state === 'closed'
    expect(sale.payment().status).toBe(isOver ? 'closed' : 'pending')
    const paying = world.simulator.pay('p1001abc')
    if (isOver) {
      await expect(paying).rejects.toThrow()
      expect(sale.payment().reason).toBe('cancelled')
    } else {
      await paying
      expect(await sale.ask()).toMatchObject({ status: 'paid' })
    }
  })

  test('that is paid is not closed', async () => {
    const world = await start()
    const sale = await sold(world)
    const closed = await world.provider.closePayment?.(sale.ref())
    expect(closed?.status ?? 'paid').toBe('paid')
    expect(world.simulator.books().payments).toMatchObject([{ state: 'paid' }])
  })

  test('that nobody pays in time is over, or still open at most, and never paid', async () => {
    const world = await start()
    const sale = await sell(world)
    await world.clock.advance(END_MS)
    await hear(world, sale)
    const fact = await sale.ask()
    expect(fact).toMatchObject({ status: pairing.ends.unpaid, unknownStatus: false })
    expect(sale.payment().status).toBe(fact.status === 'pending' ? 'pending' : 'closed')
    await expect(world.simulator.pay('p1001abc')).rejects.toThrow()
  })

  test('that is turned down is over, and one try in vain is no end', async () => {
    const world = await start()
    const sale = await sell(world)
    world.simulator.failTry('p1001abc')
    expect(await sale.ask()).toMatchObject({ status: 'pending' })
    world.simulator.decline('p1001abc')
    await world.settle()
    await hear(world, sale)
    expect(await sale.ask()).toMatchObject({
      status: pairing.ends.declined,
      unknownStatus: false,
    })
    expect(sale.payment().status).toBe(pairing.ends.declined === 'failed' ? 'failed' : 'closed')
    await expect(world.simulator.pay('p1001abc')).rejects.toThrow()
  })

  test.each(['closed', 'failed'] as const)(
    'that is %s in our books and paid after all is paid, and late',
    async (status) => {
      const world = await start()
      const sale = await sell(world, {}, { status, reason: 'cancelled' })
      expect(sale.payment().status).toBe(status)
      await world.simulator.pay('p1001abc')
      await world.settle()
      await hear(world, sale)
      expect(sale.payment()).toMatchObject({ status: 'paid', late: true })
    },
  )
})
