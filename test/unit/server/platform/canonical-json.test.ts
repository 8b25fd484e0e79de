import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../../../server/platform/canonical-json.ts'

describe('canonical JSON', () => {
  test('is one text for one value, whatever the order of its members', () => {
    const left = { b: [1, { d: null, c: 'x' }], a: { z: true, y: 1.5 } }
    const right = { a: { y: 1.5, z: true }, b: [1, { c: 'x', d: null }] }
    expect(canonicalJson(left)).toBe(canonicalJson(right))
    expect(canonicalJson(left)).toBe('{"a":{"y":1.5,"z":true},"b":[1,{"c":"x","d":null}]}')
  })

  test.each([
    [{ a: 1 }, { a: '1' }],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: null }, {}],
    [{ a: { b: 1 } }, { a: {}, b: 1 }],
    [{ 'a","b': 1 }, { a: 1, b: 1 }],
  ])('tells %j from %j', (left, right) => {
    expect(canonicalJson(left)).not.toBe(canonicalJson(right))
  })

  test('a member called __proto__ is a member like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}')
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"b":2}')
  })
})
