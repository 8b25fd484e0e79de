import { describe, expect, test } from 'vitest'
import { isSigned, notificationHash } from '../../../../../sandbox/providers/payabl/signing.ts'

const SECRET = 'b185'

describe('the simulator’s signature', () => {
  const call = {
    signature: 'dee444019deb527d82b1d21bf5d0a866a2ac7d25',
    transactionid: '104837645',
    merchantid: 'gateway_test3d',
  }

  test('is the published one', () => {
    expect(isSigned(call, SECRET)).toBe(true)
  })

  test.each([
    { merchantid: 'gateway_test' },
    { transactionid: '104837646' },
    { signature: call.signature.toUpperCase() },
    { signature: '' },
    { extra: 'x' },
  ])('is not that of a request with %j', (change) => {
    expect(isSigned({ ...call, ...change }, SECRET)).toBe(false)
  })

  test('is not that of another secret', () => {
    expect(isSigned(call, 'b186')).toBe(false)
  })

  test('of a notification is the published one', () => {
    const fields = {
      PAYMENTGUARANTEE: 'NONE',
      TXID: 'Payabl-Test',
      REQUESTSTATUS: 'SUCCEEDED',
      TAG: 'wechatpay',
      ERRMSG: '',
      STATUS: 'SUCCEEDED',
    }
    expect(notificationHash(fields, SECRET)).toBe('138217dc940e0698eb9a9803afb31025ff3d3b87')
  })
})
