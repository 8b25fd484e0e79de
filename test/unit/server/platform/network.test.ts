import { describe, expect, test } from 'vitest'
import { isAddressOrNetwork } from '../../../../server/platform/network.ts'

describe('addresses and networks', () => {
  test.each(['127.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '192.0.2.1/32'])(
    '%s is one',
    (rule) => {
      expect(isAddressOrNetwork(rule)).toBe(true)
    },
  )

  test.each([
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '::1/a',
    '1.1.1.1/8/8',
  ])('%j is none', (rule) => {
    expect(isAddressOrNetwork(rule)).toBe(false)
  })
})
