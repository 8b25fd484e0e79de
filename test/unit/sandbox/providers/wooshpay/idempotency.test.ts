import { describe, expect, test } from 'vitest'
import { createBody, intentSchema, paid, type WooshpayWorld, wooshpayWorld } from './world.ts'

const HOUR_MS = 3_600_000

function create(world: WooshpayWorld, key: string, fields: Record<string, unknown> = {}) {
  return world.call('/payment_intents', { body: createBody({ fields }), key })
}

const booked = ({ simulator }: WooshpayWorld) => simulator.books().payments.length
const CONFLICT = { status: 409, json: { error: { type: 'idempotency_error' } } }

describe('the same idempotency key', () => {
  test('answers the same payment again, as it was', async () => {
    const world = await wooshpayWorld()
    const first = await create(world, 'key-1')
    await world.simulator.pay(intentSchema.parse(first.json).id)
    const second = await create(world, 'key-1')
    expect(second).toMatchObject({ status: 200, json: first.json })
    expect(booked(world)).toBe(1)
  })

  test('with other parameters is a conflict, also at another address', async () => {
    const world = await wooshpayWorld()
    await create(world, 'key-1')
    expect(await create(world, 'key-1', { amount: 2000 })).toMatchObject(CONFLICT)
    const body = { payment_intent: 'pi_1' }
    expect(await world.call('/refunds', { body, key: 'key-1' })).toMatchObject(CONFLICT)
    expect(booked(world)).toBe(1)
  })

  test('another key makes another payment, and so does none', async () => {
    const world = await wooshpayWorld()
    await create(world, 'key-1')
    await create(world, 'key-2')
    await world.call('/payment_intents', { body: createBody() })
    await world.call('/payment_intents', { body: createBody() })
    expect(booked(world)).toBe(4)
  })

  test('is forgotten after a day', async () => {
    const world = await wooshpayWorld()
    await create(world, 'key-1')
    await world.clock.advance(24 * HOUR_MS - 1)
    await create(world, 'key-1')
    expect(booked(world)).toBe(1)
    await world.clock.advance(1)
    await create(world, 'key-1', { amount: 2000 })
    expect(booked(world)).toBe(2)
  })

  test('while the first request runs is a conflict', async () => {
    const world = await wooshpayWorld()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'slow', slowMs: 5_000 }] })
    const first = create(world, 'key-1')
    await world.clock.advance(1_000)
    expect(await create(world, 'key-1')).toMatchObject(CONFLICT)
    await world.clock.advance(4_000)
    expect((await first).status).toBe(200)
    expect(booked(world)).toBe(1)
  })

  test('finds the payment whose first answer was lost', async () => {
    const world = await wooshpayWorld()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(create(world, 'key-1')).rejects.toThrow('fetch failed')
    const [made] = world.simulator.books().payments
    expect((await create(world, 'key-1')).json).toMatchObject({ id: made?.id })
    expect(booked(world)).toBe(1)
  })

  test.each(['fail5xx', 'timeoutBefore'] as const)(
    'after %s, when nothing happened, tries for the first time',
    async (fault) => {
      const world = await wooshpayWorld()
      world.simulator.faults.set({ calls: [{ operation: 'create', fault, status: 502 }] })
      await create(world, 'key-1').catch(() => undefined)
      expect(booked(world)).toBe(0)
      expect((await create(world, 'key-1')).status).toBe(200)
    },
  )

  test('stays free after a refused request', async () => {
    const world = await wooshpayWorld()
    expect((await create(world, 'key-1', { amount: 0 })).status).toBe(400)
    expect((await create(world, 'key-1')).status).toBe(200)
  })

  test('is at most 255 characters long', async () => {
    const world = await wooshpayWorld()
    expect((await create(world, 'k'.repeat(255))).status).toBe(200)
    expect((await create(world, 'k'.repeat(256))).status).toBe(400)
  })

  test('keeps a refund from being given twice', async () => {
    const world = await wooshpayWorld()
    const body = { payment_intent: await paid(world), amount: 500 }
    const first = await world.call('/refunds', { body, key: 'refund-1' })
    const second = await world.call('/refunds', { body, key: 'refund-1' })
    expect(second.json).toEqual(first.json)
    expect(world.simulator.books().refunds).toHaveLength(1)
  })
})
