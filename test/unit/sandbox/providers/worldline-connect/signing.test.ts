import { describe, expect, test } from 'vitest'
import {
  signWebhook,
  stringToSign,
  v1Hmac,
} from '../../../../../sandbox/providers/worldline-connect/signing.ts'

const DATE = 'Fri, 06 Jun 2014 13:39:43 GMT'
const PATH = '/v1/9991/tokens/123456789'
const DELETE = {
  method: 'DELETE',
  contentType: 'application/json',
  date: DATE,
  headers: {
    'x-gcs-customerheader': 'processed header value',
    'x-gcs-clientmetainfo': 'processed header value',
    'x-gcs-servermetainfo': 'processed header value',
    accept: 'anything',
  },
  path: PATH,
  query: '',
}

describe('v1HMAC', () => {
  test('gives the signatures of the vendor’s own tests', () => {
    expect(v1Hmac(DELETE, 'secretApiKey')).toBe('VfnXpPBQQoHZivTcAg0JvOWkhnzlPnaCPKpTQn/uMJM=')
    const get = { method: 'GET', contentType: '', date: DATE, headers: {}, path: PATH, query: '' }
    expect(v1Hmac(get, '6Kj5HT0MQKC6D8eb7W3lTg71kVKVDSt1')).toBe(
      '9ond5EIN05dBXJGCLRK5om9pxHsyrh/12pZJ7bvmwNM=',
    )
  })

  test('covers the headers of the platform only, sorted, unfolded, and the query decoded', () => {
    const text = stringToSign({
      ...DELETE,
      method: 'get',
      headers: { 'X-GCS-B': ' two\r\n  lines ', 'x-gcs-a': '1', date: DATE },
      query: 'merchantReference=a%20b',
    })
    expect(text).toBe(
      `GET\napplication/json\n${DATE}\nx-gcs-a:1\nx-gcs-b:two lines\n${PATH}?merchantReference=a b\n`,
    )
  })

  test.each([
    { method: 'GET' },
    { contentType: '' },
    { date: 'Fri, 06 Jun 2014 13:39:44 GMT' },
    { path: `${PATH}0` },
    { query: 'x=1' },
    { headers: {} },
  ])('changes with %j', (change) => {
    expect(v1Hmac({ ...DELETE, ...change }, 'secretApiKey')).not.toBe(
      v1Hmac(DELETE, 'secretApiKey'),
    )
  })
})

/** The event of the vendor's webhook tests. */
const EVENT = `{
  "apiVersion": "v1",
  "id": "8ee793f6-4553-4749-85dc-f2ef095c5ab0",
  "created": "2017-02-02T11:24:14.040+0100",
  "merchantId": "20000",
  "type": "payment.paid",
  "payment": {
    "id": "00000200000143570012",
    "paymentOutput": {
      "amountOfMoney": {
        "amount": 1000,
        "currencyCode": "EUR"
      },
      "references": {
        "paymentReference": "200001681810"
      },
      "paymentMethod": "bankTransfer",
      "bankTransferPaymentMethodSpecificOutput": {
        "paymentProductId": 11
      }
    },
    "status": "PAID",
    "statusOutput": {
      "isCancellable": false,
      "statusCategory": "COMPLETED",
      "statusCode": 1000,
      "statusCodeChangeDateTime": "20170202112414",
      "isAuthorized": true
    }
  }
}`
const EVENT_SIGNATURE = '2S7doBj/GnJnacIjSJzr5fxGM5xmfQyFAwxv1I53ZEk='

describe('a webhook signature', () => {
  test('is that of the vendor’s own test', () => {
    expect(signWebhook(EVENT, 'hello+world')).toBe(EVENT_SIGNATURE)
  })

  test('fails with a minute changed, a space added, or another key', () => {
    expect(signWebhook(EVENT.replace('11:24:14', '11:25:14'), 'hello+world')).not.toBe(
      EVENT_SIGNATURE,
    )
    expect(signWebhook(`${EVENT} `, 'hello+world')).not.toBe(EVENT_SIGNATURE)
    expect(signWebhook(EVENT, '1hello+world')).not.toBe(EVENT_SIGNATURE)
  })
})
