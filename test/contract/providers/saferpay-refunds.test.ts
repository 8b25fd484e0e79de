import { describe, expect, test } from 'vitest'
import type { PaymentReference } from '../../../server/providers/provider.ts'
import { HOUR_MS, MINUTE_MS, paid, start, type World } from './saferpay-world.ts'

const chf = (value: number) => ({ value, currency: 'CHF' })
const refund = (
  { provider }: World,
  payment: PaymentReference,
  { value = 500, outRefundNo = 'rf1001', isRepeat = false } = {},
) => {
  if (!provider.refund) throw new Error('no refunds')
  const wish = { payment, outRefundNo, amount: chf(value), reason: 'one box back' }
  return provider.refund(isRepeat ? { ...wish, isRepeat } : wish)
}
const query = (
  { provider }: World,
  payment: PaymentReference,
  { outRefundNo = 'rf1001', providerRefundId = null as string | null } = {},
) => {
  if (!provider.queryRefund) throw new Error('no refunds')
  return provider.queryRefund({ payment, outRefundNo, providerRefundId })
}

describe('Saferpay refunds', () => {
  test('a day later, when the capture is found by Inquire', async () => {
    const world = await start({ behaviour: { turnoverRule: false } })
    const { ref } = await paid(world)
    await world.clock.advance(25 * HOUR_MS)
    expect(await refund(world, ref)).toMatchObject({ status: 'succeeded' })
  })

  test.each(['NO_CREDITS_AVAILABLE', 'CONDITION_NOT_SATISFIED'] as const)(
    'not without turnover of the day, and explains that (%s)',
    async (turnoverError) => {
      const world = await start({ behaviour: { turnoverError } })
      const { ref } = await paid(world)
      await world.clock.advance(24 * HOUR_MS)
      await expect(refund(world, ref)).rejects.toMatchObject({
        outcome: 'rejected',
        message: expect.stringContaining('turnover'),
      })
      await paid(world, { outTradeNo: 'p1002' })
      expect(await refund(world, ref, { outRefundNo: 'rf1002' })).toMatchObject({
        status: 'succeeded',
      })
    },
  )
})

describe('a refund that is not done at once', () => {
  test('is captured where it was only authorised', async () => {
    const world = await start({ behaviour: { refundsAs: 'AUTHORIZED' } })
    const { ref } = await paid(world)
    expect(await refund(world, ref)).toMatchObject({ status: 'succeeded', amount: chf(500) })
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'succeeded' }])
  })

  test.each([
    ['fail5xx', 'succeeded'],
    ['timeoutBefore', 'succeeded'],
    ['timeoutAfterSuccess', 'succeeded'],
  ] as const)('is captured later where the capture met %s', async (fault, status) => {
    const world = await start({ behaviour: { refundsAs: 'AUTHORIZED' } })
    const { ref } = await paid(world)
    world.simulator.faults.set({ calls: [{ operation: 'capture', fault }] })
    const { providerRefundId, status: first } = await refund(world, ref)
    expect(first).toBe('processing')
    await world.clock.advance(2 * MINUTE_MS)
    expect(await query(world, ref, { providerRefundId })).toMatchObject({ status })
    expect(world.simulator.books().refunds).toMatchObject([{ state: 'succeeded' }])
  })

  test.each([
    ['CAPTURED', 'succeeded'],
    ['DECLINED', 'failed'],
  ] as const)(
    'is followed while it is pending, until it is %s',
    async (pendingRefundsEndAs, end) => {
      const world = await start({ behaviour: { refundsAs: 'PENDING', pendingRefundsEndAs } })
      const { ref } = await paid(world)
      const { status, providerRefundId } = await refund(world, ref)
      expect(status).toBe('processing')
      expect(await query(world, ref, { providerRefundId })).toMatchObject({ status: 'processing' })
      await world.clock.advance(10 * MINUTE_MS)
      expect(await query(world, ref, { providerRefundId })).toMatchObject({ status: end })
    },
  )
})

describe('a refund whose answer was lost', () => {
  const lose = async (fault: 'timeoutAfterSuccess' | 'timeoutBefore' | 'fail5xx') => {
    const world = await start()
    const { ref } = await paid(world)
    world.simulator.faults.set({ calls: [{ operation: 'refund', fault }] })
    await expect(refund(world, ref)).rejects.toMatchObject({ outcome: 'unknown' })
    return { world, ref }
  }

  test('is a matter for people until Inquire shows it, and is made once', async () => {
    const { world, ref } = await lose('timeoutAfterSuccess')
    expect(await query(world, ref)).toMatchObject({ status: 'needsAction' })
    await world.clock.advance(2 * MINUTE_MS)
    expect(await query(world, ref)).toMatchObject({
      status: 'succeeded',
      amount: chf(500),
      providerRefundId: world.simulator.books().refunds[0]?.id,
    })
    expect(world.simulator.books().refunds).toHaveLength(1)
  })

  test.each(['timeoutBefore', 'fail5xx'] as const)(
    'by %s is never sent again by guesswork: it stays a matter for people',
    async (fault) => {
      const { world, ref } = await lose(fault)
      await world.clock.advance(2 * MINUTE_MS)
      expect(await query(world, ref)).toMatchObject({ status: 'needsAction' })
      expect(world.simulator.books().refunds).toHaveLength(0)
    },
  )

  test.each(['timeoutBefore', 'fail5xx', 'timeoutAfterSuccess'] as const)(
    'by %s is one refund when it is sent again as a repeat',
    async (fault) => {
      const { world, ref } = await lose(fault)
      const { status, providerRefundId } = await refund(world, ref, { isRepeat: true })
      expect(status).toBe('succeeded')
      expect(world.simulator.books().refunds.map(({ id }) => id)).toEqual([providerRefundId])
    },
  )

  test('is two refunds when it is sent again without saying so: that is never done', async () => {
    const { world, ref } = await lose('timeoutAfterSuccess')
    await refund(world, ref)
    expect(world.simulator.books().refunds).toHaveLength(2)
  })

  test('does not fail because the search is refused', async () => {
    const { world, ref } = await lose('timeoutAfterSuccess')
    const [terminal] = world.simulator.terminals()
    if (terminal) world.simulator.register({ ...terminal, password: 'rotated' })
    await expect(query(world, ref)).rejects.toMatchObject({ outcome: 'unknown' })
  })

  test('on the way to its capture has sent nothing', async () => {
    const world = await start()
    const { ref } = await paid(world)
    world.simulator.faults.set({ calls: [{ operation: 'query', fault: 'timeoutBefore' }] })
    await expect(refund(world, ref)).rejects.toMatchObject({ outcome: 'notSent' })
    expect(await refund(world, ref)).toMatchObject({ status: 'succeeded' })
    expect(world.simulator.books().refunds).toHaveLength(1)
  })
})
