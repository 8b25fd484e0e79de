import { describe, expect, test } from 'vitest'
import { safeInteger, valueTypes } from '../../../../server/store/postgres-pool.ts'

describe('a 64-bit integer', () => {
  test.each([0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    '%d is exact',
    (value) => {
      expect(safeInteger(String(value))).toBe(value)
      expect(valueTypes().getTypeParser(20, 'text')(String(value))).toBe(value)
    },
  )

  test.each(['9007199254740992', '-9007199254740992', '9223372036854775807'])(
    '%s would lose digits and is refused',
    (text) => {
      expect(() => safeInteger(text)).toThrow(RangeError)
    },
  )
})
