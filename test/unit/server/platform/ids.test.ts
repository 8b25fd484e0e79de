import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createIds } from '../../../../server/platform/ids.ts'

function makeIds(nowMs: () => number, random: (size: number) => Uint8Array = randomBytes) {
  const clock = { nowMs, setTimer: () => () => undefined }
  return createIds({ clock, randomBytes: random })
}

describe('fresh names', () => {
  test('are 26 lower-case letters and digits', () => {
    const ids = makeIds(() => Date.UTC(2026, 4, 1))
    for (let count = 0; count < 100; count += 1) expect(ids.next()).toMatch(/^[0-9a-z]{26}$/)
  })

  test('sort by time', () => {
    let nowMs = 0
    const ids = makeIds(() => nowMs)
    const names = Array.from({ length: 200 }, (_, index) => {
      nowMs = index * 10_000_000_000
      return ids.next()
    })
    expect(names.toSorted()).toEqual(names)
  })

  test.each([
    ['the clock stands still', () => 1_000],
    ['the clock goes back', (count: number) => 1_000_000 - count],
    ['the clock jumps to and fro', (count: number) => (count % 2) * 1_000],
  ])('never repeat and always grow while %s', (_, timeAt) => {
    let count = 0
    const ids = makeIds(() => {
      count += 1
      return timeAt(count)
    })
    const names = Array.from({ length: 5_000 }, () => ids.next())
    expect(new Set(names).size).toBe(names.length)
    expect(names.toSorted()).toEqual(names)
  })

  test('never repeat even when chance gives the same bytes again, the greatest ones included', () => {
    for (const byte of [0x00, 0xff]) {
      const ids = makeIds(
        () => 1_000,
        (size) => new Uint8Array(size).fill(byte),
      )
      const names = Array.from({ length: 1_000 }, () => ids.next())
      expect(new Set(names).size).toBe(names.length)
      expect(names.every((name) => name.length === 26)).toBe(true)
    }
  })

  test('of two processes at the same time do not meet', () => {
    const names = [1, 2].flatMap(() => {
      const ids = makeIds(() => 1_000)
      return Array.from({ length: 1_000 }, () => ids.next())
    })
    expect(new Set(names).size).toBe(2_000)
  })

  test('tell their time in the first ten characters', () => {
    const zero = (size: number) => new Uint8Array(size)
    expect(makeIds(() => 0, zero).next()).toBe('0'.repeat(26))
    expect(makeIds(() => 1, zero).next()).toBe(`0000000001${'0'.repeat(16)}`)
    expect(makeIds(() => 2 ** 48 - 1, zero).next()).toBe(`7zzzzzzzzz${'0'.repeat(16)}`)
  })
})

describe('secrets', () => {
  test('carry all 256 bits that chance gave, in base64url', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, index) => 255 - index)
    const ids = makeIds(
      () => 0,
      () => bytes,
    )
    const secret = ids.secret()
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(secret, 'base64url')).toEqual(Buffer.from(bytes))
  })

  test('ask for 32 bytes and differ', () => {
    const sizes: number[] = []
    const ids = makeIds(
      () => 0,
      (size) => {
        sizes.push(size)
        return randomBytes(size)
      },
    )
    expect(ids.secret()).not.toBe(ids.secret())
    expect(sizes).toEqual([32, 32])
  })
})
