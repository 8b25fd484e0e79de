import { expect, test } from 'vitest'
import { relaxPolicy } from '../../../../../sandbox/wechat/browser/content-security.ts'

const ORIGINS = { from: 'http://127.0.0.1:3000', to: 'http://127.0.0.1:4000' }
const relax = (policy: string) => relaxPolicy(policy, ORIGINS)

test.each([
  ['framing is allowed', "default-src 'self'; frame-ancestors 'none'", "default-src 'self'"],
  ['plain http stays', "upgrade-insecure-requests; default-src 'self'", "default-src 'self'"],
  ['a page without scripts gets this one', "default-src 'none'", "default-src 'self'"],
  [
    'the most specific rule for scripts is the one that counts',
    "default-src 'none'; script-src https://cdn.example.com",
    "default-src 'none'; script-src https://cdn.example.com 'self'",
  ],
  [
    "the merchant's address moves",
    'connect-src http://127.0.0.1:3000',
    'connect-src http://127.0.0.1:4000',
  ],
  [
    'what allows the script stays as it is',
    "script-src 'self' 'unsafe-inline'",
    "script-src 'self' 'unsafe-inline'",
  ],
  ['what says nothing of scripts stays too', "img-src 'none'", "img-src 'none'"],
])('%s', (_claim, policy, relaxed) => {
  expect(relax(policy)).toEqual({ policy: relaxed, nonce: null })
})

test('where the policy goes by nonces, the script gets the nonce', () => {
  const policy = "script-src 'nonce-abc123==' 'strict-dynamic'"
  expect(relax(policy)).toEqual({ policy, nonce: 'abc123==' })
})
