import { describe, expect, test } from 'vitest'
import type { Capabilities } from '../../../../server/providers/provider.ts'
import {
  DEFAULT_PRIORITY,
  faultsOfRules,
  type ProviderAccount,
  type RouteWish,
  type RoutingRules,
  routePayment,
} from '../../../../server/providers/router.ts'
import { KEYED, ScriptedProvider } from '../../../support/scripted-provider.ts'

/** Rules narrow what an account is chosen for; a payment that names it overrides them. */

function account(
  accountId: string,
  rules: Partial<RoutingRules> = {},
  capabilities: Partial<Capabilities> = {},
): ProviderAccount {
  const provider = new ScriptedProvider({
    accountId,
    capabilities: { ...KEYED, ...capabilities },
    now: () => 0,
  })
  const routing = { priority: DEFAULT_PRIORITY, ...rules }
  return { provider, appIds: { miniProgram: ['wx-tea', 'wx-cups'] }, routing }
}

const qr = { scene: 'desktopQr', amount: { value: 1999, currency: 'CNY' } } as const
const inCny = (value: number) => ({ ...qr, amount: { value, currency: 'CNY' } })

function order(accounts: readonly ProviderAccount[], wish: RouteWish = qr): string {
  const route = routePayment(accounts, wish)
  return route.ok
    ? route.candidates.map(({ provider }) => provider.accountId).join(' ')
    : `${route.code}: ${route.accounts.join(' ')}`
}

describe('several accounts that can serve a payment are asked', () => {
  test('in configured order where nothing else is said', () => {
    expect(order([account('a'), account('b'), account('c')])).toBe('a b c')
  })

  test('by priority, 1 first, and those of equal priority in configured order', () => {
    const accounts = [
      account('last', { priority: 200 }),
      account('b', { priority: 5 }),
      account('first', { priority: 1 }),
      account('a', { priority: 5 }),
    ]
    expect(order(accounts)).toBe('first b a last')
  })

  test('before one without a priority where theirs is small, behind it where it is large', () => {
    const { provider, appIds } = account('silent')
    const accounts = [account('after', { priority: 101 }), { provider, appIds }]
    expect(order([...accounts, account('before', { priority: 99 })])).toBe('before silent after')
  })

  test('only where they are paid in an app of the payer, and each may have several', () => {
    const other = { ...account('other'), appIds: { miniProgram: ['wx-other'] } }
    const mini = { scene: 'miniProgram', amount: qr.amount } as const
    expect(order([other, account('tea')], { ...mini, payerAppId: 'wx-cups' })).toBe('tea')
    expect(order([other, account('tea')], { ...mini, payerAppId: 'wx-tea' })).toBe('tea')
    expect(order([account('tea')], { ...mini, payerAppId: 'wx-other' })).toBe('payerMismatch: tea')
  })
})

describe('a rule keeps an account', () => {
  test('from scenes that are not in it', () => {
    const accounts = [account('mini', { scenes: ['miniProgram'] }), account('all')]
    expect(order(accounts)).toBe('all')
    expect(order(accounts, { ...qr, scene: 'miniProgram', payerAppId: 'wx-tea' })).toBe('mini all')
  })

  test('from currencies that are not in it', () => {
    const accounts = [account('euro', { currencies: ['EUR'] }), account('all')]
    expect(order(accounts)).toBe('all')
    expect(order(accounts, { ...qr, amount: { value: 1, currency: 'EUR' } })).toBe('euro all')
  })

  test.each([
    [4_999, 'all'],
    [5_000, 'large all'],
    [10_000, 'large all'],
    [10_001, 'all'],
  ])('from amounts outside it: %d', (value, expected) => {
    const amounts = { CNY: { minMinor: 5_000, maxMinor: 10_000 } }
    expect(order([account('large', { amounts }), account('all')], inCny(value))).toBe(expected)
  })

  test('from no amount of a currency that the rule does not name', () => {
    const amounts = { EUR: { maxMinor: 1 } }
    expect(order([account('a', { amounts })])).toBe('a')
  })

  test.each<[string, Partial<RoutingRules>, string]>([
    ['scene', { scenes: ['miniProgram'] }, 'sceneUnsupported: a'],
    ['currency', { currencies: ['EUR'] }, 'currencyUnsupported: a'],
    ['amount', { amounts: { CNY: { maxMinor: 10 } } }, 'amountUnsupported: a'],
  ])('and where it was the only one, the %s is named, and the account too', (_, rules, answer) => {
    expect(order([account('a', rules)])).toBe(answer)
  })
})

describe('an account that is named', () => {
  const rules = {
    scenes: ['miniProgram'],
    currencies: ['EUR'],
    amounts: { CNY: { maxMinor: 1 } },
    priority: 900,
  } as const

  test('is the only one, whatever its rules say', () => {
    expect(order([account('a'), account('b', rules)], { ...qr, accountId: 'b' })).toBe('b')
  })

  test('still has to be able to serve the payment', () => {
    const able = { scenes: ['miniProgram', 'desktopQr'] as const, currencies: ['EUR'] }
    const accounts = [account('a'), account('b', rules, able)]
    expect(order(accounts, { ...qr, accountId: 'b' })).toBe('currencyUnsupported: a b')
    expect(order(accounts, { ...qr, scene: 'mobileWeb', accountId: 'b' })).toBe(
      'sceneUnsupported: ',
    )
  })
})

test('a currency may have limits of its own at its provider', () => {
  const amount = {
    minMinor: 1,
    maxMinor: 100,
    byCurrency: { CNY: { minMinor: 50, maxMinor: 900 } },
  }
  const accounts = [account('a', {}, { amount })]
  expect(order(accounts, inCny(900))).toBe('a')
  expect(order(accounts, inCny(49))).toBe('amountUnsupported: a')
  expect(order(accounts, inCny(901))).toBe('amountUnsupported: a')
  expect(order(accounts, { ...qr, amount: { value: 101, currency: 'EUR' } })).toBe(
    'amountUnsupported: a',
  )
})

describe('rules that can never be kept are told, by account and field', () => {
  const able = { currencies: ['CNY', 'EUR'], amount: { minMinor: 10, maxMinor: 1_000 } }

  test.each<[string, Partial<RoutingRules>, RegExp]>([
    ['a scene it cannot serve', { scenes: ['app'] }, /routing\.scenes: it cannot serve app, only/],
    [
      'a scene that needs an app it has not',
      { scenes: ['officialAccount'] },
      /routing\.scenes: officialAccount needs appIds\.officialAccount/,
    ],
    [
      'a currency it does not take',
      { currencies: ['USD'] },
      /routing\.currencies: .*USD, only CNY/,
    ],
    [
      'more at least than at most',
      { amounts: { CNY: { minMinor: 200, maxMinor: 100 } } },
      /routing\.amounts\.CNY: minMinor 200 is more than maxMinor 100/,
    ],
    [
      'amounts above what it takes',
      { amounts: { CNY: { minMinor: 1_001 } } },
      /routing\.amounts\.CNY: the account takes 10 to 1000 only/,
    ],
    [
      'amounts below what it takes',
      { amounts: { CNY: { maxMinor: 9 } } },
      /routing\.amounts\.CNY: the account takes 10 to 1000 only/,
    ],
    [
      'amounts of a currency it does not take',
      { amounts: { USD: { minMinor: 100 } } },
      /routing\.amounts\.USD: the account is never chosen for USD/,
    ],
    [
      'amounts of a currency that its rules exclude',
      { currencies: ['EUR'], amounts: { CNY: { minMinor: 100 } } },
      /routing\.amounts\.CNY: the account is never chosen for CNY/,
    ],
  ])('%s', (_, rules, fault) => {
    const faults = faultsOfRules(account('hk', rules, able))
    expect(faults).toEqual([expect.stringMatching(fault)])
    expect(faults[0]).toContain('provider account "hk"')
  })

  test.each<[string, Partial<RoutingRules>]>([
    ['no rules', {}],
    ['all that it can do', { scenes: ['desktopQr', 'miniProgram'], currencies: ['EUR', 'CNY'] }],
    ['a part of its amounts', { amounts: { CNY: { minMinor: 10, maxMinor: 10 }, EUR: {} } }],
  ])('%s is all right', (_, rules) => {
    expect(faultsOfRules(account('hk', rules, able))).toEqual([])
  })
})
