import { describe, expect, test } from 'vitest'
import { violations } from '../../support/invariants.ts'
import { PAIRINGS } from './pairings.ts'
import { openShop, type Shop } from './shop.ts'
import { HOUR_MS, MINUTE_MS, type Pairing } from './simulated.ts'

/**
 * Answers that never arrive, met by the rules that the server keeps for every provider: by the key of
 * the repeat, or by a question first. However often the shop asks, the payer pays once, and once
 * money goes back.
 */

const SILENCE = ['timeoutAfterSuccess', 'timeoutBefore', 'fail5xx'] as const

function sceneOf({ scenes }: Pairing) {
  return scenes[0] ?? 'desktopQr'
}

/** Our books against the provider's, and against our own event log. */
function broken({ world, toolkit }: Shop): Promise<readonly string[]> {
  const { simulator, account } = world
  return violations(toolkit.deps.store, [{ accountId: account.accountId, simulator }], ['tea-1001'])
}

async function paidShop(pairing: Pairing) {
  const shop = await openShop(pairing)
  const scene = sceneOf(pairing)
  await shop.order('tea-1001', scene)
  const payment = await shop.pay('tea-1001', { scene, key: 'key-of-payment' })
  await shop.world.simulator.pay(payment.field('outTradeNo'))
  await shop.later(MINUTE_MS)
  const paymentId = payment.field('paymentId')
  const seen = await shop.call(`/v1/payments/${paymentId}`)
  if (seen.field('status') !== 'paid') throw new Error(`it is ${seen.field('status')}`)
  return { shop, paymentId }
}

describe.each(PAIRINGS)('$name', (pairing) => {
  test.each(SILENCE)(
    'takes money once where creating met %s, and the shop asks again',
    async (fault) => {
      const shop = await openShop(pairing)
      const { simulator } = shop.world
      const scene = sceneOf(pairing)
      await shop.order('tea-1001', scene)
      const ask = () => shop.pay('tea-1001', { scene, key: 'key-of-payment' })
      simulator.faults.set({ calls: [{ operation: 'create', fault, dose: 'all' }] })
      expect((await ask()).status).toBeGreaterThanOrEqual(400)
      simulator.faults.clear()
      await shop.later(5_000)
      const payment = await ask()
      expect(payment.status).toBe(201)
      await simulator.pay(payment.field('outTradeNo'))
      await shop.later(MINUTE_MS)
      expect((await shop.call('/v1/orders/tea-1001')).field('status')).toBe('paid')
      await shop.later(20 * MINUTE_MS)
      const paid = simulator.books().payments.filter(({ state }) => state === 'paid')
      expect(paid).toMatchObject([{ reference: payment.field('outTradeNo') }])
      expect(await broken(shop)).toEqual([])
    },
  )

  test.each(SILENCE)('gives money back once at most where refunding met %s', async (fault) => {
    const { shop, paymentId } = await paidShop(pairing)
    const { simulator } = shop.world
    simulator.faults.set({ calls: [{ operation: 'refund', fault, dose: 'all' }] })
    const asked = await shop.refund(paymentId, { value: 500, key: 'key-of-refund' })
    expect(asked).toMatchObject({ status: 201 })
    expect(['requested', 'processing', 'needsAction']).toContain(asked.field('status'))
    simulator.faults.clear()
    for (const ms of [MINUTE_MS, 10 * MINUTE_MS, HOUR_MS]) await shop.later(ms)
    const refund = await shop.call(`/v1/refunds/${asked.field('refundId')}`)
    const status = refund.field('status')
    const { refunds, payments } = simulator.books()
    expect(refunds.length).toBeLessThanOrEqual(1)
    expect(['succeeded', 'needsAction']).toContain(status)
    expect(payments[0]?.refundedMinor).toBe(status === 'succeeded' ? 500 : 0)
    expect(await broken(shop)).toEqual([])
  })

  test('takes money once where every answer and every notification is lost for a while', async () => {
    const shop = await openShop(pairing)
    const { simulator } = shop.world
    const scene = sceneOf(pairing)
    await shop.order('tea-1001', scene)
    const payment = await shop.pay('tea-1001', { scene, key: 'key-of-payment' })
    simulator.faults.set({
      notifications: { drop: 2 },
      calls: [{ fault: 'timeoutBefore', dose: 3 }],
    })
    await simulator.pay(payment.field('outTradeNo'))
    await shop.later(HOUR_MS)
    expect((await shop.call('/v1/orders/tea-1001')).field('status')).toBe('paid')
    expect(await broken(shop)).toEqual([])
  })
})
