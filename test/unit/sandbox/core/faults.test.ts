import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createFaults } from '../../../../sandbox/faults.ts'
import { emptyReply, NO_REPLY, type Reply } from '../../../../sandbox/http.ts'
import { createRandom } from '../../../../sandbox/random.ts'

function world() {
  const clock = new VirtualClock(0)
  const faults = createFaults({ clock, random: createRandom('faults') })
  const effects: string[] = []
  const call = (operation: string) =>
    faults.around(
      operation,
      () => {
        effects.push(operation)
        return emptyReply(200)
      },
      (status) => emptyReply(status),
    )
  return { clock, faults, effects, call }
}

const word = (reply: Reply) => (reply === NO_REPLY ? 'no reply' : reply.status)

describe('faults of calls', () => {
  test('without a plan nothing goes wrong, and calls are counted', async () => {
    const { faults, effects, call } = world()
    expect(word(await call('create'))).toBe(200)
    expect(effects).toEqual(['create'])
    expect(faults.counters().calls).toMatchObject({ create: { calls: 1, fail5xx: 0 } })
  })

  test.each([
    ['fail5xx', 503, []],
    ['timeoutBefore', 'no reply', []],
    ['timeoutAfterSuccess', 'no reply', ['create']],
  ] as const)('%s answers %s once, with the effects %j', async (fault, answer, expected) => {
    const { faults, effects, call } = world()
    faults.set({ calls: [{ operation: 'create', fault, status: 503 }] })
    expect(word(await call('create'))).toBe(answer)
    expect(effects).toEqual(expected)
    expect(word(await call('create'))).toBe(200)
    expect(faults.counters().calls).toMatchObject({ create: { calls: 2, [fault]: 1 } })
  })

  test('strike the named operation only, and a star strikes all', async () => {
    const { faults, call } = world()
    faults.set({ calls: [{ operation: 'refund', fault: 'fail5xx', dose: 'all' }] })
    expect(word(await call('create'))).toBe(200)
    expect(word(await call('refund'))).toBe(500)
    faults.set({ calls: [{ fault: 'fail5xx', dose: 'all' }] })
    expect(word(await call('create'))).toBe(500)
  })

  test('a slow call answers when the clock has moved that far', async () => {
    const { clock, faults, effects, call } = world()
    faults.set({ calls: [{ operation: 'create', fault: 'slow', slowMs: 5_000 }] })
    const reply = call('create')
    await clock.advance(4_999)
    expect(effects).toEqual([])
    await clock.advance(1)
    expect(word(await reply)).toBe(200)
  })

  test('a dose of two strikes twice, a dose by chance about that often, a cleared plan never', async () => {
    const { faults, call } = world()
    const strikes = async (count: number) => {
      let hits = 0
      for (let turn = 0; turn < count; turn += 1) if (word(await call('create')) === 500) hits += 1
      return hits
    }
    faults.set({ calls: [{ fault: 'fail5xx', dose: 2 }] })
    expect(await strikes(5)).toBe(2)
    faults.set({ calls: [{ fault: 'fail5xx', dose: { chance: 0.5 } }] })
    const hits = await strikes(400)
    expect(hits).toBeGreaterThan(150)
    expect(hits).toBeLessThan(250)
    faults.clear()
    expect(await strikes(5)).toBe(0)
  })
})

describe('faults of notifications', () => {
  test('each has its own dose and counter', () => {
    const { faults } = world()
    faults.set({
      notifications: { drop: 1, duplicate: 1, delay: { dose: 1, ms: 70 }, forge: 'all' },
    })
    const first = { delayMs: 70, duplicate: true, reorder: false, forge: true }
    expect(faults.forNotification()).toEqual(first)
    expect(faults.forNotification()).toEqual({ ...first, delayMs: 0, duplicate: false })
    expect([faults.dropsAttempt(), faults.dropsAttempt()]).toEqual([true, false])
    expect(faults.counters().notifications).toEqual({
      drop: 1,
      delay: 1,
      duplicate: 1,
      reorder: 0,
      forge: 2,
    })
    faults.set({ notifications: { drop: 1 } })
    expect([faults.dropsAttempt(), faults.dropsAttempt()]).toEqual([true, false])
    faults.reset()
    expect(faults.counters().notifications.forge).toBe(0)
    expect(faults.plan()).toEqual({ notifications: {}, calls: [] })
  })
})

test.each([
  [{ calls: [{ fault: 'explode' }] }],
  [{ calls: [{ fault: 'fail5xx', status: 404 }] }],
  [{ calls: [{ fault: 'fail5xx', dose: 0 }] }],
  [{ notifications: { loose: 1 } }],
  [{ notifications: { drop: { chance: 2 } } }],
])('a plan that makes no sense is refused: %j', (plan) => {
  const { faults } = world()
  const set: (plan: never) => void = faults.set.bind(faults)
  expect(() => Reflect.apply(set, null, [plan])).toThrow()
  expect(faults.plan()).toEqual({ notifications: {}, calls: [] })
})
