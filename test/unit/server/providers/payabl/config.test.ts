import { describe, expect, test } from 'vitest'
import { payablConfigSchema } from '../../../../../server/providers/payabl/config.ts'
import { aConfig } from './fixture.ts'

const email = 'payments@shop.example'
const problemsOf = (fields: Record<string, unknown>) =>
  payablConfigSchema
    .safeParse({ ...aConfig(), ...fields })
    .error?.issues.map(({ path }) => path.join('.'))

describe('the configuration of a payabl. account', () => {
  test('knows its defaults', () => {
    expect(aConfig({ payer: { email } })).toMatchObject({
      payer: { accountName: 'WeChat Pay customer', firstName: 'WeChat Pay', lastName: 'Customer' },
      bankCountry: 'CN',
      scenes: ['desktopQr', 'mobileWeb'],
      currencies: ['EUR', 'USD', 'GBP'],
      paidProof: 'captured',
      chinesePages: false,
      queryEveryMs: 10_000,
      timeoutMs: 10_000,
    })
  })

  test('writes names in letters that payabl. can carry, and refuses those that have none', () => {
    const payer = { accountName: 'Łukasz Dvořák', firstName: 'Zoë', lastName: 'Čapek', email }
    expect(aConfig({ payer }).payer).toMatchObject({
      accountName: 'Lukasz Dvorák',
      firstName: 'Zoë',
      lastName: 'Capek',
    })
    const chinese = payablConfigSchema.safeParse({
      ...aConfig(),
      payer: { ...payer, accountName: '李伟伟' },
    })
    expect(chinese.error?.issues[0]?.message).toContain('pinyin')
  })

  test('takes only https addresses, without a path, and http on this machine', () => {
    expect(aConfig({ endpoint: 'https://sandbox.payabl.com/' }).endpoint).toBe(
      'https://sandbox.payabl.com',
    )
    expect(problemsOf({ endpoint: 'http://sandbox.payabl.com' })).toEqual(['endpoint'])
    expect(problemsOf({ endpoint: 'https://sandbox.payabl.com/pay' })).toEqual(['endpoint'])
  })

  test.each([
    ['endpoint', 'nonsense'],
    ['merchantId', ''],
    ['merchantId', 'x'.repeat(41)],
    ['secret', ''],
    ['secret', '密'],
    ['payer.email', { email: 'nobody' }],
    ['payer.accountName', { accountName: 'Li', email }],
    ['payer.lastName', { lastName: 'x'.repeat(51), email }],
    ['bankCountry', 'China'],
    ['currencies', []],
    ['currencies.0', ['CNY']],
    ['scenes.0', ['miniProgram']],
    ['paidProof', 'hope'],
    ['timeoutMs', 12_001],
    ['surplus', 1],
  ])('refuses %s = %j', (path, value) => {
    const [name = ''] = path.split('.')
    expect(problemsOf({ [name]: value })).toEqual([name === 'surplus' ? '' : path])
  })
})
