import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { parseNotification } from '../../../../../server/providers/payabl/notification.ts'
import { signature } from '../../../../../server/providers/payabl/signing.ts'
import { PUBLISHED_H5_NOTIFICATION, PUBLISHED_NOTIFICATION, posted, SECRET } from './fixture.ts'

const parse = (body: string, query = '') =>
  parseNotification(posted(body, query), { accountId: 'payabl', secret: SECRET })
const outcomeOf = (body: string) => {
  try {
    return parse(body).kind
  } catch (error) {
    return error instanceof ProviderError ? error.outcome : error
  }
}

function signed(fields: Record<string, string>): string {
  return new URLSearchParams({ ...fields, HASH: signature(fields, SECRET) }).toString()
}

describe('a notification', () => {
  test('with its hash asks about our number', () => {
    expect(parse(PUBLISHED_NOTIFICATION)).toEqual({
      kind: 'event',
      eventId: 'signed.Payabl-Test.138217dc940e0698eb9a9803afb31025ff3d3b87',
      facts: [],
      queries: [
        { outTradeNo: 'Payabl-Test', providerPaymentId: null, providerReference: 'Payabl-Test' },
      ],
    })
  })

  test('without a hash and with the number of PPRO asks by our address (same seed)', () => {
    expect(parse(PUBLISHED_H5_NOTIFICATION, 'payment=Payabl-Test')).toEqual({
      kind: 'event',
      eventId: 'unsigned.Payabl-Test.SUCCEEDED',
      facts: [],
      queries: [
        { outTradeNo: 'Payabl-Test', providerPaymentId: null, providerReference: '2138384845' },
      ],
    })
  })

  test('without an address of ours asks by what it says itself', () => {
    for (const query of ['', 'payment=', 'payment=%00', `payment=${'x'.repeat(31)}`]) {
      expect(parse(PUBLISHED_H5_NOTIFICATION, query)).toMatchObject({
        queries: [{ outTradeNo: '2138384845', providerReference: '2138384845' }],
      })
    }
  })

  test.each([
    'PAYMENTGUARANTEE=GUARANTEED',
    'TXID=Payabl-Test2',
    'HASH=138217dc940e0698eb9a9803afb31025ff3d3b88',
    'HASH=',
    'REQUESTSTATUS=FAILED',
    'ERRMSG=x',
    'STATUS=FAILED',
  ])('whose %s is not what was hashed is refused', (change) => {
    const [name = ''] = change.split('=')
    const body = PUBLISHED_NOTIFICATION.replace(new RegExp(`\\b${name}=[^&]*`), change)
    expect(body).not.toBe(PUBLISHED_NOTIFICATION)
    expect(outcomeOf(body)).toBe('unverifiable')
  })

  test('with one more field than was hashed is refused', () => {
    expect(outcomeOf(`${PUBLISHED_NOTIFICATION}&EXTRA=1`)).toBe('unverifiable')
  })

  test('may be of a failure, and is another event then', () => {
    const failed = { TXID: 'p1', STATUS: 'FAILED', REQUESTSTATUS: 'SUCCEEDED', TAG: 'wechatpay' }
    const first = parse(signed({ ...failed, ERRMSG: 'declined' }))
    expect(first).toMatchObject({ facts: [], queries: [{ outTradeNo: 'p1' }] })
    expect(first).toEqual(parse(signed({ ...failed, ERRMSG: 'declined' })))
    expect(first).not.toEqual(parse(signed({ ...failed, STATUS: 'SUCCEEDED', ERRMSG: '' })))
  })

  test('is never believed, not even a genuine hash over fields that were cut anew', () => {
    // The hash joins values without a separator: a FAILED can be cut into a SUCCEEDED.
    const genuine = {
      PAYMENTGUARANTEE: 'NONE',
      REQUESTSTATUS: 'SUCCEEDED',
      STATUS: 'FAILED',
      TAG: 'wechatpay',
      TXID: 'p1',
    }
    const cut = {
      REQUESTSTATUS: 'NONE',
      STATUS: 'SUCCEEDED',
      STATUSX: 'FAILED',
      TAG: 'wechatpay',
      TXID: 'p1',
    }
    expect(signature(cut, SECRET)).toBe(signature(genuine, SECRET))
    for (const fields of [genuine, cut]) {
      expect(parse(signed(fields))).toMatchObject({ facts: [], queries: [{ outTradeNo: 'p1' }] })
    }
  })

  test('with accents is hashed over the Latin-1 bytes', () => {
    const fields = { TXID: 'p1', STATUS: 'FAILED', REQUESTSTATUS: 'SUCCEEDED', TAG: 'wechatpay' }
    const hash = signature({ ...fields, ERRMSG: 'é' }, SECRET)
    const body = (ERRMSG: string) => `${new URLSearchParams(fields)}&ERRMSG=${ERRMSG}&HASH=${hash}`
    expect(outcomeOf(body('%E9'))).toBe('event')
    expect(outcomeOf(body('\u00e9'))).toBe('event')
    expect(outcomeOf(body('%C3%A9'))).toBe('unverifiable')
  })

  test.each([
    ['cut off', PUBLISHED_NOTIFICATION.slice(0, PUBLISHED_NOTIFICATION.length / 2)],
    ['empty', ''],
    ['JSON', '{"TXID":"1"}'],
    ['of another method', PUBLISHED_H5_NOTIFICATION.replace('wechatpayh5', 'alipay')],
    ['of two minds', `${PUBLISHED_H5_NOTIFICATION}&STATUS=FAILED`],
    ['without a number', PUBLISHED_H5_NOTIFICATION.replace('TXID=2138384845', 'TXID=')],
    ['of a strange status', PUBLISHED_H5_NOTIFICATION.replace('STATUS=SUCCEEDED', 'STATUS=%0a')],
  ])('that is %s is refused', (_, body) => {
    expect(outcomeOf(body)).toBe('unverifiable')
  })

  test('comes by POST', () => {
    const got = { ...posted('', PUBLISHED_NOTIFICATION), method: 'GET' as const }
    expect(() => parseNotification(got, { accountId: 'payabl', secret: SECRET })).toThrow(
      ProviderError,
    )
  })
})
