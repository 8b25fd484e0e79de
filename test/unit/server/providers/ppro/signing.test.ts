import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { notificationHash, returnHash } from '../../../../../server/providers/ppro/signing.ts'

describe('the hashes', () => {
  test('of a notification is that of the written rule', () => {
    expect(
      notificationHash({
        txid: '881495832',
        finalTimestamp: '2021-06-15T11:37:01Z',
        notificationSecret: 'topsecret',
      }),
    ).toBe('d88354b3aa20827b3d9afa5766163eda4718ae7bc953916d432330fe1626d1f5')
  })

  test('of a return is that of the written rule', () => {
    expect(
      returnHash({
        txid: '881495832',
        redirectSecret: '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343',
        sharedSecret: 'topsecret',
      }),
    ).toBe('e64f2bba0a9647d010ed61157c43775152aa77597594482593face6d4c4c2523')
  })

  test('change with every field', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 1 }), (txid, time, secret) => {
        const base = { txid, finalTimestamp: time, notificationSecret: secret }
        const hash = notificationHash(base)
        expect(hash).toMatch(/^[0-9a-f]{64}$/)
        expect(notificationHash({ ...base, txid: `${txid}1` })).not.toBe(hash)
        expect(notificationHash({ ...base, finalTimestamp: `${time}Z` })).not.toBe(hash)
        expect(notificationHash({ ...base, notificationSecret: `${secret}!` })).not.toBe(hash)
      }),
    )
  })
})
