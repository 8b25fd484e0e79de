import { describe, expect, test } from 'vitest'
import {
  createBody,
  created,
  createdSchema,
  errorsSchema,
  paid,
  payment,
  worldlineWorld,
} from './world.ts'

const DAY_MS = 24 * 3_600_000

describe('the way of a payment', () => {
  test('redirected, captured when the payer pays, paid a day later', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    const third = async () => (await world.call(`/payments/${id}/thirdpartystatus`)).json
    expect((await payment(world, id)).status).toBe('REDIRECTED')
    expect(await third()).toEqual({ thirdPartyStatus: 'WAITING' })
    await world.simulator.pay('order-1001')
    expect(await payment(world, id)).toMatchObject({
      status: 'CAPTURED',
      paymentOutput: { amountPaid: 1999, amountRefunded: 0 },
      statusOutput: { statusCategory: 'COMPLETED', isRefundable: true, isAuthorized: true },
    })
    expect(await third()).toEqual({ thirdPartyStatus: 'COMPLETED' })
    await world.clock.advance(DAY_MS)
    expect((await payment(world, id)).status).toBe('PAID')
  })

  test('the money leaves the payer’s wallet once', async () => {
    const world = await worldlineWorld()
    const before = world.people.balanceFen('li-wei')
    const id = await paid(world)
    expect(before - world.people.balanceFen('li-wei')).toBe(14_393)
    await expect(world.simulator.pay(id)).rejects.toMatchObject({ status: 409 })
    expect(before - world.people.balanceFen('li-wei')).toBe(14_393)
  })

  test('another person than the ordered one cannot pay', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    await expect(world.simulator.pay(id, { person: 'anna' })).rejects.toMatchObject({ status: 409 })
    expect((await payment(world, id)).status).toBe('REDIRECTED')
  })

  test('a vain try changes nothing', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    world.simulator.failTry(id)
    expect((await payment(world, id)).status).toBe('REDIRECTED')
    await world.simulator.pay(id)
    expect((await payment(world, id)).status).toBe('CAPTURED')
  })

  test('unpaid, it stays redirected for ever, and cannot be paid after its time', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    world.simulator.expire(id)
    expect((await payment(world, id)).status).toBe('REDIRECTED')
    await expect(world.simulator.pay(id)).rejects.toMatchObject({ status: 409 })
    const late = await created(world)
    await world.clock.advance(DAY_MS)
    await expect(world.simulator.pay(late)).rejects.toMatchObject({ status: 409 })
    expect((await payment(world, late)).status).toBe('REDIRECTED')
  })

  test('declined while the payer was at it, it is rejected', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    world.simulator.decline(id)
    expect((await payment(world, id)).status).toBe('REJECTED')
    await expect(world.simulator.pay(id)).rejects.toMatchObject({ status: 409 })
  })
})

describe('cancelling', () => {
  test('is refused unless the switch allows it', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    const answer = await world.call(`/payments/${id}/cancel`, { method: 'POST' })
    expect(answer.status).toBe(402)
    expect(errorsSchema.parse(answer.json).errors[0]?.httpStatusCode).toBe(402)
    expect((await payment(world, id)).status).toBe('REDIRECTED')
  })

  test('closes the payment at WeChat too where it is allowed, but never a paid one', async () => {
    const world = await worldlineWorld({ cancellable: true })
    const id = await created(world)
    expect((await payment(world, id)).statusOutput.isCancellable).toBe(true)
    const answer = await world.call(`/payments/${id}/cancel`, { method: 'POST' })
    expect(answer).toMatchObject({ status: 200, json: { payment: { status: 'CANCELLED' } } })
    await expect(world.simulator.pay(id)).rejects.toMatchObject({ status: 409 })
    const done = await paid(world)
    expect((await world.call(`/payments/${done}/cancel`, { method: 'POST' })).status).toBe(402)
    expect((await payment(world, done)).status).toBe('CAPTURED')
  })
})

describe('looking a payment up', () => {
  test('an unknown number answers 404, and so does another merchant’s payment', async () => {
    const world = await worldlineWorld()
    const answer = await world.call('/payments/000000000000000000000000000000')
    expect(answer.status).toBe(404)
    expect(errorsSchema.parse(answer.json).errors[0]?.id).toBe('UNKNOWN_PAYMENT_ID')
    const id = await created(world)
    const neighbour = { ...world.merchant, merchantId: '30000', apiKeyId: 'theirs' }
    world.simulator.register(neighbour)
    const theirs = world.callAs(neighbour)
    expect((await theirs(`/payments/${id}`)).status).toBe(404)
    expect((await theirs(`/payments/${id}/refund`, { body: {} })).status).toBe(404)
    expect((await theirs('/payments?merchantReference=order-1001')).json).toMatchObject({
      totalCount: 0,
    })
  })

  test('by reference finds all of that reference, newest first, and no other', async () => {
    const world = await worldlineWorld()
    const first = await created(world)
    const second = await created(world)
    const find = async (query: string) => (await world.call(`/payments?${query}`)).json
    expect(await find('merchantReference=order-1001')).toMatchObject({
      totalCount: 2,
      payments: [{ id: second }, { id: first }],
    })
    expect(await find('merchantReference=order-1001&limit=1&offset=1')).toMatchObject({
      limit: 1,
      offset: 1,
      payments: [{ id: first }],
    })
    expect(await find('merchantReference=order-1002')).toMatchObject({
      totalCount: 0,
      payments: [],
    })
    expect((await world.call('/payments')).status).toBe(400)
  })

  test('by reference may lag behind', async () => {
    const world = await worldlineWorld({ findLagMs: 10_000 })
    await created(world)
    const count = async () => (await world.call('/payments?merchantReference=order-1001')).json
    expect(await count()).toMatchObject({ totalCount: 0 })
    await world.clock.advance(10_000)
    expect(await count()).toMatchObject({ totalCount: 1 })
  })
})

test('a reset forgets payments, timers and changed switches, and keeps merchants', async () => {
  const world = await worldlineWorld()
  const id = await paid(world)
  world.simulator.configure({ cancellable: true })
  world.simulator.reset()
  expect((await world.call(`/payments/${id}`)).status).toBe(404)
  expect(world.simulator.behaviour().cancellable).toBe(false)
  const arrived = world.sink.received.length
  await world.clock.advance(2 * DAY_MS)
  expect(world.sink.received).toHaveLength(arrived)
  const answer = await world.call('/payments', { body: createBody('desktopQRCode') })
  expect(createdSchema.parse(answer.json).payment.status).toBe('REDIRECTED')
})

test('unknown switches are refused', async () => {
  const { simulator } = await worldlineWorld()
  const configure: (changes: never) => void = simulator.configure.bind(simulator)
  expect(() => Reflect.apply(configure, null, [{ cancelable: true }])).toThrow('cancelable')
})
