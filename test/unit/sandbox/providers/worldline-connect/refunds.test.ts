import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  created,
  errorsSchema,
  paid,
  payment,
  refundSchema,
  type WorldlineWorld,
  worldlineWorld,
} from './world.ts'

const REFUND_TAKES_MS = 5 * 60_000

function refund(world: WorldlineWorld, id: string, amount: number, currencyCode = 'USD') {
  return world.call(`/payments/${id}/refund`, {
    body: {
      amountOfMoney: { amount, currencyCode },
      refundReason: 'RETURN',
      refundReferences: { merchantReference: 'rf-1' },
    },
  })
}

async function refunded(world: WorldlineWorld, id: string, amount: number) {
  const answer = await refund(world, id, amount)
  expect(answer.status).toBe(201)
  return refundSchema.parse(answer.json)
}

describe('a refund', () => {
  test('is requested at once and done a little later, on the payment as well', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    const balance = world.people.balanceFen('li-wei')
    const { id: refundId, status } = await refunded(world, id, 500)
    expect(status).toBe('REFUND_REQUESTED')
    expect((await payment(world, id)).status).toBe('REFUND_REQUESTED')
    expect(world.people.balanceFen('li-wei')).toBe(balance)
    await world.clock.advance(REFUND_TAKES_MS)
    expect((await world.call(`/refunds/${refundId}`)).json).toMatchObject({
      id: refundId,
      status: 'REFUNDED',
      refundOutput: {
        amountOfMoney: { amount: 500, currencyCode: 'USD' },
        references: { merchantReference: 'rf-1' },
      },
    })
    expect(await payment(world, id)).toMatchObject({
      status: 'REFUNDED',
      paymentOutput: { amountPaid: 1999, amountRefunded: 500 },
      statusOutput: { isRefundable: true },
    })
    expect(world.people.balanceFen('li-wei')).toBe(balance + 3_600)
  })

  test('may be repeated until nothing is left, refunds under way included', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    await refunded(world, id, 1_000)
    await refunded(world, id, 998)
    const tooMuch = await refund(world, id, 2)
    expect(tooMuch.status).toBe(402)
    expect(tooMuch.json).toMatchObject({ refundResult: { status: 'REJECTED' } })
    await refunded(world, id, 1)
    await world.clock.advance(REFUND_TAKES_MS)
    const list = await world.call(`/payments/${id}/refunds`)
    const { refunds } = z.object({ refunds: z.array(refundSchema) }).parse(list.json)
    expect(refunds.map(({ status }) => status)).toEqual([
      'REFUNDED',
      'REFUNDED',
      'REJECTED',
      'REFUNDED',
    ])
    expect(new Set(refunds.map((one) => one.id)).size).toBe(4)
    expect((await payment(world, id)).statusOutput.isRefundable).toBe(false)
    expect(world.simulator.books().payments[0]?.refundedMinor).toBe(1_999)
  })

  test('without an amount gives back what is left', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    await refunded(world, id, 999)
    const answer = await world.call(`/payments/${id}/refund`, { body: {} })
    expect(answer.json).toMatchObject({ refundOutput: { amountOfMoney: { amount: 1_000 } } })
  })

  test('of an unpaid payment is refused, in another currency is invalid, of nothing is unknown', async () => {
    const world = await worldlineWorld()
    const open = await created(world)
    expect((await refund(world, open, 1)).status).toBe(402)
    const id = await paid(world)
    const foreign = await refund(world, id, 100, 'EUR')
    expect(foreign.status).toBe(400)
    expect(errorsSchema.parse(foreign.json).errors[0]?.propertyName).toBe(
      'amountOfMoney.currencyCode',
    )
    expect((await refund(world, '1', 100)).status).toBe(404)
    expect((await world.call('/refunds/1')).status).toBe(404)
  })

  test('more than a year after the payment is refused', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    await world.clock.advance(365 * 24 * 3_600_000)
    expect((await refund(world, id, 1)).status).toBe(201)
    await world.clock.advance(60_000)
    expect((await refund(world, id, 1)).status).toBe(402)
  })

  test('may be turned down by WeChat in the end, and then it can be asked for again', async () => {
    const world = await worldlineWorld({ refundEndsAs: 'REJECTED' })
    const id = await paid(world)
    const { id: refundId } = await refunded(world, id, 1_999)
    await world.clock.advance(REFUND_TAKES_MS)
    expect((await world.call(`/refunds/${refundId}`)).json).toMatchObject({ status: 'REJECTED' })
    expect((await payment(world, id)).status).toBe('CAPTURED')
    world.simulator.configure({ refundEndsAs: 'REFUNDED' })
    await refunded(world, id, 1_999)
  })
})

describe('where refunds need approval', () => {
  test('one waits until it is approved', async () => {
    const world = await worldlineWorld({ refundsNeedApproval: true })
    const { id, status } = await refunded(world, await paid(world), 500)
    expect(status).toBe('PENDING_APPROVAL')
    await world.clock.advance(10 * REFUND_TAKES_MS)
    expect((await world.call(`/refunds/${id}`)).json).toMatchObject({ status: 'PENDING_APPROVAL' })
    expect((await world.call(`/refunds/${id}/approve`, { method: 'POST' })).status).toBe(204)
    await world.clock.advance(REFUND_TAKES_MS)
    expect((await world.call(`/refunds/${id}`)).json).toMatchObject({ status: 'REFUNDED' })
    expect((await world.call(`/refunds/${id}/approve`, { method: 'POST' })).status).toBe(402)
    expect((await world.call(`/refunds/${id}/cancel`, { method: 'POST' })).status).toBe(402)
  })

  test('an approval of another amount is invalid, and one by the wrong hand is refused', async () => {
    const world = await worldlineWorld({ refundsNeedApproval: true })
    const { id } = await refunded(world, await paid(world), 500)
    const approve = async (amount: number) =>
      (await world.call(`/refunds/${id}/approve`, { body: { amount } })).status
    expect(await approve(499)).toBe(400)
    world.simulator.configure({ approvalByApi: false })
    expect(await approve(500)).toBe(402)
    expect((await world.call(`/refunds/${id}`)).json).toMatchObject({ status: 'PENDING_APPROVAL' })
    world.simulator.configure({ approvalByApi: true })
    expect(await approve(500)).toBe(204)
  })

  test('one can be cancelled before, and frees its amount', async () => {
    const world = await worldlineWorld({ refundsNeedApproval: true })
    const paymentId = await paid(world)
    const { id } = await refunded(world, paymentId, 1_999)
    expect((await world.call(`/refunds/${id}/cancel`, { method: 'POST' })).status).toBe(204)
    expect((await world.call(`/refunds/${id}`)).json).toMatchObject({ status: 'CANCELLED' })
    await refunded(world, paymentId, 1_999)
  })
})
