import { describe, expect, test } from 'vitest'
import { OWN_RETURN_PATHS, safeReturnPath } from '../../../../server/identity/return-path.ts'

const allowed = [...OWN_RETURN_PATHS, '/shop/']

describe('a login leads back to', () => {
  test.each([
    ['/pay/A-1?t=secret', '/pay/A-1?t=secret'],
    ['/result/pay_1#top', '/result/pay_1#top'],
    ['/shop/cart', '/shop/cart'],
    ['/pay/A-1?code=x&t=y&state=z', '/pay/A-1?t=y'],
    ['/shop/../pay/A-1', '/pay/A-1'],
  ])('our own page %s', (returnTo, expected) => {
    expect(safeReturnPath(returnTo, allowed)).toBe(expected)
  })

  test.each([
    'https://evil.test/pay/',
    '//evil.test/pay/',
    '///evil.test/pay/',
    '/\\evil.test/pay/',
    '\\\\evil.test/pay/',
    'javascript:alert(1)//pay/',
    '/pay/../../evil',
    '/pay/../console',
    '/pay/%2e%2e/console',
    '/pay/.%2E/console',
    '/pay/..%2fconsole',
    '/pay/%5c..%5cconsole',
    '/pay',
    '/PAY/A-1',
    '/payments/1',
    '/console',
    '/',
    '',
    'pay/A-1',
    ' /pay/A-1',
    '/pay/A-1\r\nSet-Cookie: a=b',
    '/\t/evil.test/pay/',
    '/pay/\u0000',
    '/.//evil.test/pay/',
    '/pay/..//evil.test/',
  ])('nowhere else: %j', (returnTo) => {
    expect(safeReturnPath(returnTo, allowed)).toBeUndefined()
  })
})
