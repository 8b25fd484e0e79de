import { describe, expect, test } from 'vitest'
import { makeTools, meanwhile, openStore, problemOf } from './harness.ts'
import { start, startProcess } from './idempotency-world.ts'

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

describe('an execution that outlives its lease', () => {
  test('is not executed a second time by the process in which it lives', async () => {
    const { post, state, tools } = await start()
    const held = Promise.withResolvers<void>()
    state.hold = held.promise
    const first = post({ amount: 1 })
    await state.entered.promise
    await tools.clock.advance(60_001)
    const repeat = post({ amount: 1 })
    const answer = await meanwhile(repeat, [tools.clock])
    expect(await problemOf(answer)).toMatchObject({ code: 'idempotencyKeyInFlight' })
    held.resolve()
    expect((await first).status).toBe(201)
    expect(state.executions).toBe(1)
  })

  /** The first is slow, and after a minute another process takes it for dead. */
  async function takenForDead() {
    const store = await openStore()
    const slow = await startProcess(store)
    const held = Promise.withResolvers<void>()
    slow.state.hold = held.promise
    const first = slow.post({ amount: 1 })
    await slow.state.entered.promise
    const tools = makeTools()
    await tools.clock.advance(60_001)
    const heir = await startProcess(store, tools)
    heir.state.executions = 10
    return { slow, heir, first, finish: held.resolve }
  }

  test('answers as the one did that took over', async () => {
    const { heir, first, finish } = await takenForDead()
    const second = await (await heir.post({ amount: 1 })).text()
    finish()
    expect(await (await first).text()).toBe(second)
  })

  test('is remembered where the one that took over failed', async () => {
    const { slow, heir, first, finish } = await takenForDead()
    heir.state.fails = 'unknown'
    expect((await heir.post({ amount: 1 })).status).toBe(503)
    finish()
    const answer = await (await first).text()
    expect(await (await heir.post({ amount: 1 })).text()).toBe(answer)
    expect(slow.tools.lines.filter(({ level }) => level === 'error')).toEqual([])
  })
})
