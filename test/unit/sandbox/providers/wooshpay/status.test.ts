import { describe, expect, test } from 'vitest'
import { START_MS } from '../wechat-world.ts'
import { ACCOUNT, created, intent, paid, type WooshpayWorld, wooshpayWorld } from './world.ts'

const HOUR_MS = 3_600_000

function search(world: WooshpayWorld, query: string | null, limit = '') {
  const named = query === null ? '' : `query=${encodeURIComponent(query)}`
  return world.call(`/payment_intents/search?${named}${limit}`)
}

function cancel(world: WooshpayWorld, id: string) {
  return world.call(`/payment_intents/${id}/cancel`, { body: {} })
}

describe('a payment', () => {
  test('succeeds when its payer pays, with null received as published', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    const now = await intent(world, id)
    expect(now).toMatchObject({ status: 'succeeded', amount: 1999, amount_received: null })
    expect(now.next_action).toBeUndefined()
    expect(world.simulator.books().payments).toMatchObject([
      { id, account: 'tea-shop', reference: 'order-1001', state: 'paid', paidAtMs: START_MS },
    ])
    await expect(world.simulator.pay(id)).rejects.toThrow('succeeded')
  })

  test('tells what was received, and lists as text, where the switches say so', async () => {
    const world = await wooshpayWorld({
      amountReceived: 'told',
      listsAsText: true,
      createdIn: 'seconds',
    })
    const id = await paid(world)
    expect(await intent(world, id)).toMatchObject({
      amount_received: 1999,
      payment_method_types: '["wechat_pay"]',
      created: START_MS / 1_000,
    })
    world.simulator.configure({ receivedTooMuchMinor: -1 })
    expect(await intent(world, id)).toMatchObject({ amount: 1999, amount_received: 1998 })
  })

  test('has another word for success where the switch says so', async () => {
    const world = await wooshpayWorld({ successWord: 'settled' })
    expect((await intent(world, await paid(world))).status).toBe('settled')
  })

  test('is paid by its own payer only', async () => {
    const world = await wooshpayWorld()
    const options = { openid: world.openid('officialAccount') }
    const { id } = await created(world, { terminal: 'OFFICIAL_ACCOUNT', options })
    await expect(world.simulator.pay(id, { person: 'anna' })).rejects.toThrow('OPENID_MISMATCH')
    await world.simulator.pay(id, { person: 'li-wei' })
    expect((await intent(world, id)).status).toBe('succeeded')
  })

  test('stays open when a try ends in vain', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    world.simulator.failTry(id)
    expect((await intent(world, id)).status).toBe('requires_action')
  })

  test.each(['requires_payment_method', 'failed'] as const)(
    'that is turned down is %s, with an error',
    async (failureWord) => {
      const world = await wooshpayWorld({ failureWord })
      const { id } = await created(world)
      world.simulator.decline(id)
      expect(await intent(world, id)).toMatchObject({
        status: failureWord,
        last_payment_error: { code: 'payment_failed' },
      })
      expect(world.simulator.books().payments).toMatchObject([{ state: 'failed' }])
      await expect(world.simulator.pay(id)).rejects.toThrow(failureWord)
    },
  )

  test('keeps its status when its time is over: WooshPay has no word for that', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    world.simulator.expire(id)
    expect((await intent(world, id)).status).toBe('requires_action')
    expect(world.simulator.books().payments).toMatchObject([{ state: 'closed' }])
    await expect(world.simulator.pay(id)).rejects.toThrow('ORDERCLOSED')
    const other = await created(world)
    await world.clock.advance(2 * HOUR_MS)
    expect((await intent(world, other.id)).status).toBe('requires_action')
    await expect(world.simulator.pay(other.id)).rejects.toThrow('PREPAY_EXPIRED')
  })

  test('can be canceled before success, and not after', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    expect((await cancel(world, id)).json).toMatchObject({ id, status: 'canceled' })
    expect((await cancel(world, id)).status).toBe(400)
    await expect(world.simulator.pay(id)).rejects.toThrow('canceled')
    expect((await cancel(world, await paid(world))).status).toBe(400)
    expect((await cancel(world, 'pi_1')).status).toBe(404)
  })

  test('is not captured by hand', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    expect((await world.call(`/payment_intents/${id}/capture`, { body: {} })).status).toBe(400)
  })
})

describe('the search', () => {
  test('finds all payments of a number, the newest first', async () => {
    const world = await wooshpayWorld()
    const first = await created(world)
    const second = await created(world)
    await created(world, { fields: { merchant_order_id: 'order-10010' } })
    const found = await search(world, "merchant_order_id:'order-1001'")
    expect(found.json).toMatchObject({
      object: 'list',
      has_more: false,
      data: [{ id: second.id }, { id: first.id }],
    })
    const one = await search(world, "merchant_order_id:'order-1001'", '&limit=1')
    expect(Object(one.json).data).toHaveLength(1)
  })

  test('sees a new payment late where it lags', async () => {
    const world = await wooshpayWorld({ searchLagMs: 60_000 })
    await created(world)
    const query = "merchant_order_id:'order-1001'"
    expect((await search(world, query)).json).toMatchObject({ data: [] })
    await world.clock.advance(60_000)
    expect(Object((await search(world, query)).json).data).toHaveLength(1)
  })

  test.each([
    [null, ''],
    ["status:'succeeded'", ''],
    ['merchant_order_id:order-1001', ''],
    ["merchant_order_id:'order-1001'", '&limit=0'],
    ["merchant_order_id:'order-1001'", '&limit=101'],
    ["merchant_order_id:'order-1001'", '&limit=many'],
  ])('refuses %j%s', async (query, limit) => {
    const world = await wooshpayWorld()
    expect((await search(world, query, limit)).status).toBe(400)
  })
})

test('a reset forgets payments, keys and switches; accounts stay', async () => {
  const world = await wooshpayWorld({ listsAsText: true })
  const { id } = await created(world)
  world.simulator.configure({ listsAsText: false, requestsPerSecond: 1 })
  world.simulator.reset()
  expect(world.simulator.books()).toEqual({ payments: [], refunds: [] })
  expect(world.simulator.behaviour()).toMatchObject({ listsAsText: true, requestsPerSecond: null })
  expect((await world.call(`/payment_intents/${id}`)).status).toBe(404)
  expect(world.simulator.accounts()).toMatchObject([{ name: ACCOUNT.name }])
  expect((await created(world)).status).toBe('requires_action')
})

test('a payment can be named by the merchant’s number, and not by nobody’s', async () => {
  const world = await wooshpayWorld()
  const { id } = await created(world)
  await world.simulator.pay('order-1001')
  expect((await intent(world, id)).status).toBe('succeeded')
  await expect(world.simulator.pay('order-9')).rejects.toThrow('no payment order-9')
})
