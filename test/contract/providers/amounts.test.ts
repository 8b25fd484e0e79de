import { describe, expect, test } from 'vitest'
import type { Money } from '../../../shared/money.ts'
import { PAIRINGS } from './pairings.ts'
import { hear, type Sale, sell } from './sale.ts'
import { type Simulated, simulate } from './simulated.ts'

/**
 * Money of another amount, currency or app than the order's is told as it is, and believed by nobody.
 * The provider is asked for one sum while the shop's own row says another: an adapter that repeated
 * what we expect instead of what was told would let it pass.
 */

async function paidOtherwise(world: Simulated, amount: Money): Promise<Sale> {
  const sale = await sell(world, {}, { amount })
  // Without it nothing on the wire would say in which currency it was.
  if (amount.currency !== world.pairing.currency) world.pairing.repeatSum?.(world)
  await world.simulator.pay('p1001abc')
  await world.settle()
  return sale
}

describe.each(PAIRINGS)('$name: a payment', (pairing) => {
  const start = () => simulate(pairing)
  const { currency } = pairing
  const wrong = [
    ['one unit less', { value: 2000, currency }],
    ['one unit more', { value: 1998, currency }],
    ['another currency', { value: 1999, currency: currency === 'GBP' ? 'EUR' : 'GBP' }],
  ] as const

  test.each(wrong)('of %s than the order is not paid by an answer', async (_, amount) => {
    const world = await start()
    const sale = await paidOtherwise(world, amount)
    expect(await sale.ask()).toMatchObject({ status: 'paid', amount: { value: 1999, currency } })
    expect(sale.payment().status).toBe('pending')
    expect(sale.order().status).toBe('open')
  })

  test.each(wrong)('of %s than the order is not paid by a notification', async (_, amount) => {
    const world = await start()
    const sale = await paidOtherwise(world, amount)
    expect(await hear(world, sale)).toContain('amountMismatch')
    expect(sale.payment().status).toBe('pending')
    expect(sale.order().status).toBe('open')
  })

  test('of exactly the order is paid by both', async () => {
    const world = await start()
    const amount = { value: 1999, currency }
    const sale = await paidOtherwise(world, amount)
    expect(await hear(world, sale)).toContain('edges')
    expect(sale.tell(await sale.ask())).toBe('unchanged')
    expect(sale.payment().status).toBe('paid')
  })

  test('is not paid by the money of another one', async () => {
    const world = await start()
    const first = await sell(world)
    const second = await sell(world, { outTradeNo: 'p1002abc' })
    await world.simulator.pay('p1002abc')
    await world.settle()
    const fact = await second.ask()
    expect(fact.status).toBe('paid')
    expect(first.tell(fact)).toBe('numberMismatch')
    expect(first.tell({ ...fact, accountId: 'another' })).toBe('accountMismatch')
    expect(first.payment().status).toBe('pending')
  })
})
