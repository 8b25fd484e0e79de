import { describe, expect, test } from 'vitest'
import { saferpayConfigSchema } from '../../../../../server/providers/saferpay/index.ts'
import { aConfig } from './fixture.ts'

const refusedAt = (fields: Record<string, unknown>) => {
  const parsed = saferpayConfigSchema.safeParse({ ...aConfig(), ...fields })
  return parsed.error?.issues.map(({ path }) => path[0]) ?? []
}
const certificate = {
  cert: '-----BEGIN CERTIFICATE-----',
  key: '-----BEGIN PRIVATE KEY-----',
}

describe('the configuration of a Saferpay terminal', () => {
  test('has the documented defaults', () => {
    expect(aConfig()).toMatchObject({
      currencies: ['EUR', 'CHF'],
      officialAccount: false,
      mobileWeb: true,
      timeoutMs: 10_000,
    })
  })

  test('takes the live address, a slash at its end or not', () => {
    const endpoint = 'https://www.saferpay.com/api'
    expect(aConfig({ endpoint: `${endpoint}/` }).endpoint).toBe(endpoint)
    expect(aConfig({ endpoint }).endpoint).toBe(endpoint)
  })

  test('takes a client certificate in place of the password', () => {
    expect(aConfig({ credentials: certificate }).credentials).toEqual(certificate)
  })

  test.each([
    ['endpoint', 'http://test.saferpay.com/api'],
    ['endpoint', 'not an address'],
    ['customerId', '123456789'],
    ['customerId', 'API_1'],
    ['terminalId', '1234567'],
    ['credentials', { username: 'API_1_1' }],
    ['credentials', { username: 'API:1', password: 'x' }],
    ['credentials', { username: 'API_1_1', password: 'x', ...certificate }],
    ['credentials', { ...certificate, cert: 'none' }],
    ['notificationSecret', 'short'],
    ['currencies', []],
    ['currencies', ['chf']],
    ['timeoutMs', 12_001],
    ['timeoutMs', 999],
  ])('refuses %s: %j', (name, value) => {
    expect(refusedAt({ [name]: value })).toEqual([name])
  })

  test('refuses what it does not know', () => {
    expect(saferpayConfigSchema.safeParse({ ...aConfig(), pasword: 'x' }).success).toBe(false)
  })
})
