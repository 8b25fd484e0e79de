import { describe, expect, test } from 'vitest'
import { weakness, weakSecretsIn } from '../../../../server/config/secrets.ts'

describe('a secret', () => {
  test.each(['9f3b1c7a5d2e8046b1f7c3a9d5e20846', 'kV83-hq_Zx', '-----BEGIN PRIVATE KEY-----'])(
    '%s is strong enough',
    (secret) => {
      expect(weakness(secret, 8)).toBeUndefined()
    },
  )

  test.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['change-me', 'is a placeholder, not a secret'],
    ['ChangeMe123456', 'is a placeholder, not a secret'],
    ['sandbox-webhook-secret', 'is a placeholder, not a secret'],
    ['TODO', 'is a placeholder, not a secret'],
    ['kV83-hq', 'is shorter than 8 characters'],
    ['0000000000000000', 'repeats too few characters'],
  ])('%j %s', (secret, reason) => {
    expect(weakness(secret, 8)).toBe(reason)
  })
})

describe('the secrets of an account', () => {
  test('are found by the names of their fields, at any depth', () => {
    const account = {
      accountId: 'test',
      channel: 'testchannel',
      config: {
        login: 'test',
        password: 'test',
        keys: [{ apiV3Key: 'changeme' }],
        webhookKeys: { 'key-2026': 'sandbox-webhook-secret' },
        webhookSecrets: ['changeme', 'kV83-hq_Zx'],
      },
    }
    expect(weakSecretsIn(account).map(({ path }) => path.join('.'))).toEqual([
      'config.password',
      'config.keys.0.apiV3Key',
      'config.webhookKeys.key-2026',
      'config.webhookSecrets.0',
    ])
  })

  test('that are strong are left alone', () => {
    const config = {
      secretApiKey: 'kV83-hq_Zx',
      webhookKeys: { a: 'Wd94-jm_Ty' },
      webhookSecrets: ['Lp27-xz_Qr'],
    }
    expect(weakSecretsIn({ accountId: 'a', config, note: null })).toEqual([])
  })
})
