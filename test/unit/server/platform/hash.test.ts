import { describe, expect, test } from 'vitest'
import { equalInConstantTime, sha256Hex } from '../../../../server/platform/hash.ts'

describe('sha256Hex', () => {
  test.each([
    // FIPS 180-2, appendix B.1, and the empty message.
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('of %j', (text, expected) => {
    expect(sha256Hex(text)).toBe(expected)
    expect(sha256Hex(new TextEncoder().encode(text))).toBe(expected)
  })

  test('takes text as UTF-8', () => {
    expect(sha256Hex('茶')).toBe(sha256Hex(Uint8Array.of(0xe8, 0x8c, 0xb6)))
    expect(sha256Hex('茶')).not.toBe(sha256Hex(Uint8Array.of(0x8c)))
  })
})

describe('equalInConstantTime', () => {
  test.each([
    ['same', 'same', true],
    ['', '', true],
    ['same', 'Same', false],
    ['same', 'same ', false],
    ['same', '', false],
    ['茶', '酒', false],
    ['a'.repeat(64), `${'a'.repeat(63)}b`, false],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(equalInConstantTime(left, right)).toBe(expected)
  })
})
