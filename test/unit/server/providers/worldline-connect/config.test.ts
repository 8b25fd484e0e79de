import { describe, expect, test } from 'vitest'
import { worldlineConnectConfigSchema } from '../../../../../server/providers/worldline-connect/config.ts'
import { aConfig } from './fixture.ts'

const problemsOf = (fields: Record<string, unknown>) =>
  worldlineConnectConfigSchema
    .safeParse({ ...aConfig(), ...fields })
    .error?.issues.map(({ path }) => path[0])

describe('the configuration of a Worldline account', () => {
  test('knows its defaults', () => {
    expect(aConfig()).toMatchObject({
      scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'],
      countryCode: 'CN',
    })
  })

  test('keeps only the origin of the endpoint', () => {
    const endpoint = 'https://api.preprod.connect.worldline-solutions.com/'
    expect(aConfig({ endpoint }).endpoint).toBe(endpoint.slice(0, -1))
  })

  test.each([
    ['endpoint', 'nonsense'],
    ['endpoint', 'http://api.connect.worldline-solutions.com'],
    ['endpoint', 'https://api.connect.worldline-solutions.com/v1'],
    ['endpoint', 'ftp://127.0.0.1'],
    ['merchantId', '20000/..'],
    ['apiKeyId', 'a:b'],
    ['secretApiKey', ''],
    ['webhookKeys', {}],
    ['scenes', ['paymentCode']],
    ['currencies', ['usd']],
    ['surplus', true],
  ])('refuses %s = %j', (name, value) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toHaveLength(1)
    expect([name, undefined]).toContain(problems?.[0])
  })
})
