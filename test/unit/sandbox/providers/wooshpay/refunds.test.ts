import { describe, expect, test } from 'vitest'
import { created, intent, paid, refundSchema, type WooshpayWorld, wooshpayWorld } from './world.ts'

const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000

function refund(world: WooshpayWorld, id: string, fields: Record<string, unknown> = {}) {
  return world.call('/refunds', { body: { payment_intent: id, ...fields } })
}

async function made(world: WooshpayWorld, id: string, fields: Record<string, unknown> = {}) {
  return refundSchema.parse((await refund(world, id, fields)).json)
}

async function shown(world: WooshpayWorld, id: string) {
  return refundSchema.parse((await world.call(`/refunds/${id}`)).json)
}

const refundedMinor = ({ simulator }: WooshpayWorld) => simulator.books().payments[0]?.refundedMinor

describe('a refund', () => {
  test('is pending, then succeeds, and the wallet has its money again', async () => {
    const world = await wooshpayWorld()
    const before = world.people.balanceFen('li-wei')
    const id = await paid(world)
    const metadata = { refund_id: 'rf-1' }
    const asked = { amount: 10, reason: 'requested_by_customer', metadata }
    const pending = await made(world, id, asked)
    expect(pending).toMatchObject({
      id: expect.stringMatching(/^re_\d{19}$/),
      amount: 10,
      currency: 'CNY',
      metadata,
      payment_intent: id,
      reason: 'requested_by_customer',
      status: 'pending',
    })
    expect(refundedMinor(world)).toBe(0)
    await world.clock.advance(5 * MINUTE_MS)
    expect(await shown(world, pending.id)).toEqual({ ...pending, status: 'succeeded' })
    expect(world.people.balanceFen('li-wei')).toBe(before - 1999 + 10)
    expect((await intent(world, id)).status).toBe('succeeded')
    expect(world.simulator.books().refunds).toMatchObject([
      { id: pending.id, paymentId: id, reference: 'rf-1', state: 'succeeded' },
    ])
  })

  test('comes in several parts, the last without an amount for the rest', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    await made(world, id, { amount: 500 })
    await made(world, id, { amount: '499' })
    expect((await made(world, id)).amount).toBe(1_000)
    expect((await refund(world, id)).status).toBe(400)
    await world.clock.advance(5 * MINUTE_MS)
    expect(refundedMinor(world)).toBe(1_999)
  })

  test.each(['failed', 'canceled'] as const)('may end as %s, and frees its sum', async (word) => {
    const world = await wooshpayWorld({ refundEndsAs: word })
    const id = await paid(world)
    const one = await made(world, id)
    await world.clock.advance(5 * MINUTE_MS)
    expect((await shown(world, one.id)).status).toBe(word)
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'failed' }])
    expect((await refund(world, id)).status).toBe(200)
  })
})

describe('a refund is refused', () => {
  test.each([
    ['more than was paid', { amount: 2_000 }],
    ['nothing', { amount: 0 }],
    ['less than nothing', { amount: -1 }],
    ['half an amount', { amount: 1.5 }],
    ['half an amount as text', { amount: '1.5' }],
    ['an unknown reason', { reason: 'requested_by_merchant' }],
    ['no payment', { payment_intent: undefined }],
  ])('of %s', async (_, fields) => {
    const world = await wooshpayWorld()
    const answer = await refund(world, await paid(world), fields)
    expect(answer).toMatchObject({ status: 400, json: { error: { code: expect.any(String) } } })
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('beyond what is left, also while another is under way', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    await made(world, id, { amount: 1_500 })
    expect((await refund(world, id, { amount: 500 })).status).toBe(400)
    expect((await refund(world, id, { amount: 499 })).status).toBe(200)
  })

  test('of a payment that nobody has paid, or that is not there', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    expect((await refund(world, id, { amount: 1 })).status).toBe(400)
    expect((await refund(world, 'pi_1', { amount: 1 })).status).toBe(404)
    expect((await world.call('/refunds/re_1')).status).toBe(404)
  })

  test('with 402 where the account has none', async () => {
    const world = await wooshpayWorld({ refundsEnabled: false })
    expect((await refund(world, await paid(world))).status).toBe(402)
  })

  test('after a year', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    await world.clock.advance(365 * DAY_MS)
    expect((await refund(world, id, { amount: 1 })).status).toBe(200)
    await world.clock.advance(1)
    expect((await refund(world, id, { amount: 1 })).status).toBe(400)
  })

  test('after fifty', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    for (let part = 0; part < 50; part += 1) await made(world, id, { amount: 1 })
    expect((await refund(world, id, { amount: 1 })).status).toBe(400)
  })
})
