import { describe, expect, test } from 'vitest'
import type { RefundInput } from '../../../server/providers/provider.ts'
import { created, paid, payablPair, type Setting } from './payabl-world.ts'

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

describe.each(SHAPES)('payabl. %s', (name, setting) => {
  test('gives back in two parts, and no more than was paid', async () => {
    const world = await start(setting)
    for (const [value, no] of [
      [500, 'rf1'],
      [1_499, 'rf2'],
    ] as const) {
      const fact = await world.refund(world.of(value, no))
      expect(fact).toMatchObject({ outRefundNo: no, amount: { value }, unknownStatus: false })
      expect(fact?.status).toBe(name === 'that takes its time' ? 'processing' : 'succeeded')
    }
    await world.clock.advance(HOUR_MS)
    expect(world.refundedMinor()).toBe(1_999)
    await expect(world.refund(world.of(1, 'rf3'))).rejects.toMatchObject({
      outcome: 'rejected',
      providerCode: '-6102',
    })
    expect(world.refundedMinor()).toBe(1_999)
  })

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

  test('makes none where the request was lost', async () => {
    const world = await start(setting)
    const lost = { operation: 'refund', fault: 'timeoutBefore' } as const
    world.simulator.faults.set({ calls: [lost] })
    await expect(world.refund(world.of(500))).rejects.toMatchObject({ outcome: 'unknown' })
    expect(await world.query()).toBeNull()
    expect(world.simulator.books().refunds).toEqual([])
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

  test('is followed as open with a word that nobody knows', async () => {
    const world = await start()
    const made = await world.refund(world.of(500))
    world.simulator.configure({ strangeCode: 'PERHAPS' })
    expect(await world.query('rf1001', made?.providerRefundId)).toMatchObject({
      status: 'processing',
      unknownStatus: true,
    })
  })

  test('of a payment that nobody paid is refused', async () => {
    const pair = await payablPair()
    const { ref } = await created(pair)
    const wish = { payment: ref, outRefundNo: 'rf1', amount: ref.amount, reason: null }
    await expect(pair.provider.refund?.(wish)).rejects.toMatchObject({ outcome: 'rejected' })
  })

  test('reports another sum than was asked for', async () => {
    const world = await start()
    const made = await world.refund(world.of(500))
    world.simulator.configure({ sumsOffByMinor: 1 })
    expect(await world.query('rf1001', made?.providerRefundId)).toMatchObject({
      amount: { value: 501, currency: 'EUR' },
    })
  })

  test.each(['fail5xx', 'timeoutBefore'] as const)(
    'cannot be asked about during %s',
    async (fault) => {
      const world = await start()
      world.simulator.faults.set({ calls: [{ operation: 'list', fault }] })
      await expect(world.query()).rejects.toMatchObject({ outcome: 'unknown' })
    },
  )
})
