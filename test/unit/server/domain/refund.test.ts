import { describe, expect, test } from 'vitest'
import {
  isKeyRemembered,
  isOpenRefund,
  isUnderWay,
  reservesMoney,
} from '../../../../server/domain/refund.ts'

test.each(['requested', 'processing', 'needsAction', 'succeeded'] as const)(
  'a refund that is %s keeps its money from other refunds',
  (status) => {
    expect(reservesMoney(status)).toBe(true)
  },
)

test('a failed refund gives its money free for another try', () => {
  expect(reservesMoney('failed')).toBe(false)
})

test.each([
  ['requested', true],
  ['processing', true],
  ['needsAction', true],
  ['succeeded', false],
  ['failed', false],
] as const)('a refund that is %s can still become something else: %s', (status, open) => {
  expect(isOpenRefund(status)).toBe(open)
})

test.each([
  ['requested', null, false],
  ['requested', 5_000, true],
  ['processing', null, true],
  ['needsAction', 5_000, true],
  ['succeeded', 5_000, false],
  ['failed', 5_000, false],
] as const)('a refund %s, sent at %j, can have news at its provider: %s', (...row) => {
  const [status, sentAtMs, news] = row
  expect(isUnderWay({ status, sentAtMs })).toBe(news)
})

describe('a repeat of a refund is the same refund to its provider', () => {
  const remembered = (sentAtMs: number | null, nowMs: number) =>
    isKeyRemembered({ sentAtMs }, { keyMemoryMs: 1_000, nowMs })

  test('as long as its number is remembered as a key, and where it was never sent', () => {
    expect(remembered(5_000, 5_999)).toBe(true)
    expect(remembered(null, 9_999_999)).toBe(true)
  })

  test('and no longer: then it could be a second one', () => {
    expect(remembered(5_000, 6_000)).toBe(false)
  })
})
