import { describe, expect, test } from 'vitest'
import { isCheckoutError } from '../../../../shared/client/errors.ts'
import { LONGEST_WAIT_MS } from '../../../../shared/client/follow.ts'
import { MAX_WAIT_MS } from '../../../../shared/contract/payments.ts'
import { isProblemCode, PROBLEMS, type ProblemCode } from '../../../../shared/contract/problem.ts'
import { problem } from '../../../support/checkout-server.ts'
import { createCheckoutWorld, follow, START_MS } from '../../../support/checkout-world.ts'

const seconds = (requests: readonly { atMs: number }[]) =>
  requests.map(({ atMs }) => (atMs - START_MS) / 1_000)

describe('creating on a bad network', () => {
  test('a lost request is repeated with the same key, at growing distances', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('dropped', 'lost', 'dropped', 'dropped', 'dropped')
    void world.page().pay()
    await world.clock.advance(30_000)
    expect(seconds(world.server.posts)).toEqual([0, 1, 3, 6, 11, 19])
    expect(new Set(world.server.keys)).toEqual(new Set(['key-number-1']))
    expect(world.server.payments).toHaveLength(1)
    expect(world.opened).toHaveLength(1)
  })

  test('offline for the whole bound rejects with a code, and keeps the state for the next tap', async () => {
    const world = createCheckoutWorld()
    world.server.online = false
    const checkout = world.page()
    const run = follow(checkout.pay())
    await world.clock.advance(30_000)
    expect(run.error).toMatchObject({ name: 'CheckoutError', code: 'offline', retryable: true })
    expect(isCheckoutError(run.error)).toBe(true)

    world.server.online = true
    void checkout.pay()
    await world.clock.advance(0)
    expect(new Set(world.server.keys)).toEqual(new Set(['key-number-1']))
    expect(world.opened).toHaveLength(1)
  })

  test('a request that never answers is given up after its time and repeated', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push('hangs')
    void world.page().pay()
    await world.clock.advance(20_000)
    expect(seconds(world.server.posts)).toEqual([0, 20])
    expect(world.opened).toHaveLength(1)
  })

  test('every request tells the transport how long it is waited for', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    expect(world.server.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([20_000, 45_000])
  })
})

describe('a server that cannot answer yet', () => {
  test.each([
    'providerUnavailable',
    'providerOutcomeUnknown',
    'overloaded',
    'shuttingDown',
    'identityUnavailable',
    'internal',
    'idempotencyKeyInFlight',
    'paymentBusy',
    'tooManyRequests',
  ] as const)('%s is repeated with the same key', async (code) => {
    const world = createCheckoutWorld()
    world.server.fates.push(problem(code))
    void world.page().pay()
    await world.clock.advance(1_000)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-1'])
    expect(world.opened).toHaveLength(1)
  })

  test.each(['Retry-After', 'retry-after'])('%s is honoured', async (name) => {
    const world = createCheckoutWorld()
    world.server.fates.push(problem('shuttingDown', { [name]: '7' }))
    void world.page().pay()
    await world.clock.advance(10_000)
    expect(seconds(world.server.posts)).toEqual([0, 7])
  })

  test.each(['-5', 'soon', 'Sun, 01 Mar 2026 09:00:00 GMT', 'Infinity', ''])(
    'Retry-After %j is no reason to wait longer than usual',
    async (word) => {
      const world = createCheckoutWorld()
      world.server.fates.push(problem('shuttingDown', { 'retry-after': word }))
      void world.page().pay()
      await world.clock.advance(10_000)
      expect(seconds(world.server.posts)).toEqual([0, 1])
    },
  )

  test('a Retry-After beyond the bound ends in a coded error at the bound', async () => {
    const world = createCheckoutWorld()
    world.server.fates.push(problem('tooManyRequests', { 'retry-after': '3600' }))
    const run = follow(world.page().pay())
    await world.clock.advance(30_000)
    expect(run.error).toMatchObject({ code: 'tooManyRequests', retryable: true, requestId: 'req1' })
    expect(world.server.posts).toHaveLength(1)
    expect(world.storage.entries.size).toBe(1)
  })
})

describe('a server that refuses', () => {
  const passing = new Set<ProblemCode>(['idempotencyKeyInFlight', 'paymentBusy', 'tooManyRequests'])
  const codes = Object.keys(PROBLEMS).filter(isProblemCode)
  const refusals = codes.filter((code) => {
    const [status] = PROBLEMS[code]
    return status < 500 && status !== 401 && !passing.has(code)
  })

  test.each([...refusals, 'providerRejected' as const])(
    '%s rejects at once, and the next tap makes a new key',
    async (code) => {
      const world = createCheckoutWorld()
      world.server.fates.push(problem(code))
      const checkout = world.page()
      await expect(checkout.pay()).rejects.toMatchObject({
        code,
        advice: PROBLEMS[code][1],
        retryable: false,
        requestId: 'req1',
      })
      expect(world.storage.entries.size).toBe(0)
      void checkout.pay()
      await world.clock.advance(0)
      expect(world.server.keys).toEqual(['key-number-1', 'key-number-2'])
    },
  )

  test.each([
    { status: 502, body: '<html>Bad gateway</html>' },
    { status: 200, body: '<html>Log in to this WLAN</html>' },
    { status: 200, body: null },
    { status: 200, body: { paymentId: 'pay1' } },
    { status: 200, body: { paymentId: 'pay1', verdict: 'success', clientAction: null } },
    { status: 200, body: { paymentId: 'pay1', verdict: 'pending' } },
    { status: 200, body: { paymentId: 'pay1', verdict: 'pending', clientAction: 'pay' } },
    { status: 404, body: undefined },
    { status: 403, body: { code: 7 } },
    { status: 0, body: '' },
  ])('$status $body is not this server’s answer, so it is asked again', async (answer) => {
    const world = createCheckoutWorld()
    world.server.fates.push(answer)
    void world.page().pay()
    await world.clock.advance(1_000)
    expect(world.server.keys).toEqual(['key-number-1', 'key-number-1'])
    expect(world.opened).toHaveLength(1)
  })

  test('strange answers for the whole bound reject with a code of their own', async () => {
    const world = createCheckoutWorld()
    const api = { request: async () => ({ status: 502, body: '<html>' }) }
    const run = follow(world.page({ api }).pay())
    await world.clock.advance(30_000)
    expect(run.error).toMatchObject({ code: 'unexpectedAnswer', retryable: true })
  })
})

describe('confirming on a bad network', () => {
  test('lost questions are repeated at growing distances within the bound', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.online = false
    await world.answer({ surface: 'finished' })
    await world.clock.advance(60_000)
    expect(seconds(world.server.gets)).toEqual([0, 1, 3, 6, 11, 19, 27])
    expect(run.value).toMatchObject({
      verdict: 'pending',
      payment: { paymentId: 'pay1' },
      problem: { code: 'offline' },
    })
    expect(world.storage.entries.size).toBe(1)
  })

  test('the hint that the payer is back is repeated until it has arrived, and then no more', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    world.server.fates.push('dropped')
    await world.answer({ surface: 'finished' })
    await world.clock.advance(60_000)
    expect(world.server.gets.map(({ path }) => path.includes('returned=1'))).toEqual([
      true,
      true,
      false,
    ])
  })

  test('the network coming back within the bound brings the verdict', async () => {
    const world = createCheckoutWorld()
    const run = follow(world.page().pay())
    await world.clock.advance(0)
    world.server.online = false
    await world.answer({ surface: 'finished' })
    await world.clock.advance(10_000)
    world.server.online = true
    world.server.decide('paid')
    await world.clock.advance(8_000)
    expect(run.value?.verdict).toBe('paid')
    expect(run.value).not.toHaveProperty('problem')
  })

  test('a server that holds nothing is not flooded', async () => {
    const world = createCheckoutWorld()
    let questions = 0
    const api = {
      async request(request: Parameters<typeof world.server.request>[0]) {
        if (request.method === 'POST') return world.server.request(request)
        questions += 1
        return { status: 200, body: world.server.payments[0] }
      },
    }
    const run = follow(world.page({ api }).pay())
    await world.clock.advance(0)
    await world.answer({ surface: 'finished' })
    await world.clock.advance(30_000)
    expect(run.value?.verdict).toBe('pending')
    expect(questions).toBeLessThanOrEqual(8)
  })

  test('a 503 with Retry-After is honoured while confirming', async () => {
    const world = createCheckoutWorld()
    void world.page().pay()
    await world.clock.advance(0)
    world.server.fates.push(problem('shuttingDown', { 'retry-after': '9' }))
    await world.answer({ surface: 'finished' })
    await world.clock.advance(10_000)
    expect(seconds(world.server.gets)).toEqual([0, 9])
  })

  test('the client never asks the server to wait longer than it may', () => {
    expect(LONGEST_WAIT_MS).toBe(MAX_WAIT_MS)
  })
})
