import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextLookAtMs, retryAtMs, spread } from '../../../../server/usecases/query-schedule.ts'

const NOW_MS = Date.UTC(2026, 5, 24)
const drawn = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const moment = (fields: { nowMs?: number; drawn?: number } = {}) => {
  return { nowMs: NOW_MS, drawn: 0, ...fields }
}
const paymentOf = (ageMs: number, leftMs: number) => {
  return { createdAtMs: NOW_MS - ageMs, expiresAtMs: NOW_MS + leftMs }
}

test('a gap is never shorter than it is, and at most a quarter longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3_600_000 }), drawn, (gapMs, luck) => {
      expect(spread(gapMs, luck)).toBeGreaterThanOrEqual(gapMs)
      expect(spread(gapMs, luck)).toBeLessThanOrEqual(Math.ceil(gapMs * 1.25))
    }),
  )
})

describe('the next look at a payment', () => {
  test('never comes before the interval of its provider, nor more than its gap and a quarter later', () => {
    const ms = fc.integer({ min: 0, max: 7_200_000 })
    fc.assert(
      fc.property(
        ms,
        ms,
        drawn,
        fc.integer({ min: 1_000, max: 60_000 }),
        (age, left, luck, interval) => {
          const rule = { rule: 'poll', intervalMs: interval } as const
          const atMs = nextLookAtMs(paymentOf(age, left), rule, moment({ drawn: luck }))
          const endMs = NOW_MS + left + 5_000
          expect(atMs).toBeGreaterThanOrEqual(Math.min(NOW_MS + interval, endMs))
          expect(atMs).toBeLessThanOrEqual(NOW_MS + 1.25 * 300_000 + 1)
        },
      ),
    )
  })

  test('is not put off beyond its end, by nothing that is drawn', () => {
    const rule = { rule: 'poll', intervalMs: 3_000 } as const
    const atMs = nextLookAtMs(paymentOf(60_000, 8_000), rule, moment({ drawn: 0.9 }))
    expect(atMs - NOW_MS).toBe(8_000 + 5_000)
  })

  test('of payments made together does not come together', () => {
    const rule = { rule: 'poll', intervalMs: 3_000 } as const
    const payment = paymentOf(60_000, 1_800_000)
    const looks = [0, 0.25, 0.5, 0.75].map((luck) =>
      nextLookAtMs(payment, rule, moment({ drawn: luck })),
    )
    expect(looks.map((atMs) => atMs - NOW_MS)).toEqual([12_000, 12_750, 13_500, 14_250])
  })

  test('at a provider that must not be asked is the one at its end, whatever is drawn', () => {
    fc.assert(
      fc.property(drawn, (luck) => {
        const atMs = nextLookAtMs(
          paymentOf(60_000, 900_000),
          { rule: 'onEvent' },
          moment({ drawn: luck }),
        )
        expect(atMs).toBe(NOW_MS + 900_000 + 5_000)
      }),
    )
  })
})

describe('a question without an answer', () => {
  test('is repeated after 2 s, 4 s, 8 s and at last every ten minutes', () => {
    const gaps = [1, 2, 3, 9, 10, 50].map((attempts) => retryAtMs(attempts, moment()) - NOW_MS)
    expect(gaps).toEqual([2_000, 4_000, 8_000, 512_000, 600_000, 600_000])
  })

  test('is repeated no sooner than the provider asks for, and spread from there', () => {
    const asked = { ...moment({ drawn: 0.5 }), retryAfterMs: 60_000 }
    expect(retryAtMs(1, asked) - NOW_MS).toBe(67_500)
    expect(retryAtMs(9, asked) - NOW_MS).toBe(576_000)
  })
})
