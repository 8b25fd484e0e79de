import { describe, expect, test } from 'vitest'
import { saferpayWorld, TERMINAL } from './world.ts'

const INITIALIZE = 'PaymentPage/Initialize'

describe('the access to the simulated Saferpay', () => {
  test.each([
    ['a wrong password', { Authorization: `Basic ${btoa(`${TERMINAL.username}:no`)}` }, 401],
    ['no login', { Authorization: '' }, 401],
    ['another Content-Type', { 'Content-Type': 'text/plain' }, 415],
    ['another Accept', { Accept: '*/*' }, 406],
  ])('with %s is refused, in JSON or by the firewall', async (_, headers, status) => {
    const world = await saferpayWorld()
    const body = () => ({ RequestHeader: world.header(), ...world.page })
    expect(await world.post(INITIALIZE, body(), headers)).toMatchObject({ status })
    world.simulator.configure({ firewall: true })
    const told = await world.post(INITIALIZE, body(), headers)
    expect(told).toMatchObject({ status: 403, json: {} })
    expect(told.type).toContain('text/html')
    expect(world.simulator.books().payments).toHaveLength(0)
  })

  test('of another customer is refused', async () => {
    const world = await saferpayWorld()
    expect(await world.call(INITIALIZE, world.page, { CustomerId: '1' })).toMatchObject({
      status: 403,
      json: { ErrorName: 'PERMISSION_DENIED' },
    })
  })

  test.each([
    { SpecVersion: undefined },
    { SpecVersion: 'latest' },
    { RequestId: '' },
    { RequestId: 'x'.repeat(51) },
    { RequestId: 'with space' },
    { RetryIndicator: 10 },
    { RetryIndicator: '0' },
    { CustomerId: '123456789' },
  ])('with the header %j is not valid', async (changes) => {
    const world = await saferpayWorld()
    expect(await world.call(INITIALIZE, world.page, changes)).toMatchObject({
      status: 400,
      json: { ErrorName: 'VALIDATION_FAILED', Behavior: 'DO_NOT_RETRY' },
    })
  })

  test('echoes version and RequestId', async () => {
    const world = await saferpayWorld()
    const changes = { SpecVersion: '1.40', RequestId: 'my.request:1_a-b' }
    const { json } = await world.call(INITIALIZE, world.page, changes)
    expect(json['ResponseHeader']).toEqual({ SpecVersion: '1.40', RequestId: 'my.request:1_a-b' })
  })
})

describe('a repeated RequestId', () => {
  const twice = async (dedupe: 'retries' | 'always' | 'never', RetryIndicator: number) => {
    const world = await saferpayWorld({ dedupe })
    const first = await world.call(INITIALIZE, world.page, { RequestId: 'same' })
    const again = await world.call(INITIALIZE, world.page, { RequestId: 'same', RetryIndicator })
    return { same: first.json['Token'] === again.json['Token'], world }
  }

  test.each([
    ['retries', 1, true],
    ['retries', 0, false],
    ['always', 0, true],
    ['never', 1, false],
  ] as const)('under "%s" with RetryIndicator %i is the same: %s', async (dedupe, retry, same) => {
    const told = await twice(dedupe, retry)
    expect(told.same).toBe(same)
    expect(told.world.simulator.books().payments).toHaveLength(same ? 1 : 2)
  })

  test('of a call that was refused is a new try', async () => {
    const world = await saferpayWorld()
    const bad = { ...world.page, TerminalId: '00000000' }
    await world.call(INITIALIZE, bad, { RequestId: 'same' })
    const again = await world.call(INITIALIZE, world.page, { RequestId: 'same', RetryIndicator: 1 })
    expect(again.status).toBe(200)
  })
})

test('an unknown call is refused in Saferpay’s words', async () => {
  const world = await saferpayWorld()
  expect(await world.call('PaymentPage/Nothing', {})).toMatchObject({
    status: 400,
    json: { ErrorName: 'VALIDATION_FAILED' },
  })
})
