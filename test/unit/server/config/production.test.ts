import { describe, expect, test } from 'vitest'
import { resolveConfig } from '../../../../server/config.ts'
import { ENV, good, problemsOf } from './fixtures.ts'

describe('production refuses', () => {
  const withKey = (key: unknown) => ({ ...good, merchant: { apiKeys: [{ keyId: 'shop', key }] } })

  test.each([
    [
      'a variable that is not set',
      good,
      { ...ENV, SHOP_API_KEY: '' },
      'merchant.apiKeys.0.key: the environment variable SHOP_API_KEY is not set',
    ],
    [
      'a key that is too short',
      good,
      { ...ENV, SHOP_API_KEY: 'kx7-Qm2vR9pLw4Z' },
      'merchant.apiKeys.0.key (from SHOP_API_KEY): is shorter than 24 characters',
    ],
    [
      'a placeholder',
      good,
      { ...ENV, SHOP_API_KEY: 'change-me-change-me-change-me' },
      'merchant.apiKeys.0.key (from SHOP_API_KEY): is a placeholder, not a secret',
    ],
    [
      'the key of the sandbox',
      withKey('sandbox-merchant-key-0123456789'),
      ENV,
      'merchant.apiKeys.0.key: is a placeholder, not a secret',
    ],
    [
      'a pattern',
      withKey('ababababababababababababab'),
      ENV,
      'merchant.apiKeys.0.key: repeats too few characters',
    ],
    [
      'an app secret that is a placeholder',
      good,
      { ...ENV, MINI_SECRET: 'your-app-secret-goes-here' },
      'apps.0.secret (from MINI_SECRET): is a placeholder, not a secret',
    ],
    [
      'a provider secret that is a placeholder',
      good,
      { ...ENV, PPRO_SHARED: 'changeme' },
      'accounts.0.config.sharedSecret (from PPRO_SHARED): is a placeholder, not a secret',
    ],
    [
      'no API key at all',
      { ...good, merchant: { apiKeys: [] } },
      ENV,
      'merchant.apiKeys: production needs at least one API key',
    ],
    [
      'plain http',
      { ...good, publicUrl: 'http://pay.example' },
      ENV,
      'publicUrl: must be https in production',
    ],
    [
      'WeChat over plain http',
      { ...good, wechat: { apiUrl: 'http://localhost:4000' } },
      ENV,
      'wechat.apiUrl: must be https in production',
    ],
  ])('%s, and says which', (_, input, env, problem) => {
    expect(problemsOf(input, env)).toEqual([problem])
  })

  test('and the sandbox takes all of them', () => {
    const sandbox = {
      ...good,
      mode: 'sandbox',
      publicUrl: 'http://127.0.0.1:3000',
      wechat: { apiUrl: 'http://127.0.0.1:4000/' },
    }
    const env = { ...ENV, SHOP_API_KEY: 'demo', MINI_SECRET: 'secret', PPRO_SHARED: 'changeme' }
    expect(problemsOf(sandbox, env)).toEqual([])
    expect(resolveConfig(sandbox, env).wechat.apiUrl).toBe('http://127.0.0.1:4000')
  })
})
