import { describe, expect, test } from 'vitest'
import { createAdjustableClock, VirtualClock } from '../../../../sandbox/clock.ts'
import { sleep } from '../../../../shared/clock.ts'

const START_MS = Date.UTC(2026, 5, 24, 10, 15)
const HOUR_MS = 3_600_000

describe('a virtual clock', () => {
  test('stands still until it is told to move', async () => {
    const clock = new VirtualClock(START_MS)
    const rang: number[] = []
    clock.setTimer(0, () => rang.push(clock.nowMs()))
    await new Promise((resolve) => setImmediate(resolve))
    expect(rang).toEqual([])
    await clock.advance(0)
    expect(rang).toEqual([START_MS])
  })

  test('runs timers in time order, each at its own time, those set on the way included', async () => {
    const clock = new VirtualClock(START_MS)
    const rang: [string, number][] = []
    const ring = (name: string) => () => void rang.push([name, clock.nowMs() - START_MS])
    clock.setTimer(300, ring('late'))
    clock.setTimer(100, () => {
      ring('first')()
      clock.setTimer(50, ring('set on the way'))
    })
    clock.setTimer(100, ring('second of the same time'))
    await clock.advance(200)
    expect(rang).toEqual([
      ['first', 100],
      ['second of the same time', 100],
      ['set on the way', 150],
    ])
    expect(clock.nowMs()).toBe(START_MS + 200)
  })

  test('a cancelled timer never rings, and cancelling again does no harm', async () => {
    const clock = new VirtualClock(START_MS)
    let rang = false
    const cancel = clock.setTimer(10, () => {
      rang = true
    })
    cancel()
    cancel()
    await clock.advance(HOUR_MS)
    expect(rang).toBe(false)
  })

  test('lets what a timer began come to rest before the next timer runs', async () => {
    const clock = new VirtualClock(START_MS)
    const order: string[] = []
    clock.setTimer(10, () => {
      const work = new Promise<void>((resolve) => setTimeout(resolve, 20))
      clock.busy(work.then(() => void order.push('work is done')))
    })
    clock.setTimer(20, () => order.push('next timer'))
    await clock.advance(30)
    expect(order).toEqual(['work is done', 'next timer'])
  })

  test('does not wait for ever for work that itself waits for the clock', async () => {
    const clock = new VirtualClock(START_MS, { patienceMs: 5 })
    const woken: string[] = []
    const nap = async () => {
      await sleep(clock, 50)
      woken.push('awake')
    }
    clock.setTimer(10, () => clock.busy(nap()))
    await clock.advance(100)
    expect(woken).toEqual(['awake'])
  })

  test('failed work does not stop it', async () => {
    const clock = new VirtualClock(START_MS)
    clock.setTimer(10, () => clock.busy(Promise.reject(new Error('broken'))))
    await clock.advance(20)
    expect(clock.nowMs()).toBe(START_MS + 20)
  })

  test('two moves at once add up', async () => {
    const clock = new VirtualClock(START_MS)
    await Promise.all([clock.advance(100), clock.advance(200)])
    expect(clock.nowMs()).toBe(START_MS + 300)
  })

  test('runs forward only', async () => {
    const clock = new VirtualClock(START_MS)
    expect(() => clock.advance(-1)).toThrow(RangeError)
    await expect(clock.advanceTo(START_MS - 1)).rejects.toThrow('forward only')
    await clock.advanceTo(START_MS + 5)
    expect(clock.nowMs()).toBe(START_MS + 5)
  })

  test('hands on what a timer throws, and goes on with the next move', async () => {
    const clock = new VirtualClock(START_MS)
    let rang = false
    clock.setTimer(10, () => {
      throw new Error('thrown by a timer')
    })
    clock.setTimer(20, () => {
      rang = true
    })
    await expect(clock.advance(30)).rejects.toThrow('thrown by a timer')
    await clock.advance(20)
    expect(rang).toBe(true)
  })
})

describe('an adjustable clock', () => {
  test('rings by itself when the time has come', async () => {
    const clock = createAdjustableClock()
    const beforeMs = clock.nowMs()
    await sleep(clock, 15)
    expect(clock.nowMs() - beforeMs).toBeGreaterThanOrEqual(15)
  })

  test('jumps, running in order what became due on the way and nothing else', async () => {
    const clock = createAdjustableClock()
    const beforeMs = clock.nowMs()
    const rang: string[] = []
    clock.setTimer(2 * HOUR_MS, () => rang.push('two hours'))
    clock.setTimer(HOUR_MS, () => {
      rang.push('one hour')
      clock.setTimer(HOUR_MS / 2, () => rang.push('one and a half'))
    })
    clock.setTimer(1000 * HOUR_MS, () => rang.push('far away'))
    await clock.advance(3 * HOUR_MS)
    expect(rang).toEqual(['one hour', 'one and a half', 'two hours'])
    expect(clock.nowMs() - beforeMs).toBeGreaterThanOrEqual(3 * HOUR_MS)
    clock.close()
  })

  test('rings by itself after a jump has brought a timer near', async () => {
    const clock = createAdjustableClock()
    const rung = new Promise<void>((resolve) => clock.setTimer(HOUR_MS, resolve))
    await clock.advance(HOUR_MS - 10)
    await rung
    clock.close()
  })

  test('waits through times longer than the longest timer of the platform', async () => {
    const clock = createAdjustableClock()
    let rang = false
    clock.setTimer(40 * 24 * HOUR_MS, () => {
      rang = true
    })
    await clock.advance(39 * 24 * HOUR_MS)
    expect(rang).toBe(false)
    await clock.advance(24 * HOUR_MS)
    expect(rang).toBe(true)
  })

  test('hands on what a timer throws, and still rings by itself afterwards', async () => {
    const clock = createAdjustableClock()
    clock.setTimer(HOUR_MS, () => {
      throw new Error('thrown by a timer')
    })
    const rung = new Promise<void>((resolve) => clock.setTimer(HOUR_MS + 10, resolve))
    await expect(clock.advance(2 * HOUR_MS)).rejects.toThrow('thrown by a timer')
    await rung
    clock.close()
  })

  test('a closed clock rings no more', async () => {
    const clock = createAdjustableClock()
    let rang = false
    clock.setTimer(1, () => {
      rang = true
    })
    clock.close()
    await clock.advance(HOUR_MS)
    expect(rang).toBe(false)
  })
})
