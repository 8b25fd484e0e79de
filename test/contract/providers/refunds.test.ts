import { describe, expect, test } from 'vitest'
import type { RefundFact } from '../../../server/domain/fact.ts'
import type { RefundInput, RefundReference } from '../../../server/providers/provider.ts'
import { PAIRINGS } from './pairings.ts'
import { type Pairing, referenceOf, type Simulated, simulate } from './simulated.ts'

/** What every adapter does with refunds: real HTTP, simulated counterparty. */

const SEED = 'contract of refunds'
const HOUR_MS = 3_600_000

async function paid(pairing: Pairing) {
  const world = await simulate(pairing, SEED)
  const wish = world.wish()
  const { fact } = await world.provider.createPayment(wish)
  const id = fact.providerPaymentId ?? ''
  await world.simulator.pay(id)
  const payment = referenceOf(wish, id)
  return { ...world, payment, of: (value: number, no = 'rf1001') => refundOf(payment, value, no) }
}

function refundOf(payment: RefundInput['payment'], value: number, no: string): RefundInput {
  const amount = { ...payment.amount, value }
  return { payment, outRefundNo: no, amount, reason: null }
}

async function refund({ provider }: Simulated, wish: RefundInput): Promise<RefundFact> {
  if (!provider.refund) throw new Error('this provider makes no refunds')
  return provider.refund(wish)
}

async function query({ provider }: Simulated, ref: RefundReference): Promise<RefundFact | null> {
  if (!provider.queryRefund) throw new Error('this provider cannot be asked about refunds')
  return provider.queryRefund(ref)
}

const named = ({ payment, outRefundNo }: RefundInput, id: string | null = null) => ({
  payment,
  outRefundNo,
  providerRefundId: id,
})

function refundedMinor({ simulator }: Simulated): number | undefined {
  return simulator.books().payments[0]?.refundedMinor
}

describe.each(PAIRINGS)('$name', (pairing) => {
  test('gives back in two parts, and no more than was paid', async () => {
    const world = await paid(pairing)
    for (const [value, no] of [
      [500, 'rf1'],
      [1_499, 'rf2'],
    ] as const) {
      const fact = await refund(world, world.of(value, no))
      expect(fact).toMatchObject({ outRefundNo: no, unknownStatus: false })
      expect(['processing', 'succeeded']).toContain(fact.status)
    }
    await world.sandbox.clock.advance(HOUR_MS)
    expect(refundedMinor(world)).toBe(1_999)
    const beyond = await refund(world, world.of(1, 'rf3')).catch((error: unknown) => error)
    expect(['failed', undefined]).toContain(Reflect.get(Object(beyond), 'status'))
    expect(['rejected', undefined]).toContain(Reflect.get(Object(beyond), 'outcome'))
    await world.sandbox.clock.advance(HOUR_MS)
    expect(refundedMinor(world)).toBe(1_999)
  })

  test('refuses a refund of more than was paid', async () => {
    const world = await paid(pairing)
    const answer = await refund(world, world.of(2_000)).catch((error: unknown) => error)
    const word = Reflect.get(Object(answer), 'status') ?? Reflect.get(Object(answer), 'outcome')
    expect(['failed', 'rejected']).toContain(word)
    await world.sandbox.clock.advance(HOUR_MS)
    expect(refundedMinor(world)).toBe(0)
  })

  test('learns by asking that the refund is done, by their number and by ours', async () => {
    const world = await paid(pairing)
    const wish = world.of(500)
    const { providerRefundId } = await refund(world, wish)
    await world.sandbox.clock.advance(HOUR_MS)
    for (const ref of [named(wish, providerRefundId), named(wish)]) {
      expect(await query(world, ref)).toMatchObject({
        status: 'succeeded',
        amount: wish.amount,
        providerRefundId,
      })
    }
    expect(await query(world, named(world.of(500, 'rf9')))).toBeNull()
  })

  test('makes one refund where the first answer was lost', async () => {
    const world = await paid(pairing)
    const wish = world.of(500)
    world.simulator.faults.set({ calls: [{ operation: 'refund', fault: 'timeoutAfterSuccess' }] })
    await expect(refund(world, wish)).rejects.toMatchObject({ outcome: 'unknown' })
    const known = await query(world, named(wish))
    expect(known).toMatchObject({ outRefundNo: 'rf1001' })
    if (world.provider.capabilities.idempotency === 'key') {
      expect((await refund(world, wish)).providerRefundId).toBe(known?.providerRefundId)
      // Also beyond the day for which keys are remembered.
      await world.sandbox.clock.advance(30 * HOUR_MS)
      expect((await refund(world, wish)).providerRefundId).toBe(known?.providerRefundId)
    }
    expect(world.simulator.books().refunds).toHaveLength(1)
  })

  test('makes none where the request was lost', async () => {
    const world = await paid(pairing)
    const wish = world.of(500)
    world.simulator.faults.set({ calls: [{ operation: 'refund', fault: 'timeoutBefore' }] })
    await expect(refund(world, wish)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(await query(world, named(wish))).toBeNull()
    expect(world.simulator.books().refunds).toHaveLength(0)
  })
})
