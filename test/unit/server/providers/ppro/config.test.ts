import { describe, expect, test } from 'vitest'
import { pproConfigSchema } from '../../../../../server/providers/ppro/config.ts'
import { aConfig } from './fixture.ts'

const clientCertificate = {
  cert: '-----BEGIN CERTIFICATE-----\n…',
  key: '-----BEGIN PRIVATE KEY-----\n…',
}
const problemsOf = (fields: Record<string, unknown>) =>
  pproConfigSchema.safeParse({ ...aConfig(), ...fields }).error?.issues.map(({ path }) => path[0])

describe('the configuration of a PPRO account', () => {
  test('knows its defaults', () => {
    expect(aConfig()).toMatchObject({
      desktopQr: 'ownQr',
      scenes: ['desktopQr', 'mobileWeb'],
      currencies: ['EUR', 'GBP', 'CNY', 'CHF', 'USD'],
      cancelTx: false,
    })
  })

  test('takes the real address with a client certificate, and only so', () => {
    const endpoint = 'https://simpleapitest.ppro.com/'
    expect(problemsOf({ endpoint, clientCertificate })).toBeUndefined()
    expect(problemsOf({ endpoint })).toEqual(['clientCertificate'])
    expect(problemsOf({ endpoint: endpoint.replace('https', 'http'), clientCertificate })).toEqual([
      'endpoint',
    ])
  })

  test.each([
    ['endpoint', 'nonsense'],
    ['endpoint', 'ftp://127.0.0.1/'],
    ['password', ''],
    ['channel', 'live'],
    ['currencies', ['JPY']],
    ['currencies', []],
    ['scenes', ['miniProgram']],
    ['desktopQr', 'both'],
    ['surplus', 1],
  ])('refuses %s = %j', (name, value) => {
    expect(problemsOf({ [name]: value })).toHaveLength(1)
  })
})
