import { describe, expect, test } from 'vitest'
import { isAddressOrNetwork, networkOf } from '../../../../server/platform/network.ts'

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

describe('what one client has of the address space', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%s → %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('all addresses of one network are one client, and the next network is another', () => {
    expect(networkOf('2001:db8:1:2:ffff::1')).toBe(networkOf('2001:db8:1:2::2'))
    expect(networkOf('2001:db8:1:3::2')).not.toBe(networkOf('2001:db8:1:2::2'))
  })
})
