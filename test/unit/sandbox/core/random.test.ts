import { describe, expect, test } from 'vitest'
import { createRandom, DIGITS, uuid } from '../../../../sandbox/random.ts'

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

describe('seeded randomness', () => {
  test('repeats itself for the same seed and differs for another', () => {
    const words = (seed: string) => {
      const random = createRandom(seed)
      return many(5, () => random.word(12))
    }
    expect(words('a')).toEqual(words('a'))
    expect(words('a')).not.toEqual(words('b'))
  })

  test('a fork depends on the seed and its name, not on what was drawn before', () => {
    const early = createRandom(7).fork('ppro').word(20)
    const used = createRandom(7)
    used.word(100)
    expect(used.fork('ppro').word(20)).toBe(early)
    expect(createRandom(7).fork('worldline').word(20)).not.toBe(early)
  })

  test('numbers cover the whole range and never reach the limit', () => {
    const random = createRandom('seed 1')
    expect(new Set(many(500, () => random.int(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
    for (const fraction of many(500, () => random.fraction())) {
      expect(fraction).toBeGreaterThanOrEqual(0)
      expect(fraction).toBeLessThan(1)
    }
  })

  test('a probability is kept', () => {
    const random = createRandom('seed 2')
    const hits = many(4_000, () => random.chance(0.25)).filter(Boolean).length
    expect(hits).toBeGreaterThan(880)
    expect(hits).toBeLessThan(1_120)
    expect(many(50, () => random.chance(0))).not.toContain(true)
    expect(many(50, () => random.chance(1))).not.toContain(false)
  })

  test('words keep to length and alphabet, and seldom meet', () => {
    const random = createRandom('seed 3')
    expect(random.word(30, DIGITS)).toMatch(/^\d{30}$/)
    expect(new Set(many(2_000, () => random.word(16))).size).toBe(2_000)
  })

  test('a uuid is one of version 4', () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(uuid(createRandom(1))).toMatch(form)
  })

  test('a limit below one is refused', () => {
    expect(() => createRandom(1).int(0)).toThrow(RangeError)
    expect(() => createRandom(1).int(1.5)).toThrow(RangeError)
  })
})
