import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { audit } from '../../../../server/audit/audit.ts'
import type { AuditOptions } from '../../../../server/audit/options.ts'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { requestRefund } from '../../../../server/usecases/request-refund.ts'
import { LOOKED_UP } from '../../../support/scripted-provider.ts'
import { aPaidPayment, createWorld, type World } from '../../../support/world.ts'

/** Our books are compared with the provider's own, by asking; nothing is ever changed by it. */

let world: World
beforeEach(async () => {
  world = await createWorld({ others: { quiet: LOOKED_UP } })
})
afterEach(() => world.close())

async function findings(options: AuditOptions = { ask: 'polled' }) {
  const { findings: found } = await audit(world, options)
  return found.map(({ code, id }) => `${code} ${id}`)
}

const there = (outTradeNo: string) => {
  const booked = world.provider.payments.get(outTradeNo)
  if (!booked) throw new Error(`the provider does not know ${outTradeNo}`)
  return booked
}

async function aClosedPayment(accountId = 'scripted') {
  const orderRef = await world.anOrder(`closed-${accountId}`)
  const wish = world.wish({ orderRef, accountId, idempotencyKey: `key-of-${orderRef}` })
  const payment = await createPayment(world, wish)
  await world.later(3 * 60 * 60 * 1000)
  expect((await world.store.payment(payment.paymentId))?.status).toBe('closed')
  return payment
}

describe('a payment that is paid here', () => {
  test('and paid there is no difference', async () => {
    await aPaidPayment(world)
    expect(await findings()).toEqual([])
  })

  test.each(['pending', 'failed', 'cancelled'] as const)('and %s there is one', async (status) => {
    const { paymentId, outTradeNo } = await aPaidPayment(world)
    there(outTradeNo).status = status
    expect(await findings()).toEqual([`paidHereNotThere ${paymentId}`])
  })

  test('and unknown there is one', async () => {
    const { paymentId, outTradeNo } = await aPaidPayment(world)
    world.provider.payments.delete(outTradeNo)
    expect(await findings()).toEqual([`paidHereNotThere ${paymentId}`])
  })

  test('and of another amount there is one', async () => {
    const { paymentId } = await aPaidPayment(world)
    world.provider.paidAmount = { value: 1, currency: 'CNY' }
    expect(await findings()).toEqual([`amountDiffersThere ${paymentId}`])
  })
})

describe('a payment that is closed here', () => {
  test('and paid there, whose notification was lost and whom nobody asks any more, is found', async () => {
    const { paymentId, outTradeNo } = await aClosedPayment()
    expect(await findings()).toEqual([])
    there(outTradeNo).status = 'paid'
    expect(await findings({})).toEqual([])
    expect(await findings()).toEqual([`paidThereNotHere ${paymentId}`])
    // An audit only looks: the next one finds the same.
    expect(await findings()).toEqual([`paidThereNotHere ${paymentId}`])
    expect((await world.store.payment(paymentId))?.status).toBe('closed')
  })

  test('and paid while the provider was asked is no difference any more', async () => {
    const { paymentId, outTradeNo } = await aClosedPayment()
    there(outTradeNo).status = 'paid'
    const run = async () => {
      const payment = await world.store.payment(paymentId)
      const dueAtMs = world.clock.nowMs()
      if (payment) await world.store.transaction((tx) => tx.updatePayment({ ...payment, dueAtMs }))
      await world.work()
    }
    world.provider.during = { on: 'query', run }
    expect(await findings()).toEqual([])
    expect((await world.store.payment(paymentId))?.status).toBe('paid')
  })
})

describe('a refund', () => {
  const refunded = async () => {
    const { paymentId } = await aPaidPayment(world)
    const wish = { paymentId, amount: null, reason: null, idempotencyKey: 'refund-1' }
    const refund = await requestRefund(world, wish)
    const booked = world.provider.refunds.get(refund.outRefundNo)
    if (!booked) throw new Error('the provider has no such refund')
    return { refund, booked }
  }

  test('that is done on both sides is no difference', async () => {
    await refunded()
    expect(await findings()).toEqual([])
  })

  test('that is done here and failed there is one', async () => {
    const { refund, booked } = await refunded()
    booked.status = 'failed'
    expect(await findings()).toEqual([`refundedHereNotThere ${refund.refundId}`])
  })

  test('that is done here and unknown there is one', async () => {
    const { refund } = await refunded()
    world.provider.refunds.clear()
    expect(await findings()).toEqual([`refundedHereNotThere ${refund.refundId}`])
  })

  test('that has failed here and is done there is one', async () => {
    world.provider.refundEndsAs = 'failed'
    const { refund, booked } = await refunded()
    expect(await findings()).toEqual([])
    booked.status = 'succeeded'
    expect(await findings()).toEqual([`refundedThereNotHere ${refund.refundId}`])
  })
})

describe('who is asked', () => {
  const asked = async (options: AuditOptions) => (await audit(world, options)).checked.asked

  test('a provider that wants to be asked only after an event, only when told to', async () => {
    const { outTradeNo } = await aClosedPayment('quiet')
    world.other('quiet').pay(outTradeNo)
    expect(await asked({ ask: 'polled' })).toBe(0)
    expect(await findings({ ask: 'all' })).toEqual([
      expect.stringContaining('paidThereNotHere pay_'),
    ])
  })

  test('the one account, the time and the number of payments that were wished for', async () => {
    await aPaidPayment(world)
    await aClosedPayment('quiet')
    expect(await asked({ ask: 'all' })).toBe(2)
    expect(await asked({ ask: 'all', accountId: 'quiet' })).toBe(1)
    expect(await asked({ ask: 'all', limit: 1 })).toBe(1)
    expect(await asked({ ask: 'all', sinceMs: world.clock.nowMs() })).toBe(0)
  })

  test('nobody about what is not ended: that is the workers’ own question', async () => {
    await world.anOrder()
    await createPayment(world, world.wish())
    expect(await asked({ ask: 'all' })).toBe(0)
  })

  test('a provider that gives no answer leaves the rest to be compared', async () => {
    await aPaidPayment(world)
    const second = await aPaidPayment(world, 'tea-1002')
    there(second.outTradeNo).status = 'failed'
    world.provider.fail({ on: 'query', when: 'before', outcome: 'notSent' })
    const report = await audit(world, { ask: 'polled' })
    expect(report.totals).toEqual({ violation: 0, difference: 1, attention: 1, info: 0 })
    expect(report.findings.map(({ code }) => code)).toEqual(['paidHereNotThere', 'notCompared'])
  })
})
