import { expect, test } from 'vitest'
import { paySignFits, type SignedParams } from '../../../../../sandbox/wechat/pay/pay-sign.ts'

/**
 * Expected values made with the openssl command line, not with Node:
 *   printf 'appId\ntimeStamp\nnonceStr\nprepay_id=…\n' | openssl dgst -sha256 -sign key.pem | base64
 *   printf 'appId=…&nonceStr=…&package=…&signType=MD5&timeStamp=…&key=…' | openssl dgst -md5
 *   the same with signType=HMAC-SHA256 | openssl dgst -sha256 -hmac "$KEY"
 */
const PARAMS = {
  appId: 'wx7ea5409d31c2f6b8',
  timeStamp: '1772323200',
  nonceStr: 'BpLnfgDsc2WD8F2q',
  package: 'prepay_id=wx010800000000004832df41e7ac7f910000',
}
const KEY = '192006250b4c09247ec02edce69f6a2d'
const PUBLIC_KEY = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtkRpNuAyeDo4SYx2YpgD
C1uzy6tL8slTgKu2+NwfQ78RURZMDvPeAwzahLZVCkmzVss5hy8ZQu0TXFyV/i7K
BzkdYafCTV9O34FS8f1J1WVVn6QUCGzJ4/ke5snKMz/Th+FkFhF0ZaeLARQnwoZS
6zSQVJfPQUT6N8ySP5bbTzT/t3Ubvrp3OaA+MRh528JegVxTNvrVLVn6sqJ5wwfP
ahYeSAr0VvLDdDQ4e4q6Hu/+pWgTY6SPFtDLtS6TvXrWC35hpOUgcRT4RLY5TE/c
Ch3gEcIDufZf8P+RDSAWjkekbKCEB4obdK8CYr4mY2tKNaKE9LMptF6Jl3bMH7m9
JQIDAQAB
-----END PUBLIC KEY-----
`
const RSA_SIGN =
  'e0NHZMuC/olReGftMvJKs7P2Uoc3o148IJ02boPOgACYnFDm9Hj6AMzT/1sPppLOWoLUVHW1lwnGmGsdy5Hi0Zba' +
  'v3YSo/Bg7HUD6fEXdOcMUr4btYTZV2CuavW8W5UzRVTllE8g1mla5jBFvspWMgMqmmJn1Z0hCfQblmQstnDuNARi' +
  'qEnWP+CUvYFbE8OqadIaNsdAYV8CMgRiGgDdYT/0f8iFL9VjoAtryNQIf+7rfz9+Y0UimAixxXzGt7niHnl/PoNs' +
  'gRhWW73f7HQA3kyrGxUqXIXX6NrnkOSbd33COFy4llmkX90nNxmp6pm/JFB4iTzPh649QLFgQJ/c4g=='

const VECTORS: readonly [SignedParams['signType'], string, string][] = [
  ['RSA', PUBLIC_KEY, RSA_SIGN],
  ['MD5', KEY, '5B3B922B137447E5B521D71E1F288620'],
  ['HMAC-SHA256', KEY, '806AF72F337CC87394074F351F46B7077CAE4DA25E1AC212948A4CD3608A642A'],
]

test.each(VECTORS)('%s: the signature of openssl fits', (signType, key, sign) => {
  expect(paySignFits({ ...PARAMS, signType }, sign, key)).toBe(true)
})

test.each(
  VECTORS.flatMap(([signType, key, sign]) =>
    (['appId', 'timeStamp', 'nonceStr', 'package'] as const).map(
      (field) => [signType, field, key, sign] as const,
    ),
  ),
)('%s: no longer after one character of %s changed', (signType, field, key, sign) => {
  const changed = { ...PARAMS, signType, [field]: `${PARAMS[field].slice(0, -1)}z` }
  expect(paySignFits(changed, sign, key)).toBe(false)
})

test.each(VECTORS)('%s: another spelling of the signature does not fit', (signType, key, sign) => {
  const params = { ...PARAMS, signType }
  expect(paySignFits(params, sign.toLowerCase(), key)).toBe(false)
  expect(paySignFits(params, `${sign} `, key)).toBe(false)
  expect(paySignFits(params, '', key)).toBe(false)
})

test('the algorithm named is the one that counts', () => {
  const [, [, key, md5] = ['', '', '']] = VECTORS
  expect(paySignFits({ ...PARAMS, signType: 'HMAC-SHA256' }, md5, key)).toBe(false)
})
