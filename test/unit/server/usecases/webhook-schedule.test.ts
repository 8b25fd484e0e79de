import { assert, double, integer, option, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextAttemptAtMs } from '../../../../server/usecases/webhook-schedule.ts'

const HOUR_MS = 60 * 60 * 1_000
const plain = { nowMs: 1_000_000, random: 0, retryAfterMs: null }

describe('the timetable of a webhook', () => {
  test('is that of Standard Webhooks: 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h', () => {
    const gaps = Array.from({ length: 9 }, (_, index) => {
      const atMs = nextAttemptAtMs({ ...plain, failures: index + 1 })
      return ((atMs ?? 0) - plain.nowMs) / 1_000
    })
    const hours = [2, 5, 10, 14, 20, 24].map((count) => count * 3_600)
    expect(gaps).toEqual([5, 300, 1_800, ...hours])
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / 3_600).toBeCloseTo(75.58, 1)
  })

  test('ends after the tenth failure', () => {
    expect(nextAttemptAtMs({ ...plain, failures: 9 })).not.toBeNull()
    expect(nextAttemptAtMs({ ...plain, failures: 10 })).toBeNull()
    expect(nextAttemptAtMs({ ...plain, failures: 10, retryAfterMs: 60_000 })).toBeNull()
  })

  test('waits longer where the receiver asks for it, a day at most, and never shorter', () => {
    const first = { ...plain, failures: 1 }
    expect(nextAttemptAtMs({ ...first, retryAfterMs: 60_000 })).toBe(1_060_000)
    expect(nextAttemptAtMs({ ...first, retryAfterMs: 1_000 })).toBe(1_005_000)
    expect(nextAttemptAtMs({ ...first, retryAfterMs: 99 * 24 * HOUR_MS })).toBe(
      1_000_000 + 24 * HOUR_MS,
    )
  })

  test('spreads attempts over a tenth of the gap, five minutes at most, and only later', () => {
    const attempt = record({
      failures: integer({ min: 1, max: 9 }),
      nowMs: integer({ min: 0, max: 2 ** 41 }),
      random: double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      retryAfterMs: option(integer({ min: 0, max: 2 ** 41 })),
    })
    assert(
      property(attempt, (given) => {
        const atMs = nextAttemptAtMs(given) ?? 0
        const earliestMs = nextAttemptAtMs({ ...given, random: 0 }) ?? 0
        const gapMs =
          (nextAttemptAtMs({ ...given, random: 0, retryAfterMs: null }) ?? 0) - given.nowMs
        expect(Number.isInteger(atMs)).toBe(true)
        expect(atMs - earliestMs).toBeGreaterThanOrEqual(0)
        expect(atMs - earliestMs).toBeLessThanOrEqual(Math.min(gapMs / 10, 300_000) + 1)
      }),
    )
  })
})
