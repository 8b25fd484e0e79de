import { describe, expect, test } from 'vitest'
import { paid, start, wish } from './saferpay-world.ts'

describe('a payment whose creation went wrong', () => {
  test.each(['timeoutAfterSuccess', 'timeoutBefore', 'fail5xx'] as const)(
    'by %s is created anew: nobody knows the lost page, so nobody pays twice',
    async (fault) => {
      const world = await start()
      world.simulator.faults.set({ calls: [{ operation: 'create', fault }] })
      await expect(world.provider.createPayment(wish())).rejects.toMatchObject({
        outcome: 'unknown',
      })
      const { amount, outTradeNo, scene } = wish()
      const lost = { outTradeNo, amount, scene, providerPaymentId: null, providerState: {} }
      expect(await world.provider.queryPayment(lost)).toBeNull()
      expect((await paid(world)).fact.status).toBe('paid')
      const paidOnes = world.simulator.books().payments.filter(({ state }) => state === 'paid')
      expect(paidOnes).toHaveLength(1)
    },
  )

  test('is one payment where Saferpay answers a repeated RequestId with the first page', async () => {
    const world = await start({ behaviour: { dedupe: 'always' } })
    world.simulator.faults.set({ calls: [{ operation: 'create', fault: 'timeoutAfterSuccess' }] })
    await expect(world.provider.createPayment(wish())).rejects.toMatchObject({ outcome: 'unknown' })
    expect((await paid(world)).fact.status).toBe('paid')
    expect(world.simulator.books().payments).toHaveLength(1)
  })
})
