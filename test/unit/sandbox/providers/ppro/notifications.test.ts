import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { paid, pproWorld, started } from './world.ts'

const hex = (text: string) => createHash('sha256').update(text).digest('hex')
const MINUTE_MS = 60_000

describe('a notification', () => {
  test('names the payment and its final time, signed, without status and amount', async () => {
    const world = await pproWorld()
    const txid = await paid(world)
    const finaltimestamp = '2026-06-24T08:15:00Z'
    const sha256hash = hex(
      `${hex(`${txid}.${finaltimestamp}`)}.${world.contract.notificationSecret}`,
    )
    expect(world.notifications()).toEqual([{ txid, finaltimestamp, sha256hash }])
    expect(world.sink.received[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  })

  test('is sent for a failure too, and not while the payment is pending', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    await world.simulator.notifications.idle()
    expect(world.notifications()).toEqual([])
    world.simulator.expire(txid)
    await world.simulator.notifications.idle()
    expect(world.notifications()).toMatchObject([{ txid }])
  })

  test('not taken is repeated every quarter of an hour, 192 times', async () => {
    const world = await pproWorld()
    await world.sink.close()
    await paid(world)
    await world.clock.advance(60 * MINUTE_MS)
    const atMinutes = () => {
      const [first, ...rest] = world.simulator.notifications.log()
      return rest.map(({ atMs }) => (atMs - (first?.atMs ?? 0)) / MINUTE_MS)
    }
    expect(atMinutes()).toEqual([15, 30, 45, 60])
    await world.clock.advance(72 * 60 * MINUTE_MS)
    expect(atMinutes()).toHaveLength(192)
    expect(world.simulator.notifications.pending()).toBe(0)
  })

  test('can be forged, with a hash that does not fit', async () => {
    const world = await pproWorld()
    const txid = await started(world)
    world.simulator.forgePaid(txid)
    await world.simulator.notifications.idle()
    const [forged] = world.notifications()
    const right = hex(
      `${hex(`${txid}.${forged?.['finaltimestamp']}`)}.${world.contract.notificationSecret}`,
    )
    expect(forged?.['txid']).toBe(txid)
    expect(forged?.['sha256hash']).toMatch(/^[0-9a-f]{64}$/)
    expect(forged?.['sha256hash']).not.toBe(right)
    expect(world.simulator.books().payments[0]?.state).toBe('open')
  })
})
