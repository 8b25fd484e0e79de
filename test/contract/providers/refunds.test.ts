import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../server/providers/errors.ts'
import { PAIRINGS } from './pairings.ts'
import { followed, refunded, refundedMinor, refunding } from './refunding.ts'
import { failureOf, sell, sold } from './sale.ts'
import { HOUR_MS, MINUTE_MS, type Simulated, simulate } from './simulated.ts'

/** What every adapter does with refunds: real HTTP, simulated counterparty, followed to the end. */

/** Refused at once, or turned down in the end; either way no money moves. */
async function comesToNothing(work: Promise<{ readonly status: string }>): Promise<void> {
  try {
    expect(['failed', 'needsAction']).toContain((await work).status)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    expect(['rejected', 'notSent']).toContain(error.outcome)
  }
}

describe.each(PAIRINGS)('$name: a refund', (pairing) => {
  const start = () => simulate(pairing)
  const paid = async (world: Simulated) => sold(world)

  test('of everything gives everything back, and the payment stays paid', async () => {
    const world = await start()
    const sale = await paid(world)
    expect((await refunded(world, sale, { value: 1_999 })).status).toBe('succeeded')
    expect(refundedMinor(world)).toBe(1_999)
    expect(await sale.ask()).toMatchObject({ status: 'paid', amount: sale.wish.amount })
  })

  test('of a part leaves the rest, and a second and third part take it', async () => {
    const world = await start()
    const sale = await paid(world)
    for (const [value, no, sum] of [
      [500, 'rf1001', 500],
      [1_000, 'rf1002', 1_500],
      [499, 'rf1003', 1_999],
    ] as const) {
      expect((await refunded(world, sale, { value, no })).status).toBe('succeeded')
      expect(refundedMinor(world)).toBe(sum)
    }
    await comesToNothing(refunded(world, sale, { value: 1, no: 'rf1004' }))
    expect(refundedMinor(world)).toBe(1_999)
  })

  test('of more than was paid comes to nothing', async () => {
    const world = await start()
    const sale = await paid(world)
    await comesToNothing(refunded(world, sale, { value: 2_000 }))
    expect(refundedMinor(world)).toBe(0)
  })

  test('of a payment that nobody paid comes to nothing', async () => {
    const world = await start()
    const sale = await sell(world)
    await comesToNothing(refunded(world, sale, { value: 500 }))
    expect(world.simulator.books().payments).toMatchObject([{ state: 'open', refundedMinor: 0 }])
  })

  test('of a payment that nobody knows comes to nothing', async () => {
    const world = await start()
    const sale = await paid(world)
    const stray = {
      ...sale,
      ref: () => {
        const { providerReference: _, ...known } = sale.ref()
        return { ...known, outTradeNo: 'p1009abc', providerPaymentId: null, providerState: {} }
      },
    }
    const outcome = (await failureOf(refunding(world, stray, { value: 500 }).send())).outcome
    expect(['rejected', 'notSent']).toContain(outcome)
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('is told with its own sum and both numbers, and believed with no other sum', async () => {
    const world = await start()
    const sale = await paid(world)
    const made = refunding(world, sale, { value: 500 })
    const first = await made.send()
    expect(first).toMatchObject({ outRefundNo: 'rf1001', unknownStatus: false })
    await followed(world, made)
    const last = await made.ask()
    const [booked] = world.simulator.books().refunds
    expect(last).toMatchObject({ status: 'succeeded', providerRefundId: booked?.id })
    const told = [first, last].flatMap((fact) => (fact?.amount ? [fact] : []))
    expect(told.length).toBeGreaterThan(0)
    for (const fact of told) {
      expect(fact.amount).toEqual({ value: 500, currency: pairing.currency })
      const other = refunding(world, sale, { value: 600 }).tell(fact)
      expect(other).toEqual({ kind: 'quarantine', reason: 'amountMismatch' })
    }
  })

  test('is told to its end by notifications that tell facts, and by no others', async () => {
    const world = await start()
    const sale = await paid(world)
    expect((await refunded(world, sale, { value: 500 })).status).toBe('succeeded')
    await world.settle()
    const facts = world.arrivals.flatMap(({ event }) => event?.facts ?? [])
    const told = facts.filter((fact) => fact.kind === 'refund')
    expect(told.length > 0).toBe(pairing.notifications.carryFacts)
    const heard = refunding(world, sale, { value: 500 })
    for (const fact of told) expect(heard.tell(fact).kind).not.toBe('quarantine')
    expect(heard.refund().status).toBe(told.length > 0 ? 'succeeded' : 'requested')
    for (const fact of facts) if (fact.kind === 'payment') sale.tell(fact)
    expect(sale.payment().status).toBe('paid')
  })

  test('is found by our number where the account says so, and made by no question', async () => {
    const world = await start()
    const sale = await paid(world)
    const made = refunding(world, sale, { value: 500 })
    await made.send()
    await followed(world, made)
    const lost = refunding(world, sale, { value: 500 })
    if (world.provider.capabilities.refunds?.keyMemoryMs === null) {
      expect(await lost.ask()).toMatchObject({ status: 'succeeded', amount: made.input.amount })
    } else {
      expect((await failureOf(lost.ask())).outcome).toBe('unknown')
    }
    expect(world.simulator.books().refunds).toHaveLength(1)
  })

  test('sent again under its number is one, for as long as the account says', async () => {
    const world = await start()
    const sale = await paid(world)
    const made = refunding(world, sale, { value: 500 })
    const { providerRefundId } = await made.send()
    const { idempotency, refunds } = world.provider.capabilities
    if (idempotency !== 'key') return
    const memoryMs = refunds?.keyMemoryMs ?? 30 * HOUR_MS
    for (const waitMs of [0, memoryMs - MINUTE_MS]) {
      await world.clock.advance(waitMs)
      expect((await made.send()).providerRefundId).toBe(providerRefundId)
    }
    expect(world.simulator.books().refunds).toHaveLength(1)
  })

  test('that nobody made is neither done nor failed', async () => {
    const world = await start()
    const sale = await paid(world)
    const never = refunding(world, sale, { value: 500, no: 'rf1009' })
    try {
      expect(['needsAction', undefined]).toContain((await never.ask())?.status)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      expect(error.outcome).toBe('unknown')
    }
    expect(world.simulator.books().refunds).toEqual([])
  })

  test('that does not reach the payer is not done, and no money is gone', async () => {
    const world = await start()
    const sale = await paid(world)
    pairing.refundsFail(world)
    await comesToNothing(refunded(world, sale, { value: 500 }))
    expect(refundedMinor(world)).toBe(0)
  })

  test('in a word that nobody has heard of is followed, and neither done nor failed', async () => {
    const world = await start()
    const sale = await paid(world)
    const made = refunding(world, sale, { value: 500 })
    await made.send()
    await world.clock.advance(10 * MINUTE_MS)
    if (made.refund().status === 'needsAction') await followed(world, made)
    pairing.strange.refund(world)
    const fact = await made.ask()
    expect(fact).toMatchObject({ status: 'processing', unknownStatus: true })
    const fresh = refunding(world, sale, { value: 500 })
    if (fact) fresh.tell(fact)
    expect(fresh.refund().status).toBe('requested')
  })
})
