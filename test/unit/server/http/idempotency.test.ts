import { describe, expect, test } from 'vitest'
import { meanwhile, openStore, problemOf } from './harness.ts'
import { start, startProcess } from './idempotency-world.ts'

describe('one key is one execution and one answer', () => {
  test('a repeat gets the first answer word for word', async () => {
    const { post, state } = await start()
    const first = await post({ amount: 1 })
    const repeat = await post({ amount: 1 })
    expect([first.status, repeat.status]).toEqual([201, 201])
    expect(await repeat.text()).toBe(await first.text())
    expect(repeat.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(first.headers.get('idempotency-replayed')).toBeNull()
    expect(repeat.headers.get('idempotency-replayed')).toBe('true')
    expect(state.executions).toBe(1)
  })

  test('fifty at once are one execution and fifty equal answers', async () => {
    const { post, state } = await start()
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => await (await post({ amount: 1 })).text()),
    )
    expect(state.executions).toBe(1)
    expect(new Set(answers).size).toBe(1)
  })

  test('fifty at once through two processes as well', async () => {
    const store = await openStore()
    const processes = [await startProcess(store), await startProcess(store)]
    const held = Promise.withResolvers<void>()
    for (const { state } of processes) state.hold = held.promise
    const answers = Array.from({ length: 50 }, async (_, index) => {
      const process = processes[index % 2]
      return await (await process?.post({ amount: 1 }))?.text()
    })
    await Promise.race(processes.map(({ state }) => state.entered.promise))
    held.resolve()
    const texts = await meanwhile(
      Promise.all(answers),
      processes.map(({ tools }) => tools.clock),
    )
    expect(processes.reduce((sum, { state }) => sum + state.executions, 0)).toBe(1)
    expect(new Set(texts).size).toBe(1)
  })

  test('the order of members and other spellings of a number are the same parameters', async () => {
    const { post, state } = await start()
    await post('{"amount":1,"fail":""}')
    const repeat = await post('{ "fail": "", "amount": 1.0 }')
    expect(repeat.headers.get('idempotency-replayed')).toBe('true')
    expect(state.executions).toBe(1)
  })

  test.each([
    ['other parameters', { amount: 2 }, {}],
    ['another address of the same route', { amount: 1 }, { path: '/orders/A-2' }],
  ])('%s under the same key are refused', async (_, body, options) => {
    const { post, state } = await start()
    await post({ amount: 1 })
    const problem = await problemOf(await post(body, options))
    expect(problem).toMatchObject({ status: 409, code: 'idempotencyKeyReused' })
    expect(state.executions).toBe(1)
  })

  test.each([
    ['another key', { key: 'key-0002' }],
    ['another caller', { shop: 'books' }],
    ['another route', { path: '/refunds' }],
  ])('%s is another execution', async (_, options) => {
    const { post, state } = await start()
    await post({ amount: 1 })
    expect((await post({ amount: 1 }, options)).headers.get('idempotency-replayed')).toBeNull()
    expect(state.executions).toBe(2)
  })
})

describe('which answers are kept', () => {
  test('a refusal of the use case is, with its request id', async () => {
    const { post, state } = await start()
    const first = await post({ fail: 'taken' })
    const repeat = await post({ fail: 'taken' })
    expect(repeat.headers.get('content-type')).toBe('application/problem+json')
    expect([first.status, repeat.status]).toEqual([409, 409])
    expect(await repeat.json()).toEqual(await first.json())
    expect(state.executions).toBe(1)
  })

  test.each(['busy', 'unknown', 'refused', 'bug'])(
    'a failure that may pass (%s) is not: the repeat executes again',
    async (fail) => {
      const { post, state } = await start()
      const first = await post({ fail })
      expect(first.status).toBeGreaterThanOrEqual(409)
      expect((await post({ fail })).headers.get('idempotency-replayed')).toBeNull()
      expect(state.executions).toBe(2)
    },
  )

  test('nor is a request that never reached the use case', async () => {
    const { post, state } = await start()
    expect((await post({ amount: 'many' })).status).toBe(400)
    expect((await post({ amount: 1 })).status).toBe(201)
    expect(state.executions).toBe(1)
  })

  test('after a failure those who waited execute one after the other', async () => {
    const { post, state } = await start()
    const answers = await Promise.all([1, 2, 3].map(() => post({ fail: 'unknown' })))
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
    expect(state.executions).toBe(3)
  })
})

describe('the key itself', () => {
  test.each([
    ['no key', '', 'idempotencyKeyMissing'],
    ['a short key', 'short', 'invalidRequest'],
    ['a long key', 'x'.repeat(129), 'invalidRequest'],
    ['a key with a space', 'key 0001', 'invalidRequest'],
  ])('%s is refused', async (_, key, code) => {
    const { post, state } = await start()
    expect(await problemOf(await post({ amount: 1 }, { key }))).toMatchObject({ status: 400, code })
    expect(state.executions).toBe(0)
  })
})

describe('a body that is made to hurt', () => {
  test('thirty thousand brackets are refused as bad input, not as our fault', async () => {
    const { post, state } = await start()
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
    for (const body of [deep, `{"amount":${deep}}`]) {
      const problem = await problemOf(await post(body))
      expect(problem).toMatchObject({ status: 400 })
    }
    expect(state.executions).toBe(0)
  })
})

describe('when the answer cannot be kept', () => {
  test('the work still counts, and the operator is told', async () => {
    const store = await openStore()
    const { post, tools } = await startProcess({
      claimIdempotency: (claim) => store.claimIdempotency(claim),
      finishIdempotency: () => Promise.reject(new Error('disk full')),
      releaseIdempotency: (claim) => store.releaseIdempotency(claim),
    })
    expect((await post({ amount: 1 })).status).toBe(201)
    expect(tools.lines).toContainEqual(expect.objectContaining({ event: 'idempotency.notKept' }))
  })
})
