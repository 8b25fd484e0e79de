import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VirtualClock } from '../../../../sandbox/clock.ts'
import { createRateLimiter } from '../../../../server/platform/rate-limiter.ts'

const clockAt = () => new VirtualClock(Date.UTC(2026, 5, 24))

describe('a limit', () => {
  test('lets a burst through, says how long to wait, and keeps its word', async () => {
    const clock = clockAt()
    const spend = createRateLimiter({ clock, rate: { perMinute: 30, burst: 3 } })
    expect([spend('a'), spend('a'), spend('a'), spend('a')]).toEqual([0, 0, 0, 2_000])
    await clock.advance(1_999)
    expect(spend('a')).toBe(1)
    await clock.advance(1)
    expect(spend('a')).toBe(0)
    expect(spend('a')).toBe(2_000)
  })

  test('is kept to the millisecond', async () => {
    const clock = clockAt()
    const spend = createRateLimiter({ clock, rate: { perMinute: 1, burst: 1 } })
    expect(spend('a')).toBe(0)
    await clock.advance(59_999)
    expect(spend('a')).toBe(1)
    await clock.advance(1)
    expect(spend('a')).toBe(0)
  })

  test('of one key is not spent by another', () => {
    const spend = createRateLimiter({ clock: clockAt(), rate: { perMinute: 1, burst: 1 } })
    expect([spend('a'), spend('b'), spend('a'), spend('b')]).toEqual([0, 0, 60_000, 60_000])
  })

  test('fills up to its burst and no further', async () => {
    const clock = clockAt()
    const spend = createRateLimiter({ clock, rate: { perMinute: 600, burst: 2 } })
    await clock.advance(24 * 60 * 60_000)
    expect([spend('a'), spend('a'), spend('a')]).toEqual([0, 0, 100])
  })

  test('earns nothing from a clock that is set back and forth', () => {
    let nowMs = 1_000_000
    const clock = { nowMs: () => nowMs, setTimer: () => () => undefined }
    const spend = createRateLimiter({ clock, rate: { perMinute: 60, burst: 1 } })
    expect(spend('a')).toBe(0)
    for (let turn = 0; turn < 10; turn += 1) {
      nowMs -= 900
      expect(spend('a')).toBeGreaterThan(0)
      nowMs += 900
      expect(spend('a')).toBeGreaterThan(0)
    }
  })

  test('forgets the key that was silent for longest when there are too many', () => {
    const rate = { perMinute: 1, burst: 1 }
    const spend = createRateLimiter({ clock: clockAt(), rate, mostKeys: 2 })
    for (const key of ['a', 'b', 'a', 'c']) spend(key)
    expect(spend('a')).toBeGreaterThan(0)
    expect(spend('b')).toBe(0)
  })
})

test('in no window of time do more pass than burst + rate × window, and those refused may come then', () => {
  const story = fc.record({
    perMinute: fc.integer({ min: 1, max: 5_000 }),
    burst: fc.integer({ min: 1, max: 40 }),
    gapsMs: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })), {
      minLength: 1,
      maxLength: 120,
    }),
  })
  fc.assert(
    fc.property(story, ({ perMinute, burst, gapsMs }) => {
      let nowMs = 1_750_000_000_000
      const clock = { nowMs: () => nowMs, setTimer: () => () => undefined }
      const spend = createRateLimiter({ clock, rate: { perMinute, burst } })
      const passed: number[] = []
      for (const gapMs of gapsMs) {
        nowMs += gapMs
        const waitMs = spend('a')
        if (waitMs > 0) {
          nowMs += waitMs
          expect(spend('a')).toBe(0)
        }
        passed.push(nowMs)
      }
      for (const [first, fromMs] of passed.entries()) {
        for (const [last, toMs] of passed.entries()) {
          if (last < first) continue
          // Whole numbers on both sides: minutes would be fractions.
          const most = burst * 60_000 + (toMs - fromMs) * perMinute
          expect((last - first + 1) * 60_000).toBeLessThanOrEqual(most)
        }
      }
    }),
  )
})
