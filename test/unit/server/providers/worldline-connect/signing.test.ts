import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  authorization,
  isWebhookSignature,
  prepareKey,
  type SignedRequest,
  stringToSign,
} from '../../../../../server/providers/worldline-connect/signing.ts'

const DATE = 'Fri, 06 Jun 2014 13:39:43 GMT'
const PATH = '/v1/9991/tokens/123456789'

describe('v1HMAC', () => {
  test('signs as the published vector with folded vendor headers does', () => {
    const value = ' processed header value\r\n'
    const request: SignedRequest = {
      method: 'DELETE',
      contentType: 'application/json',
      date: DATE,
      headers: {
        'X-GCS-ServerMetaInfo': 'processed header value',
        'X-GCS-CustomerHeader': ' processed\r\n   header value ',
        'X-GCS-ClientMetaInfo': value,
      },
      pathAndQuery: PATH,
    }
    expect(authorization(request, { apiKeyId: 'k', secret: prepareKey('secretApiKey') })).toBe(
      'GCS v1HMAC:k:VfnXpPBQQoHZivTcAg0JvOWkhnzlPnaCPKpTQn/uMJM=',
    )
  })

  test('signs as the published vector without content type and headers does', () => {
    const request = {
      method: 'GET',
      contentType: null,
      date: DATE,
      headers: {},
      pathAndQuery: PATH,
    }
    const secret = prepareKey('6Kj5HT0MQKC6D8eb7W3lTg71kVKVDSt1')
    expect(authorization(request, { apiKeyId: 'k', secret })).toBe(
      'GCS v1HMAC:k:9ond5EIN05dBXJGCLRK5om9pxHsyrh/12pZJ7bvmwNM=',
    )
  })

  test('writes five pieces, each ended by a line feed', () => {
    expect(
      stringToSign({
        method: 'post',
        contentType: 'application/json',
        date: DATE,
        headers: { 'x-gcs-b': '2', 'X-GCS-A': '1', Accept: 'ignored', 'X-Other': 'ignored' },
        pathAndQuery: '/v1/20000/payments?merchantReference=a%20b%C3%A9',
      }),
    ).toBe(
      `POST\napplication/json\n${DATE}\nx-gcs-a:1\nx-gcs-b:2\n/v1/20000/payments?merchantReference=a bé\n`,
    )
  })

  test.each(['a\r\n   b', 'a\n\tb', 'a\nb'])('makes one line of a folded header: %j', (value) => {
    const text = stringToSign({
      method: 'GET',
      contentType: null,
      date: DATE,
      headers: { 'X-GCS-A': value },
      pathAndQuery: PATH,
    })
    expect(text).toBe(`GET\n\n${DATE}\nx-gcs-a:a b\n${PATH}\n`)
  })

  test('leaves the path as it is sent, and decodes only the query', () => {
    const text = stringToSign({
      method: 'GET',
      contentType: null,
      date: DATE,
      headers: {},
      pathAndQuery: '/v1/a%20b/x?q=%2Fy',
    })
    expect(text).toBe(`GET\n\n${DATE}\n/v1/a%20b/x?q=/y\n`)
  })

  test('does not depend on the order or the case of header names', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(names, fc.string(), (words, value) => {
        const sign = (entries: [string, string][]) =>
          stringToSign({
            method: 'GET',
            contentType: null,
            date: DATE,
            headers: Object.fromEntries(entries),
            pathAndQuery: '/',
          })
        const entries = words.map((word): [string, string] => [`X-GCS-${word}`, value])
        const others = words.map((word): [string, string] => [`x-gcs-${word.toUpperCase()}`, value])
        expect(sign(others.toReversed())).toBe(sign(entries))
      }),
    )
  })

  test('any other method, date, header value or path gives another signature', () => {
    const base = {
      method: 'GET',
      contentType: null,
      date: DATE,
      headers: { 'X-GCS-A': '1' },
      pathAndQuery: '/v1/1',
    }
    const key = { apiKeyId: 'k', secret: prepareKey('s') }
    const signatures = [
      base,
      { ...base, method: 'POST' },
      { ...base, contentType: 'application/json' },
      { ...base, date: 'Fri, 06 Jun 2014 13:39:44 GMT' },
      { ...base, headers: { 'X-GCS-A': '2' } },
      { ...base, headers: {} },
      { ...base, pathAndQuery: '/v1/2' },
    ].map((request) => authorization(request, key))
    expect(new Set(signatures).size).toBe(signatures.length)
  })
})

describe('a webhook signature', () => {
  /** The body of the vendor's own webhook test: 1000 EUR, payment.paid. */
  const body = (created: string) =>
    JSON.stringify(
      {
        apiVersion: 'v1',
        id: '8ee793f6-4553-4749-85dc-f2ef095c5ab0',
        created: `2017-02-02T${created}+0100`,
        merchantId: '20000',
        type: 'payment.paid',
        payment: {
          id: '00000200000143570012',
          paymentOutput: {
            amountOfMoney: { amount: 1000, currencyCode: 'EUR' },
            references: { paymentReference: '200001681810' },
            paymentMethod: 'bankTransfer',
            bankTransferPaymentMethodSpecificOutput: { paymentProductId: 11 },
          },
          status: 'PAID',
          statusOutput: {
            isCancellable: false,
            statusCategory: 'COMPLETED',
            statusCode: 1000,
            statusCodeChangeDateTime: '20170202112414',
            isAuthorized: true,
          },
        },
      },
      null,
      2,
    )
  const SIGNATURE = '2S7doBj/GnJnacIjSJzr5fxGM5xmfQyFAwxv1I53ZEk='
  const secret = prepareKey('hello+world')

  test('belongs to the bytes of the published vector', () => {
    expect(isWebhookSignature(SIGNATURE, Buffer.from(body('11:24:14.040')), secret)).toBe(true)
  })

  test('does not belong to the same event a minute later', () => {
    expect(isWebhookSignature(SIGNATURE, Buffer.from(body('11:25:14.040')), secret)).toBe(false)
  })

  test('does not hold with another secret, cut short, or empty', () => {
    const bytes = Buffer.from(body('11:24:14.040'))
    expect(isWebhookSignature(SIGNATURE, bytes, prepareKey('1hello+world'))).toBe(false)
    expect(isWebhookSignature(SIGNATURE.slice(0, -1), bytes, secret)).toBe(false)
    expect(isWebhookSignature('', bytes, secret)).toBe(false)
  })

  test('has one spelling only, although base64 has several', () => {
    const bytes = Buffer.from(body('11:24:14.040'))
    const same = SIGNATURE.replace('ZEk=', 'ZEl=')
    expect(Buffer.from(same, 'base64')).toEqual(Buffer.from(SIGNATURE, 'base64'))
    expect(isWebhookSignature(same, bytes, secret)).toBe(false)
  })
})
