import { describe, expect, test } from 'vitest'
import { PAIRINGS } from './pairings.ts'
import { simulate } from './simulated.ts'

/** Refunds on an account that wants them approved: by our configuration, or by people. */

type Settings = Readonly<Record<string, unknown>>

describe('where Worldline Connect wants refunds approved', () => {
  async function paid(config: Settings, behaviour: Settings = {}) {
    const pairing = PAIRINGS.find(({ simulator }) => simulator === 'worldline')
    if (!pairing) throw new Error('Worldline Connect is not among the pairings')
    const world = await simulate({ ...pairing, changes: () => config })
    world.simulator.configure({ refundsNeedApproval: true, ...behaviour })
    const wish = world.wish()
    const { fact } = await world.provider.createPayment(wish)
    await world.simulator.pay(fact.providerPaymentId ?? '')
    const { outTradeNo, amount, scene } = wish
    const { providerPaymentId } = fact
    const payment = { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
    const input = { payment, outRefundNo: 'rf1', amount, reason: null }
    const named = (providerRefundId: string | null = null) => ({
      payment,
      outRefundNo: 'rf1',
      providerRefundId,
    })
    const later = () => world.clock.advance(3_600_000)
    const refundedMinor = () => world.simulator.books().payments[0]?.refundedMinor
    return { ...world, input, named, later, refundedMinor }
  }
  const byPeople = { approveRefunds: false }

  test('a refund is approved as it is made', async () => {
    const world = await paid({})
    expect(await world.provider.refund?.(world.input)).toMatchObject({ status: 'processing' })
    await world.later()
    expect(world.refundedMinor()).toBe(1_999)
  })

  test.each(['fail5xx', 'timeoutAfterSuccess'] as const)(
    'a refund whose approval ends in %s is approved at the next question',
    async (fault) => {
      const world = await paid({})
      world.simulator.faults.set({ calls: [{ operation: 'approveRefund', fault }] })
      const made = await world.provider.refund?.(world.input)
      expect(made).toMatchObject({
        status: 'needsAction',
        advice: expect.stringContaining('Approve'),
      })
      await world.provider.queryRefund?.(world.named(made?.providerRefundId))
      await world.later()
      expect(world.refundedMinor()).toBe(1_999)
    },
  )

  test('a refund waits for people where the account lets nobody else approve', async () => {
    const world = await paid({}, { approvalByApi: false })
    expect(await world.provider.refund?.(world.input)).toMatchObject({ status: 'needsAction' })
    await world.later()
    expect(world.refundedMinor()).toBe(0)
  })

  test('a refund waits where we leave it to people, and goes on when one says yes', async () => {
    const world = await paid(byPeople)
    const made = await world.provider.refund?.(world.input)
    expect(made).toMatchObject({
      status: 'needsAction',
      advice: expect.stringContaining('Approve'),
    })
    await world.later()
    expect(await world.provider.queryRefund?.(world.named())).toMatchObject({
      status: 'needsAction',
    })
    expect(world.refundedMinor()).toBe(0)
    const named = world.named(made?.providerRefundId)
    expect(await world.provider.continueRefund?.(named, null)).toMatchObject({
      status: 'processing',
      outRefundNo: 'rf1',
    })
    await world.later()
    expect(world.refundedMinor()).toBe(1_999)
    // A second yes finds it done.
    expect(await world.provider.continueRefund?.(named, null)).toMatchObject({
      status: 'succeeded',
    })
    expect(world.refundedMinor()).toBe(1_999)
  })

  test('a yes that names another way for the money, or no refund, is refused', async () => {
    const world = await paid(byPeople)
    const unmade = world.provider.continueRefund?.(world.named(), null)
    await expect(unmade).rejects.toMatchObject({ outcome: 'rejected' })
    await world.provider.refund?.(world.input)
    const elsewhere = world.provider.continueRefund?.(world.named(), { kind: 'merchantAccount' })
    await expect(elsewhere).rejects.toMatchObject({ outcome: 'rejected' })
    await world.later()
    expect(world.refundedMinor()).toBe(0)
  })
})
