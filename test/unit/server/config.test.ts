import { describe, expect, test } from 'vitest'
import { ConfigError, fromEnv, resolveConfig } from '../../../server/config.ts'
import { sha256Hex } from '../../../server/platform/hash.ts'
import { API_KEY, APP_SECRET, ENV, good, ppro, problemsOf } from './config/fixtures.ts'

describe('a good configuration', () => {
  test('is filled from the environment and completed with defaults', () => {
    expect(resolveConfig(good, ENV)).toMatchObject({
      mode: 'production',
      publicUrl: 'https://pay.example',
      listen: { host: '127.0.0.1', port: 3000 },
      trustedProxies: [],
      database: { kind: 'sqlite', path: 'data/toolkit.db' },
      apps: [{ appId: 'wx-mini', kind: 'miniProgram', secret: APP_SECRET }],
      wechat: {
        apiUrl: 'https://api.weixin.qq.com',
        authorizeUrl: 'https://open.weixin.qq.com/connect/oauth2/authorize',
      },
      accounts: [{ accountId: 'ppro-eu', config: { password: 'kV83-hq_Zx' } }],
      allowedReturnPaths: ['/pay/', '/result/'],
      webhooks: { allowNetworks: [] },
      sessionLifetimes: { payerMs: 86_400_000, checkoutMs: 86_400_000 },
      logLevel: 'info',
    })
  })

  test('keeps of an API key only its hash', () => {
    const config = resolveConfig(good, ENV)
    expect(config.merchant.apiKeys).toEqual([{ keyId: 'shop', keyHash: sha256Hex(API_KEY) }])
    expect(JSON.stringify(config)).not.toContain(API_KEY)
  })

  test('is frozen through and through', () => {
    const config = resolveConfig(good, ENV)
    for (const part of [config, config.listen, config.apps, config.apps[0], config.accounts[0]]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  test('lets the environment of the machine win over the file', () => {
    const env = {
      ...ENV,
      PUBLIC_URL: 'https://other.example',
      HOST: '0.0.0.0',
      PORT: '8080',
      TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1',
      DATABASE_URL: 'postgres://toolkit@db/toolkit',
      LOG_LEVEL: 'debug',
    }
    expect(resolveConfig({ ...good, listen: { port: 1 } }, env)).toMatchObject({
      publicUrl: 'https://other.example',
      listen: { host: '0.0.0.0', port: 8080 },
      trustedProxies: ['10.0.0.0/8', '192.0.2.1'],
      database: { kind: 'postgres', url: 'postgres://toolkit@db/toolkit' },
      logLevel: 'debug',
    })
  })

  test('may have shop pages besides our own to come back to', () => {
    const config = resolveConfig({ ...good, allowedReturnPaths: ['/shop/'] }, ENV)
    expect(config.allowedReturnPaths).toEqual(['/pay/', '/result/', '/shop/'])
  })
})

describe('a bad configuration', () => {
  test.each([
    ['an unknown name', { ...good, pubicUrl: 'https://a.example' }, /pubicUrl/],
    ['no public address', { ...good, publicUrl: undefined }, /^publicUrl: /],
    [
      'a public address with a path',
      { ...good, publicUrl: 'https://a.example/pay' },
      /^publicUrl: only scheme/,
    ],
    ['a port out of range', { ...good, listen: { port: 70_000 } }, /^listen\.port: /],
    [
      'a proxy by name',
      { ...good, trustedProxies: ['proxy'] },
      /^trustedProxies\.0: not an address/,
    ],
    [
      'a network for webhooks by name',
      { ...good, webhooks: { allowNetworks: ['intranet'] } },
      /^webhooks\.allowNetworks\.0: not an address/,
    ],
    ['an unknown database', { ...good, database: { kind: 'mysql' } }, /^database\.kind: /],
    [
      'a database address of another kind',
      { ...good, database: { kind: 'postgres', url: 'mysql://a' } },
      /^database\.url: /,
    ],
    [
      'an unknown kind of app',
      { ...good, apps: [{ appId: 'wx', kind: 'app', secret: APP_SECRET }] },
      /^apps\.0\.kind: /,
    ],
    [
      'two apps of one appId',
      { ...good, apps: [...(good.apps ?? []), ...(good.apps ?? [])] },
      /^apps: two apps/,
    ],
    [
      'an account of an unknown provider',
      { ...good, accounts: [{ ...ppro, provider: 'x' }] },
      /^accounts\.0\.provider: /,
    ],
    [
      'an account without its password',
      { ...good, accounts: [{ ...ppro, config: { ...ppro.config, password: '' } }] },
      /^accounts\.0\.config\.password: /,
    ],
    [
      'a way back to another site',
      { ...good, allowedReturnPaths: ['//evil.example/'] },
      /^allowedReturnPaths\.0: /,
    ],
    [
      'a way back to everything',
      { ...good, allowedReturnPaths: ['/'] },
      /^allowedReturnPaths\.0: /,
    ],
    [
      'a session of a second',
      { ...good, sessionLifetimes: { payerMs: 1_000 } },
      /^sessionLifetimes\.payerMs: /,
    ],
    ['something else than an object', 'config', /^configuration: /],
  ])('with %s is refused by name', (_, input, pattern) => {
    expect(problemsOf(input)).toContainEqual(expect.stringMatching(pattern))
  })

  test('a variable that is no number is refused by its name', () => {
    expect(problemsOf(good, { ...ENV, PORT: 'http' })).toEqual([
      expect.stringMatching(/^listen\.port \(from PORT\): /),
    ])
  })

  test('is told with all its faults at once', () => {
    const input = {
      ...good,
      publicUrl: 'pay.example',
      listen: { port: -1 },
      apps: [{ appId: 'wx mini', kind: 'miniProgram', secret: fromEnv('NOT_SET') }],
    }
    const problems = problemsOf(input, { ...ENV, SHOP_API_KEY: 'short', PPRO_SHARED: 'changeme' })
    for (const place of [
      'publicUrl',
      'listen.port',
      'apps.0.appId',
      'apps.0.secret',
      'merchant.apiKeys.0.key',
      'accounts.0.config.sharedSecret',
    ]) {
      expect(problems.filter((problem) => problem.startsWith(place))).toHaveLength(1)
    }
    expect(new ConfigError(problems).message.split('\n')).toHaveLength(problems.length + 1)
  })

  test('never shows the secret that it complains about', () => {
    const env = { ...ENV, SHOP_API_KEY: 'sandbox-hunter2', PPRO_SHARED: 'test-hunter2' }
    expect(problemsOf(good, env).join()).not.toContain('hunter2')
  })
})
