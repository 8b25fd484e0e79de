import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createRouter } from '../../../../server/http/context.ts'
import { createIdempotency } from '../../../../server/http/idempotency.ts'
import { parseBody } from '../../../../server/http/validate.ts'
import { UseCaseError } from '../../../../server/usecases/errors.ts'
import {
  makeTools,
  meanwhile,
  openStore,
  postJson,
  problemOf,
  startApp,
  type Tools,
} from './harness.ts'

const schema = z.strictObject({ amount: z.int().optional(), fail: z.string().optional() })

const failures: Readonly<Record<string, () => Error>> = {
  taken: () => new UseCaseError('orderRefTaken'),
  busy: () => new UseCaseError('paymentBusy'),
  unknown: () => new UseCaseError('providerOutcomeUnknown'),
  refused: () => new UseCaseError('providerRejected'),
  bug: () => new Error('undefined is not a function'),
}

type IdempotencyStore = Parameters<typeof createIdempotency>[0]['store']

/** A process with one guarded route that counts its executions and can be held open. */
async function startProcess(store: IdempotencyStore, tools: Tools = makeTools()) {
  const state = { executions: 0, hold: Promise.resolve(), entered: Promise.withResolvers<void>() }
  const idempotent = createIdempotency({ store, clock: tools.clock, logger: tools.logger })
  const guard = idempotent((ctx) => `merchant:${ctx.get('x-shop') || 'tea'}`)
  const execute = createRouter()
  for (const path of ['/orders/:orderRef', '/refunds']) {
    execute.post(path, guard, async (ctx) => {
      const { amount, fail } = parseBody(ctx, schema)
      state.executions += 1
      const execution = state.executions
      state.entered.resolve()
      await state.hold
      const failure = failures[fail ?? '']
      if (failure) throw failure()
      ctx.status = 201
      ctx.body = { execution, amount: amount ?? null }
    })
  }
  const { address } = await startApp(tools, { parsed: [execute] })
  const post = (body: unknown, options: { key?: string; path?: string; shop?: string } = {}) => {
    const { key = 'key-0001', path = '/orders/A-1', shop = 'tea' } = options
    const keyHeader: Record<string, string> = key === '' ? {} : { 'idempotency-key': key }
    return postJson(address + path, body, { 'x-shop': shop, ...keyHeader })
  }
  return { post, state, tools }
}

const start = async () => await startProcess(await openStore())

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

describe('a repeat that comes while the first still runs', () => {
  test('waits for its answer', async () => {
    const { post, state } = await start()
    const held = Promise.withResolvers<void>()
    state.hold = held.promise
    const first = post({ amount: 1 })
    await state.entered.promise
    const repeat = post({ amount: 1 })
    held.resolve()
    expect(await (await repeat).text()).toBe(await (await first).text())
  })

  test('gives up after ten seconds and says when to come again', async () => {
    const store = await openStore()
    const { post, state, tools } = await startProcess(store)
    const held = Promise.withResolvers<void>()
    state.hold = held.promise
    const first = post({ amount: 1 })
    await state.entered.promise
    // In another process, so that the time of the first one stands still.
    const other = await startProcess(store)
    const repeat = other.post({ amount: 1 })
    const answer = await meanwhile(repeat, [other.tools.clock])
    expect(await problemOf(answer)).toMatchObject({ status: 409, code: 'idempotencyKeyInFlight' })
    expect(answer.headers.get('retry-after')).toBe('1')
    held.resolve()
    expect((await first).status).toBe(201)
    expect(state.executions + other.state.executions).toBe(1)
    expect(tools.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('takes over from a process that died', async () => {
    const store = await openStore()
    const dead = await startProcess(store)
    dead.state.hold = new Promise(() => undefined)
    void dead.post({ amount: 1 }).catch(() => undefined)
    await dead.state.entered.promise
    const tools = makeTools()
    await tools.clock.advance(60_001)
    const heir = await startProcess(store, tools)
    const answer = await heir.post({ amount: 1 })
    expect(answer.status).toBe(201)
    expect(heir.state.executions).toBe(1)
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
      releaseIdempotency: (scope, key) => store.releaseIdempotency(scope, key),
    })
    expect((await post({ amount: 1 })).status).toBe(201)
    expect(tools.lines).toContainEqual(expect.objectContaining({ event: 'idempotency.notKept' }))
  })
})
