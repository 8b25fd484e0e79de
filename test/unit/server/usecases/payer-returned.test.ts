import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Payment } from '../../../../server/domain/payment.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { payerReturned } from '../../../../server/usecases/payer-returned.ts'
import { LOOKED_UP } from '../../../support/scripted-provider.ts'
import { createWorld, refusalOf, type World } from '../../../support/world.ts'

let world: World
let payment: Payment
beforeEach(async () => {
  world = await createWorld({ capabilities: LOOKED_UP })
  await world.anOrder()
  payment = await createPayment(world, world.wish())
})
afterEach(() => world.close())

const genuine = { checksum: 'theirs' }
const questions = () => world.provider.calls.filter((call) => call === 'query').length
const statusNow = async () => (await world.store.payment(payment.paymentId))?.status

describe('a payer who comes back from a provider that forbids asking without a reason', () => {
  beforeEach(() => {
    Object.assign(world.provider, {
      verifyReturn: (_: unknown, query: Readonly<Record<string, string>>) =>
        query['checksum'] === 'theirs',
    })
  })

  test('is a reason to ask, and believed no further', async () => {
    await payerReturned(world, payment.paymentId, genuine)
    await world.work()
    expect([questions(), await statusNow()]).toEqual([1, 'pending'])
  })

  test('after paying finds the payment paid, also where every notification is lost', async () => {
    world.provider.pay(payment.outTradeNo)
    await payerReturned(world, payment.paymentId, genuine)
    await world.work()
    expect(await statusNow()).toBe('paid')
  })

  test('and loads the page a hundred times makes one question', async () => {
    for (let load = 0; load < 100; load += 1) {
      await payerReturned(world, payment.paymentId, genuine)
      await world.work()
    }
    expect(questions()).toBe(1)
  })

  test('by an address that somebody made up asks nothing', async () => {
    await payerReturned(world, payment.paymentId, { checksum: 'guessed' })
    await world.work()
    expect(questions()).toBe(0)
  })
})

test('nobody comes back to a payment that is not there', async () => {
  expect(await refusalOf(payerReturned(world, 'pay_nobody', {}))).toBe('paymentNotFound')
})
