import { expect } from 'vitest'
import {
  appParams,
  authorization,
  doubtOf,
  pageParams,
  readPrivateKey,
  readPublicKey,
  rsaSign,
} from '../../server/providers/wechat-pay/signing.ts'
import { golden, printed } from './golden.ts'
import { publishedVectors } from './register/published-vectors.ts'

/** The key that WeChat Pay publishes with its samples, as `apiclient_test_key.pem`. */
const privateKey = readPrivateKey(vector('apiclient_test_key'))
const NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'
const CASHIER = {
  appId: 'wx2421b1c4370ec43b',
  prepayId: 'wx201410272009395522657a690389285100',
  timeStamp: '1554208460',
  nonceStr: NONCE,
}

function vector(name: string): string {
  return printed(`published-vectors/${name}.txt`)
}

const signatureOf = (name: string) => vector(`${name}.signature`).trim()

/** What we put over the request whose five lines are printed. */
function expectSigned(name: string, mchId = '1900007291'): void {
  const [method = '', pathAndQuery = '', timestamp = '', nonce = '', body = ''] =
    vector(name).split('\n')
  const request = { method, pathAndQuery, timestamp, nonce, body: Buffer.from(body) }
  const serialNo = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB'
  const header = authorization(request, { mchId, serialNo, privateKey })
  const fields = new Map(
    [...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value]),
  )
  expect(header).toMatch(/^WECHATPAY2-SHA256-RSA2048 /)
  expect(Object.fromEntries(fields)).toEqual({
    mchid: mchId,
    nonce_str: NONCE,
    timestamp: '1554208460',
    serial_no: serialNo,
    signature: signatureOf(name),
  })
  const other = { ...request, pathAndQuery: `${pathAndQuery}/` }
  expect(authorization(other, { mchId, serialNo, privateKey })).not.toContain(signatureOf(name))
}

golden(publishedVectors, 'published-vectors-wechat-pay', {
  'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336): GET with a number in its path': () =>
    expectSigned('request-path'),

  'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336): POST jsapi, mchid 1900007291': () =>
    expectSigned('request-body-1900007291'),

  'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336): POST jsapi, mchid 1230000109': () =>
    expectSigned('request-body-1230000109', '1230000109'),

  'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336): GET with an encoded query': () =>
    expectSigned('request-query'),

  'WeChat Pay, 生成签名 (docs 4012365334 and 4012365336): meta of an image': () =>
    expectSigned('request-meta'),

  'WeChat Pay, 签名与验签规则 (official skills, 2026-04): paySign of JSAPI and Mini Program':
    () => {
      expect(pageParams(CASHIER, privateKey)).toEqual({
        appId: 'wx2421b1c4370ec43b',
        timeStamp: '1554208460',
        nonceStr: NONCE,
        package: 'prepay_id=wx201410272009395522657a690389285100',
        signType: 'RSA',
        paySign: signatureOf('cashier-page'),
      })
      expect(vector('cashier-page')).toContain('\nprepay_id=wx2014')
    },

  'WeChat Pay, 签名与验签规则 (official skills, 2026-04): sign of an app': () => {
    expect(appParams({ ...CASHIER, partnerId: '1900007291' }, privateKey)).toMatchObject({
      prepayId: 'wx201410272009395522657a690389285100',
      package: 'Sign=WXPay',
      sign: signatureOf('cashier-app'),
    })
    expect(vector('cashier-app')).toContain('\nwx2014')
  },

  'WeChat Pay, 验签 (doc 4013053249): answer with a code_url': () => {
    const [timestamp = '', nonce = '', body = ''] = vector('response').split('\n')
    const headers = {
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': signatureOf('response'),
      'wechatpay-serial': 'PUB_KEY_ID_0119000072912024112600001',
    }
    const publicKey = readPublicKey(vector('wechat-pay-public-key'))
    const doubt = (text: string, nowMs = 1_722_850_421_000) =>
      doubtOf({ headers, body: Buffer.from(text) }, { keyOf: () => publicKey, nowMs })
    expect(doubt(body)).toBeNull()
    expect(doubt(body.replace('JyC91EIz1', 'JyC91EIz2'))).toContain('does not belong')
    expect(doubt(body, 1_722_850_421_000 + 300_000)).toContain('stamped')
  },

  'wechatpay-java 0.2.17, RSAVerifierTest: signature of "message"': () => {
    const key = readPrivateKey(vector('java-merchant-key'))
    expect(rsaSign('message', key)).toBe(signatureOf('java-message'))
    expect(rsaSign('message ', key)).not.toBe(signatureOf('java-message'))
  },
})
