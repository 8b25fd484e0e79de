import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { parseNotification } from '../../../../../server/providers/payabl/notification.ts'
import { signature } from '../../../../../server/providers/payabl/signing.ts'
import { PUBLISHED_H5_NOTIFICATION, posted, SECRET } from './fixture.ts'

/** The SPECOUT fields of the published H5 notification, as they would come under a hash. */

const PUBLISHED = Object.fromEntries(new URLSearchParams(PUBLISHED_H5_NOTIFICATION))

function factsOf(body: string) {
  const parsed = parseNotification(posted(body, 'payment=p1'), {
    accountId: 'payabl',
    secret: SECRET,
  })
  return parsed.kind === 'event' ? parsed.facts : []
}

function told(changes: Record<string, string>) {
  const fields = { ...PUBLISHED, TXID: 'p1', ...changes }
  return factsOf(new URLSearchParams({ ...fields, HASH: signature(fields, SECRET) }).toString())
}

const settlement = {
  source: { value: 964, currency: 'CNY' },
  settled: { value: 123, currency: 'USD' },
  rate: '7.843417',
}

describe('the figures of a success', () => {
  test('are kept with the payment, and decide nothing about it', () => {
    expect(told({})).toEqual([
      {
        kind: 'payment',
        source: 'notification',
        accountId: 'payabl',
        outTradeNo: 'p1',
        providerPaymentId: null,
        status: 'pending',
        amount: null,
        appId: null,
        occurredAtMs: null,
        settlement,
        providerStatus: 'SUCCEEDED',
        unknownStatus: false,
      },
    ])
  })

  test('belong to the payment that the signed number names: PPRO’s, where it is that', () => {
    const [fact] = told({ TXID: '2138384845' })
    expect(fact).toMatchObject({ outTradeNo: null, providerReference: '2138384845', settlement })
    // The address is under no hash; whoever repeats this to another one names no other payment.
    expect(told({ TXID: 'p2' })).toMatchObject([{ outTradeNo: 'p2' }])
  })

  test('are nobody’s word without a hash, and refused with a wrong one', () => {
    expect(factsOf(PUBLISHED_H5_NOTIFICATION)).toEqual([])
    const forged = `${PUBLISHED_H5_NOTIFICATION}&HASH=${'0'.repeat(40)}`
    expect(() => factsOf(forged)).toThrow(ProviderError)
  })

  test('are not read from a failure', () => {
    expect(told({ STATUS: 'FAILED' })).toEqual([])
  })

  test('in yuan stand in for a debit that is told in no other way', () => {
    expect(told({ 'SPECOUT.SRCAMOUNT': '' })).toMatchObject([{ settlement }])
    const neither = told({ 'SPECOUT.SRCAMOUNT': '', 'SPECOUT.CNYAMOUNT': '9.641' })
    expect(neither).toMatchObject([{ settlement: { ...settlement, source: null } }])
  })

  test.each([
    ['SPECOUT.SETTLEMENTAMOUNT', '1.23', { settled: null }],
    ['SPECOUT.SETTLEMENTAMOUNT', '-123', { settled: null }],
    ['SPECOUT.SETTLEMENTAMOUNT', '0', { settled: { value: 0, currency: 'USD' } }],
    ['SPECOUT.SETTLEMENTCURRENCY', 'dollar', { settled: null }],
    ['SPECOUT.FXRATE', '7,843417', { rate: null }],
    ['SPECOUT.FXRATE', '', { rate: null }],
  ])('are left out where %s is %j', (name, value, expected) => {
    expect(told({ [name]: value })).toMatchObject([{ settlement: { ...settlement, ...expected } }])
  })

  test('that are all missing make no fact', () => {
    const nothing = Object.fromEntries(
      Object.keys(PUBLISHED)
        .filter((name) => name.startsWith('SPECOUT.'))
        .map((name) => [name, '']),
    )
    expect(told(nothing)).toEqual([])
  })
})
