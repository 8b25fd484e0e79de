import { describe, expect, test } from 'vitest'
import { ACCOUNT, createBody, created, SECRET_KEY, wooshpayWorld } from './world.ts'

const UNAUTHORISED = {
  status: 401,
  json: { error: { type: 'invalid_request_error', code: 'api_key_invalid' } },
}

describe('who may ask', () => {
  test('is whoever has the secret key, with an empty password', async () => {
    const { call } = await wooshpayWorld()
    expect((await call('/payment_intents')).status).toBe(200)
    expect(await call('/payment_intents', { user: `${SECRET_KEY}:password` })).toMatchObject(
      UNAUTHORISED,
    )
  })

  test.each(['', ':', 'sk_test_other:', `:${SECRET_KEY}`, SECRET_KEY])(
    'is not "%s"',
    async (user) => {
      const { call } = await wooshpayWorld()
      expect(await call('/payment_intents', { user })).toMatchObject(UNAUTHORISED)
    },
  )

  test('is nobody without a header, or with another scheme', async () => {
    const { simulator } = await wooshpayWorld()
    const url = `${simulator.url}/v1/payment_intents`
    expect((await fetch(url)).status).toBe(401)
    const headers = { Authorization: `Bearer ${SECRET_KEY}` }
    expect((await fetch(url, { headers })).status).toBe(401)
  })

  test('sees only what belongs to its own account', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    world.simulator.register({ ...ACCOUNT, name: 'other', secretKey: 'sk_live_other' })
    const user = 'sk_live_other:'
    expect((await world.call(`/payment_intents/${id}`, { user })).status).toBe(404)
    const query = encodeURIComponent("merchant_order_id:'order-1001'")
    const found = await world.call(`/payment_intents/search?query=${query}`, { user })
    expect(found.json).toMatchObject({ data: [] })
    const refund = { payment_intent: id, amount: 1 }
    expect((await world.call('/refunds', { user, body: refund })).status).toBe(404)
  })

  test('is in live mode with a live key', async () => {
    const world = await wooshpayWorld()
    world.simulator.register({ ...ACCOUNT, name: 'other', secretKey: 'sk_live_other' })
    const answer = await world.call('/payment_intents', {
      body: createBody(),
      user: 'sk_live_other:',
    })
    expect(answer.json).toMatchObject({ livemode: true })
  })
})

describe('how often', () => {
  test('is limited where the account is, and free again in the next second', async () => {
    const { call, clock, simulator } = await wooshpayWorld({ requestsPerSecond: 2 })
    await call('/payment_intents')
    await call('/payment_intents')
    const third = await call('/payment_intents', { body: createBody() })
    expect(third).toMatchObject({ status: 429, json: { error: { type: 'api_error' } } })
    expect(third.headers.get('retry-after')).toBe('1')
    expect(simulator.figures()).toEqual({ rateLimited: 1 })
    expect(simulator.books().payments).toEqual([])
    await clock.advance(1_000)
    expect((await call('/payment_intents')).status).toBe(200)
  })
})

describe('errors', () => {
  test('stand under `error`, or on top where the switch says so', async () => {
    const { call, simulator } = await wooshpayWorld()
    const error = { type: 'invalid_request_error', code: 'resource_missing', param: 'id' }
    expect((await call('/payment_intents/pi_1')).json).toMatchObject({ error })
    simulator.configure({ errorsStand: 'onTop' })
    expect((await call('/payment_intents/pi_1')).json).toMatchObject(error)
  })

  test('answer unknown paths and methods', async () => {
    const { call } = await wooshpayWorld()
    expect((await call('/charges')).status).toBe(404)
    expect((await call('/refunds', { method: 'DELETE' })).status).toBe(405)
  })

  test('have WooshPay’s form under a fault plan', async () => {
    const { call, simulator } = await wooshpayWorld()
    simulator.faults.set({ calls: [{ operation: 'create', fault: 'fail5xx', status: 503 }] })
    expect(await call('/payment_intents', { body: createBody() })).toMatchObject({
      status: 503,
      json: { error: { type: 'api_error' } },
    })
    expect(simulator.books().payments).toEqual([])
  })

  test('of switches are refused by name', async () => {
    const { simulator } = await wooshpayWorld()
    const surplus: object = { surplus: 1 }
    expect(() => simulator.configure(surplus)).toThrow('surplus')
  })
})
