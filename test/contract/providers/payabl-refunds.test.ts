import { describe, expect, test } from 'vitest'
import type { RefundInput } from '../../../server/providers/provider.ts'
import { paid, payablPair, type Setting } from './payabl-world.ts'

/** What the adapter makes of refunds, in every shape that payabl.'s documents leave open. */

const SHAPES: readonly (readonly [name: string, setting: Setting])[] = [
  ['as documented', {}],
  ['that repeats our number in its lists', { behaviour: { listsExternalId: true } }],
  ['that takes its time', { behaviour: { refundEndsAs: '2000' } }],
  [
    'that lists refunds by their payment, and calls the unknown an error',
    { behaviour: { refundNumbers: 'payment', unknownNumber: 'error' } },
  ],
]
const HOUR_MS = 3_600_000

async function start(setting: Setting = {}) {
  const pair = await payablPair(setting)
  const { ref } = await paid(pair)
  const of = (value: number, outRefundNo = 'rf1001'): RefundInput => ({
    payment: ref,
    outRefundNo,
    amount: { value, currency: 'EUR' },
    reason: null,
  })
  return {
    ...pair,
    of,
    refund: async (wish: RefundInput) => pair.provider.refund?.(wish),
    query: async (outRefundNo = 'rf1001', providerRefundId: string | null = null) =>
      pair.provider.queryRefund?.({ payment: ref, outRefundNo, providerRefundId }),
    refundedMinor: () => pair.simulator.books().payments[0]?.refundedMinor,
  }
}

const lostAnswer = { operation: 'refund', fault: 'timeoutAfterSuccess' } as const

describe.each(SHAPES)('payabl. %s', (_, setting) => {
  test('is followed by the number of the refund until it is done', async () => {
    const world = await start(setting)
    const made = await world.refund(world.of(500))
    await world.clock.advance(HOUR_MS)
    const fact = await world.query('rf1001', made?.providerRefundId)
    expect(fact).toMatchObject({
      status: 'succeeded',
      providerRefundId: made?.providerRefundId,
      amount: { value: 500, currency: 'EUR' },
    })
  })

  test('makes one refund where the answer was lost, and it is found', async () => {
    const world = await start(setting)
    expect(await world.query()).toBeNull()
    world.simulator.faults.set({ calls: [lostAnswer] })
    await expect(world.refund(world.of(500))).rejects.toMatchObject({ outcome: 'unknown' })
    await world.clock.advance(HOUR_MS)
    expect(await world.query()).toMatchObject({
      outRefundNo: 'rf1001',
      status: 'succeeded',
      amount: { value: 500, currency: 'EUR' },
    })
    expect(world.simulator.books().refunds).toHaveLength(1)
  })
})

describe('a refund at payabl.', () => {
  test('that was lost beside another is nobody’s, unless the lists repeat our number', async () => {
    for (const listsExternalId of [false, true]) {
      const world = await start({ behaviour: { listsExternalId } })
      await world.refund(world.of(500, 'rf1'))
      world.simulator.faults.set({ calls: [lostAnswer] })
      await expect(world.refund(world.of(500, 'rf2'))).rejects.toThrow()
      const found = world.query('rf2')
      if (listsExternalId) {
        const second = world.simulator.books().refunds[1]
        expect(await found).toMatchObject({ providerRefundId: second?.id, status: 'succeeded' })
      } else {
        await expect(found).rejects.toMatchObject({ outcome: 'unknown' })
      }
    }
  })

  test('that was lost beside another is found once the other’s number or its sum is known', async () => {
    for (const known of ['number', 'sum'] as const) {
      const world = await start()
      const first = await world.refund(world.of(500, 'rf1'))
      const wish = world.of(known === 'sum' ? 300 : 500, 'rf2')
      const { payment, outRefundNo, amount } = wish
      const otherRefundIds = known === 'number' ? [first?.providerRefundId ?? ''] : []
      const named = { payment, outRefundNo, amount, otherRefundIds, providerRefundId: null }
      if (known === 'number') expect(await world.provider.queryRefund?.(named)).toBeNull()
      world.simulator.faults.set({ calls: [lostAnswer] })
      await expect(world.refund(wish)).rejects.toThrow()
      const second = world.simulator.books().refunds[1]
      expect(await world.provider.queryRefund?.(named)).toMatchObject({
        providerRefundId: second?.id,
        amount,
        status: 'succeeded',
      })
    }
  })

  test.each([
    ['-5007', 'rejected'],
    ['-2404', 'notSent'],
    ['-5000', 'unknown'],
  ])('that is refused with %s is %s', async (refundEndsAs, outcome) => {
    const world = await start({ behaviour: { refundEndsAs } })
    await expect(world.refund(world.of(500))).rejects.toMatchObject({
      outcome,
      providerCode: refundEndsAs,
    })
    expect(world.refundedMinor()).toBe(0)
  })

  test('reports another sum than was asked for', async () => {
    const world = await start()
    const made = await world.refund(world.of(500))
    world.simulator.configure({ sumsOffByMinor: 1 })
    expect(await world.query('rf1001', made?.providerRefundId)).toMatchObject({
      amount: { value: 501, currency: 'EUR' },
    })
  })
})
