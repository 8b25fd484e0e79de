import { execFileSync } from 'node:child_process'
import { expect } from 'vitest'
import { signature } from '../../server/providers/payabl/signing.ts'
import { notificationHash, returnHash } from '../../server/providers/ppro/signing.ts'
import { webhookSignature } from '../../server/providers/wooshpay/signing.ts'
import { authorization, prepareKey } from '../../server/providers/worldline-connect/signing.ts'
import { golden } from './golden.ts'
import { publishedVectors } from './register/published-vectors.ts'

/** What the openssl command line, in which there is no code of ours or of Node's, makes of a text. */
function openssl(digest: string, input: string, key?: string): string {
  const keyed = key === undefined ? [] : ['-hmac', key]
  const said = execFileSync('openssl', ['dgst', `-${digest}`, '-r', ...keyed], { input })
  return said.toString('latin1').split(' ')[0] ?? ''
}

/** The rule that PPRO writes: the inner digest is text in the outer one. */
const twice = (inner: string, secret: string) =>
  openssl('sha256', `${openssl('sha256', inner)}.${secret}`)

const DATE = 'Fri, 06 Jun 2014 13:39:43 GMT'
const PATH = '/v1/9991/tokens/123456789'

/** The published signature has to be ours, and that of openssl over the published text. */
function expectHmac(ours: string, published: string, told: { text: string; secret: string }): void {
  expect(ours).toBe(`GCS v1HMAC:k:${published}`)
  const hex = openssl('sha256', told.text, told.secret)
  expect(Buffer.from(hex, 'hex').toString('base64')).toBe(published)
}

golden(publishedVectors, 'published-vectors-other', {
  'payabl., Signature Calculation: transactionid 104837645': () => {
    const published = 'dee444019deb527d82b1d21bf5d0a866a2ac7d25'
    const request = { transactionid: '104837645', merchantid: 'gateway_test3d' }
    expect(signature(request, 'b185')).toBe(published)
    expect(openssl('sha1', 'gateway_test3d104837645b185')).toBe(published)
    expect(signature({ ...request, transactionid: '104837646' }, 'b185')).not.toBe(published)
  },

  'Worldline Connect, Node SDK 5.2.0: v1HMAC of a DELETE with vendor headers': () => {
    const value = 'processed header value'
    const headers = {
      'X-GCS-ServerMetaInfo': value,
      'X-GCS-ClientMetaInfo': value,
      'X-GCS-CustomerHeader': value,
    }
    const contentType = 'application/json'
    const request = { method: 'DELETE', contentType, date: DATE, headers, pathAndQuery: PATH }
    const secret = 'secretApiKey'
    const named = ['clientmetainfo', 'customerheader', 'servermetainfo']
    const lines = named.map((name) => `x-gcs-${name}:${value}\n`).join('')
    expectHmac(
      authorization(request, { apiKeyId: 'k', secret: prepareKey(secret) }),
      'VfnXpPBQQoHZivTcAg0JvOWkhnzlPnaCPKpTQn/uMJM=',
      { text: `DELETE\napplication/json\n${DATE}\n${lines}${PATH}\n`, secret },
    )
  },

  'Worldline Connect, Node SDK 5.2.0: v1HMAC of a GET': () => {
    const request = {
      method: 'GET',
      contentType: null,
      date: DATE,
      headers: {},
      pathAndQuery: PATH,
    }
    const secret = '6Kj5HT0MQKC6D8eb7W3lTg71kVKVDSt1'
    expectHmac(
      authorization(request, { apiKeyId: 'k', secret: prepareKey(secret) }),
      '9ond5EIN05dBXJGCLRK5om9pxHsyrh/12pZJ7bvmwNM=',
      { text: `GET\n\n${DATE}\n${PATH}\n`, secret },
    )
  },

  'PPRO, notification hash by the written rule': () => {
    const fields = { txid: '881495832', finalTimestamp: '2021-06-15T11:37:01Z' }
    const ours = notificationHash({ ...fields, notificationSecret: 'topsecret' })
    expect(ours).toBe(twice('881495832.2021-06-15T11:37:01Z', 'topsecret'))
    expect(ours).toBe('d88354b3aa20827b3d9afa5766163eda4718ae7bc953916d432330fe1626d1f5')
  },

  'PPRO, checksum of the return by the written rule': () => {
    const redirectSecret = '1O2jLKHsCxaHejbQuCOR6nIFpaXKi343'
    const ours = returnHash({ txid: '881495832', redirectSecret, sharedSecret: 'topsecret' })
    expect(ours).toBe(twice(`881495832.${redirectSecret}`, 'topsecret'))
    expect(ours).toBe('e64f2bba0a9647d010ed61157c43775152aa77597594482593face6d4c4c2523')
  },

  'WooshPay, webhook signature by the written rule': () => {
    const body = '{"id":"evt_1","type":"payment_intent.succeeded"}'
    const ours = webhookSignature('1700000000', Buffer.from(body), 'whsec_test')
    expect(ours).toBe(openssl('sha256', `1700000000.${body}`, 'whsec_test'))
    expect(ours).toBe('001ce3ef73e456cedaab328328720d3ad59defb8bbd0f1518f46c04ad4ac0bb7')
  },
})
