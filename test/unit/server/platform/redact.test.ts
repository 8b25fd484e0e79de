import { describe, expect, test } from 'vitest'
import { redact } from '../../../../server/platform/redact.ts'

describe('credentials are blanked', () => {
  test.each([
    'Authorization: Bearer hunter2.abc-_=',
    'authorization: bearer hunter2',
    'Basic aHVudGVyMg==hunter2',
    'https://api.weixin.qq.com/sns/jscode2session?appid=wx&secret=hunter2&js_code=x',
    'js_code=hunter2',
    '/callback?code=hunter2&state=s',
    '/pay/A-1?t=hunter2#top',
    'password=hunter2',
    'password: hunter2',
    'PASSWORD=hunter2;',
    'session_key=hunter2',
    'access_token=hunter2',
    'checkoutToken=hunter2',
    'apiKey=hunter2',
    'api_v3_key=hunter2',
    '{"secret":"hunter2"}',
    '{"session_key": "hunter2 with spaces"}',
    String.raw`"{\"session_key\":\"hunter2\"}"`,
    '{"paySign":"hunter2"}',
    '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\nhunter2 cut off',
  ])('%s', (text) => {
    const clean = redact(text)
    expect(clean).not.toContain('hunter2')
    expect(clean).toContain('[redacted]')
  })
})

describe('what people need to read stays', () => {
  test.each([
    'errcode 40125: the secret is not that of this appId',
    'the token is over',
    'code PARAM_ERROR, status 400',
    'tokens: 3 of 5',
    'connect ECONNREFUSED 127.0.0.1:443',
    '/v1/orders?limit=10&state=open',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text)
  })

  test('around a credential as well', () => {
    expect(redact('GET /a?appid=wx&secret=hunter2&x=1 failed')).toBe(
      'GET /a?appid=wx&secret=[redacted]&x=1 failed',
    )
  })
})
