import { describe, expect, test } from 'vitest'
import { wooshpayConfigSchema } from '../../../../../server/providers/wooshpay/config.ts'
import { aConfig } from './fixture.ts'

const problemsOf = (fields: Record<string, unknown>) =>
  wooshpayConfigSchema
    .safeParse({ ...aConfig(), ...fields })
    .error?.issues.map(({ path }) => path[0])

describe('the configuration of a WooshPay account', () => {
  test('knows its defaults, and offers no Mini Program unasked', () => {
    expect(aConfig()).toMatchObject({
      scenes: ['officialAccount', 'desktopQr', 'mobileWeb'],
      currencies: ['CNY', 'GBP', 'USD', 'EUR', 'HKD'],
      webhookToleranceMs: 300_000,
      timeoutMs: 10_000,
    })
    expect(aConfig().miniProgramTerminalType).toBeUndefined()
  })

  test('keeps only the origin of the endpoint', () => {
    const endpoint = 'https://apitest.wooshpay.com/'
    expect(aConfig({ endpoint }).endpoint).toBe('https://apitest.wooshpay.com')
  })

  test('takes the key of the mode that the host stands for', () => {
    const live = { endpoint: 'https://api.wooshpay.com', secretKey: 'sk_live_abc' }
    expect(problemsOf(live)).toBeUndefined()
    expect(problemsOf({ ...live, secretKey: 'sk_test_abc' })).toEqual(['secretKey'])
    expect(problemsOf({ ...live, endpoint: 'https://apitest.wooshpay.com' })).toEqual(['secretKey'])
  })

  test.each([
    ['endpoint', 'nonsense'],
    ['endpoint', 'http://shop.example'],
    ['endpoint', 'https://shop.example/v1'],
    ['endpoint', 'https://shop.example/?a=1'],
    ['endpoint', 'ftp://127.0.0.1'],
    ['secretKey', 'pk_test_browser'],
    ['secretKey', 'sk_test_with:colon'],
    ['secretKey', 'sk_test_'],
    ['webhookSecrets', []],
    ['webhookSecrets', ['']],
    ['webhookToleranceMs', 0],
    ['scenes', ['miniProgram']],
    ['scenes', []],
    ['miniProgramTerminalType', 'WEB'],
    ['currencies', ['JPY']],
    ['timeoutMs', 12_001],
    ['surplus', true],
  ])('refuses %s = %j', (name, value) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toHaveLength(1)
    expect([name, undefined]).toContain(problems?.[0])
  })
})
