import { describe, expect, test } from 'vitest'
import { createProviders, providerAccountSchema } from '../../../../server/providers/registry.ts'
import { aConfig as pproConfig } from './ppro/fixture.ts'
import { manualClock } from './support/manual-clock.ts'
import { aConfig as worldlineConfig } from './worldline-connect/fixture.ts'

const deps = {
  clock: manualClock(),
  http: () => Promise.reject(new Error('nobody asks here')),
}
const worldline = {
  accountId: 'worldline-eu',
  provider: 'worldlineConnect',
  appIds: { miniProgram: 'wx-mini' },
  config: worldlineConfig(),
}
const ppro = { accountId: 'ppro', provider: 'ppro', config: pproConfig() }
const parse = (account: unknown) => providerAccountSchema.parse(account)

describe('the registry', () => {
  test('makes every account of the configuration, in its order', () => {
    const made = createProviders([parse(ppro), parse(worldline)], deps)
    expect(made.map(({ provider }) => [provider.accountId, provider.name])).toEqual([
      ['ppro', 'ppro'],
      ['worldline-eu', 'worldline-connect'],
    ])
    expect(made.map(({ appIds }) => appIds)).toEqual([{}, { miniProgram: ['wx-mini'] }])
  })

  test('makes several accounts of one provider', () => {
    const made = createProviders([parse(ppro), parse({ ...ppro, accountId: 'ppro-2' })], deps)
    expect(made.map(({ provider }) => provider.accountId)).toEqual(['ppro', 'ppro-2'])
  })

  test('refuses two accounts of one name, and says which', () => {
    const accounts = [parse(ppro), parse(worldline), parse({ ...worldline, accountId: 'ppro' })]
    expect(() => createProviders(accounts, deps)).toThrow('"ppro"')
  })
})

describe('the configuration of an account', () => {
  test.each([
    ['provider', { ...ppro, provider: 'paypal' }],
    ['accountId', { ...ppro, accountId: 'a/b' }],
    ['accountId', { ...ppro, accountId: '' }],
    ['appIds', { ...ppro, appIds: { app: 'wx1' } }],
    ['config', { ...ppro, config: worldlineConfig() }],
    ['config', { ...worldline, config: undefined }],
  ])('with a wrong %s is refused, naming it', (name, account) => {
    const problems = providerAccountSchema.safeParse(account).error?.issues
    expect(problems?.map(({ path }) => path[0])).toContain(name)
  })
})
