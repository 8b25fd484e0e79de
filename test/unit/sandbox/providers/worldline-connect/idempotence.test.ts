import { describe, expect, test } from 'vitest'
import { START_MS } from '../wechat-world.ts'
import {
  createBody,
  createdSchema,
  errorsSchema,
  paid,
  type WorldlineWorld,
  worldlineWorld,
} from './world.ts'

const STAMP = 'x-gcs-idempotence-request-timestamp'
const HOUR_MS = 3_600_000

function create(
  world: WorldlineWorld,
  key: string,
  body: unknown = createBody('miniProgram', world.openId),
) {
  return world.call('/payments', { body, headers: { 'X-GCS-Idempotence-Key': key } })
}

describe('the same idempotence key', () => {
  test('answers the same payment again, with the time of the first request', async () => {
    const world = await worldlineWorld()
    const first = await create(world, 'key-1')
    expect(first.headers.get(STAMP)).toBeNull()
    await world.clock.advance(HOUR_MS)
    const second = await create(world, 'key-1')
    expect(second.status).toBe(201)
    expect(second.json).toEqual(first.json)
    expect(second.headers.get(STAMP)).toBe(String(START_MS))
    expect(world.simulator.books().payments).toHaveLength(1)
  })

  test('another key makes another payment, and so does none', async () => {
    const world = await worldlineWorld()
    await create(world, 'key-1')
    await create(world, 'key-2')
    await world.call('/payments', { body: createBody('miniProgram', world.openId) })
    await world.call('/payments', { body: createBody('miniProgram', world.openId) })
    expect(world.simulator.books().payments).toHaveLength(4)
  })

  test('is forgotten after a day', async () => {
    const world = await worldlineWorld()
    await create(world, 'key-1')
    await world.clock.advance(24 * HOUR_MS - 1)
    await create(world, 'key-1')
    expect(world.simulator.books().payments).toHaveLength(1)
    await world.clock.advance(1)
    await create(world, 'key-1')
    expect(world.simulator.books().payments).toHaveLength(2)
  })

  test('while the first request runs answers 409 and code 1409', async () => {
    const world = await worldlineWorld()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'slow', slowMs: 5_000 }] })
    const first = create(world, 'key-1')
    await world.clock.advance(1_000)
    const second = await create(world, 'key-1')
    expect(second.status).toBe(409)
    expect(errorsSchema.parse(second.json).errors[0]).toMatchObject({ code: '1409' })
    await world.clock.advance(4_000)
    expect((await first).status).toBe(201)
    expect(world.simulator.books().payments).toHaveLength(1)
  })

  test('finds the payment whose first answer was lost', async () => {
    const world = await worldlineWorld()
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(create(world, 'key-1')).rejects.toThrow('fetch failed')
    const [booked] = world.simulator.books().payments
    const again = await create(world, 'key-1')
    expect(createdSchema.parse(again.json).payment.id).toBe(booked?.id)
    expect(world.simulator.books().payments).toHaveLength(1)
  })

  test.each(['fail5xx', 'timeoutBefore'] as const)(
    'after %s, when nothing happened, tries for the first time',
    async (fault) => {
      const world = await worldlineWorld()
      world.simulator.faults.set({ calls: [{ operation: 'create', fault, status: 502 }] })
      await create(world, 'key-1').catch(() => undefined)
      expect(world.simulator.books().payments).toEqual([])
      const second = await create(world, 'key-1')
      expect(second.status).toBe(201)
      expect(second.headers.get(STAMP)).toBeNull()
    },
  )

  test('stays free after an invalid request, and remembers a refusal', async () => {
    const world = await worldlineWorld({ declinedAmounts: [1999] })
    expect((await create(world, 'key-1', {})).status).toBe(400)
    expect((await create(world, 'key-1')).status).toBe(402)
    world.simulator.configure({ declinedAmounts: [] })
    expect((await create(world, 'key-1')).status).toBe(402)
    expect((await create(world, 'key-2')).status).toBe(201)
  })

  test('answers the payment as it is now where the platform refreshes', async () => {
    const world = await worldlineWorld({ repeatsAreRefreshed: true })
    const first = createdSchema.parse((await create(world, 'key-1')).json)
    await world.simulator.pay(first.payment.id)
    const second = createdSchema.parse((await create(world, 'key-1')).json)
    expect(second.payment).toMatchObject({ id: first.payment.id, status: 'CAPTURED' })
    expect(second.merchantAction).toEqual(first.merchantAction)
  })

  test('keeps a refund from being given twice', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    const refund = () =>
      world.call(`/payments/${id}/refund`, {
        body: { amountOfMoney: { amount: 500, currencyCode: 'USD' } },
        headers: { 'X-GCS-Idempotence-Key': 'refund-1' },
      })
    const first = await refund()
    const second = await refund()
    expect(second.json).toEqual(first.json)
    expect(world.simulator.books().refunds).toHaveLength(1)
  })
})

test('a fault answers in the platform’s own form', async () => {
  const world = await worldlineWorld()
  world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'fail5xx', status: 503 }] })
  const answer = await create(world, 'key-1')
  expect(answer.status).toBe(503)
  expect(errorsSchema.parse(answer.json).errors[0]).toMatchObject({
    code: '9999',
    category: 'PAYMENT_PLATFORM_ERROR',
    message: 'UNKNOWN_SERVER_ERROR',
  })
})
