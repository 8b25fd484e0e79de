import { describe, expect, test } from 'vitest'
import { aReference, connect } from './fixture.ts'

describe('the return of the payer', () => {
  const secret = { sharedSecret: 'topsecret' }
  const cs = 'e64f2bba0a9647d010ed61157c43775152aa77597594482593face6d4c4c2523'
  const good = { txid: '881495832', cs }

  test('is genuine by its checksum, and only then', async () => {
    const other = connect('http://127.0.0.1:1/', secret)
    const verify = (query: Record<string, string>, ref = aReference()) =>
      other.provider.verifyReturn?.(ref, query)
    expect(verify(good)).toBe(true)
    expect(verify({ ...good, cs: cs.toUpperCase() })).toBe(false)
    expect(verify({ ...good, cs: `0${cs.slice(1)}` })).toBe(false)
    expect(verify({ ...good, txid: '881495833' })).toBe(false)
    expect(verify({ txid: '881495832' })).toBe(false)
    expect(verify({})).toBe(false)
    expect(verify(good, aReference({ providerState: {} }))).toBe(false)
    expect(verify(good, aReference({ providerPaymentId: null }))).toBe(false)
    await other.close()
  })
})
