import { describe, expect, test } from 'vitest'
import { defineConfig, fromEnv, resolveConfig } from '../../../../server/config.ts'
import { ENV, good, ppro, problemsOf } from './fixtures.ts'

const withAccount = (fields: object) => ({ ...good, accounts: [{ ...ppro, ...fields }] })

describe('an account in the configuration file', () => {
  test('may have several apps and rules, and any text may come from the environment', () => {
    const config = defineConfig({
      ...good,
      accounts: [
        {
          ...ppro,
          appIds: { miniProgram: [fromEnv('TEA_APP'), 'wx-cups'] },
          routing: { priority: 1, scenes: ['desktopQr'], amounts: { EUR: { maxMinor: 50_000 } } },
        },
      ],
    })
    expect(resolveConfig(config, { ...ENV, TEA_APP: 'wx-tea' }).accounts[0]).toMatchObject({
      appIds: { miniProgram: ['wx-tea', 'wx-cups'] },
      routing: { priority: 1, scenes: ['desktopQr'], amounts: { EUR: { maxMinor: 50_000 } } },
    })
  })

  test('without rules is asked in the order of the file', () => {
    const second = { ...ppro, accountId: 'second' }
    const { accounts } = resolveConfig({ ...good, accounts: [ppro, second] }, ENV)
    expect(accounts.map(({ accountId, routing }) => [accountId, routing])).toEqual([
      ['ppro-eu', { priority: 100 }],
      ['second', { priority: 100 }],
    ])
  })

  test.each<[string, object, RegExp]>([
    [
      'a currency in small letters',
      { routing: { currencies: ['eur'] } },
      /^accounts\.0\.routing\.currencies\.0: three capital letters/,
    ],
    [
      'an amount that is no whole number',
      { routing: { amounts: { EUR: { maxMinor: 19.99 } } } },
      /^accounts\.0\.routing\.amounts\.EUR\.maxMinor: /,
    ],
    ['a misspelt rule', { routing: { scene: 'desktopQr' } }, /^accounts\.0\.routing: .*scene/],
    [
      'an app that is no id',
      { appIds: { miniProgram: ['wx-tea', 'wx tea'] } },
      /^accounts\.0\.appIds\.miniProgram\.1: /,
    ],
    [
      'something else than apps',
      { appIds: { miniProgram: 7 } },
      /^accounts\.0\.appIds\.miniProgram: an appId, or a list of them/,
    ],
  ])('with %s is refused by name', (_, fields, pattern) => {
    expect(problemsOf(withAccount(fields))).toEqual([expect.stringMatching(pattern)])
  })
})
