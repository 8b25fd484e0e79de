import { describe, expect, test } from 'vitest'
import { isNotificationHash, signature } from '../../../../../server/providers/payabl/signing.ts'

/** The secret that payabl. publishes for its shared sandbox. */
const SECRET = 'b185'

/** The notification printed on payabl.'s WeChat Pay page. */
const NOTIFICATION = {
  PAYMENTGUARANTEE: 'NONE',
  TXID: 'Payabl-Test',
  HASH: '138217dc940e0698eb9a9803afb31025ff3d3b87',
  REQUESTSTATUS: 'SUCCEEDED',
  TAG: 'wechatpay',
  ERRMSG: '',
  STATUS: 'SUCCEEDED',
}

describe('the signature of a request', () => {
  test('is the published one, whatever the order of the parameters', () => {
    const expected = 'dee444019deb527d82b1d21bf5d0a866a2ac7d25'
    expect(signature({ merchantid: 'gateway_test3d', transactionid: '104837645' }, SECRET)).toBe(
      expected,
    )
    expect(signature({ transactionid: '104837645', merchantid: 'gateway_test3d' }, SECRET)).toBe(
      expected,
    )
  })

  test('covers every value and the secret', () => {
    const told = { merchantid: 'gateway_test3d', transactionid: '104837645' }
    const original = signature(told, SECRET)
    expect(signature({ ...told, transactionid: '104837646' }, SECRET)).not.toBe(original)
    expect(signature(told, 'b186')).not.toBe(original)
  })

  test('is over the Latin-1 bytes that travel, and other letters are refused', () => {
    // printf 'Zo\xebb185' | sha1sum, and likewise the last letter of Latin-1.
    expect(signature({ name: 'Zoë' }, SECRET)).toBe('0257500e16621342deac897157c263b065416d5b')
    expect(signature({ name: 'ÿ' }, SECRET)).toBe('ab97d19bcdd7fe5c6a314369ff5cc040f195c2ae')
    for (const name of ['李伟', 'Ā']) {
      expect(() => signature({ name }, SECRET)).toThrow('Latin-1 only')
      expect(() => signature({ name }, SECRET)).toThrow(RangeError)
    }
  })
})

describe('the hash of a notification', () => {
  test('of the published example is genuine', () => {
    expect(isNotificationHash(NOTIFICATION, SECRET)).toBe(true)
  })

  test.each(Object.keys(NOTIFICATION))('is not, once %s says something else', (name) => {
    expect(isNotificationHash({ ...NOTIFICATION, [name]: 'x' }, SECRET)).toBe(false)
  })

  test('is not there where no hash is', () => {
    const { HASH: _, ...without } = NOTIFICATION
    expect(isNotificationHash(without, SECRET)).toBe(false)
  })
})
