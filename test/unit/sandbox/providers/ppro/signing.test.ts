import { describe, expect, test } from 'vitest'
import { notificationHash, returnChecksum } from '../../../../../sandbox/providers/ppro/signing.ts'

/** Values worked out from the written rule with another tool; the vendor publishes none. */
const TXID = '881495832'
const HASH = 'd88354b3aa20827b3d9afa5766163eda4718ae7bc953916d432330fe1626d1f5'
const CHECKSUM = 'e64f2bba0a9647d010ed61157c43775152aa77597594482593face6d4c4c2523'

describe('PPRO’s digests', () => {
  test('of a notification follow the rule', () => {
    expect(notificationHash(TXID, '2021-06-15T11:37:01Z', 'topsecret')).toBe(HASH)
    expect(notificationHash(TXID, '2021-06-15T11:37:02Z', 'topsecret')).not.toBe(HASH)
    expect(notificationHash(TXID, '2021-06-15T11:37:01Z', 'topsecre')).not.toBe(HASH)
  })

  test('of the payer’s return follow the rule', () => {
    const redirectSecret = '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343'
    expect(returnChecksum(TXID, redirectSecret, 'topsecret')).toBe(CHECKSUM)
    expect(returnChecksum('881495833', redirectSecret, 'topsecret')).not.toBe(CHECKSUM)
  })
})
