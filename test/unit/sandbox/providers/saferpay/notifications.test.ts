import { describe, expect, test } from 'vitest'
import { paid, saferpayWorld, started } from './world.ts'

const TAG = 'a-tag-that-nobody-can-guess-because-it-is-long'

async function tagged() {
  const world = await saferpayWorld()
  const Notification = {
    SuccessNotifyUrl: `${world.sink.url}?p=p1001&tag=${TAG}`,
    FailNotifyUrl: `${world.sink.url}?ok=0`,
  }
  await world.call('PaymentPage/Initialize', { ...world.page, Notification })
  return world
}

describe('a notification of the simulated Saferpay', () => {
  test('is a GET of the merchant’s address with nothing added', async () => {
    const world = await saferpayWorld()
    await paid(world)
    expect(world.notified()).toEqual(['GET ok=1'])
    expect(world.sink.bodies()).toEqual([''])
  })

  test('that is not answered with 200 is tried three times in all', async () => {
    const world = await saferpayWorld()
    world.simulator.faults.set({ notifications: { drop: 'all' } })
    await paid(world)
    await world.clock.advance(3_600_000)
    await world.simulator.notifications.idle()
    expect(world.simulator.notifications.log().map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  test('that is forged has the right address and payment, and a wrong tag', async () => {
    const world = await tagged()
    world.simulator.forgePaid('order-1001')
    await world.simulator.notifications.idle()
    expect(world.notified()).toEqual([expect.stringMatching(/^GET p=p1001&tag=[a-z0-9]{46}$/)])
    expect(world.simulator.books().payments).toMatchObject([{ state: 'open' }])
  })

  test('that is cut off loses a part of its query', async () => {
    const world = await tagged()
    world.simulator.faults.set({ notifications: { forge: 'all' } })
    await world.simulator.pay('order-1001')
    await world.simulator.notifications.idle()
    const genuine = `GET p=p1001&tag=${TAG}`
    expect(world.notified()).toHaveLength(3)
    expect(world.notified().filter((heard) => heard === genuine)).toHaveLength(1)
    expect(world.notified().some((heard) => genuine.startsWith(heard) && heard !== genuine)).toBe(
      true,
    )
  })

  test('is forgotten with everything else by a reset', async () => {
    const world = await saferpayWorld()
    world.simulator.configure({ assertOnce: true })
    const { token } = await started(world)
    world.simulator.reset()
    expect(world.simulator.books()).toEqual({ payments: [], refunds: [] })
    expect(world.simulator.behaviour().assertOnce).toBe(false)
    await expect(world.simulator.pay(token)).rejects.toThrow('no payment')
    expect(world.simulator.terminals()).toHaveLength(1)
  })

  test('a switch that does not exist is refused', async () => {
    const world = await saferpayWorld()
    const changes: Record<string, unknown> = { nothing: true }
    expect(() => world.simulator.configure(changes)).toThrow('nothing')
  })
})
