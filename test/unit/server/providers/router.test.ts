import { describe, expect, test } from 'vitest'
import type { Capabilities, Provider } from '../../../../server/providers/provider.ts'
import { type ProviderAccount, routePayment } from '../../../../server/providers/router.ts'

function account(
  accountId: string,
  capabilities: Partial<Capabilities>,
  appIds: ProviderAccount['appIds'] = {},
): ProviderAccount {
  const provider: Provider = {
    accountId,
    name: 'scripted',
    capabilities: {
      scenes: ['miniProgram', 'officialAccount', 'desktopQr'],
      currencies: ['CNY'],
      amount: { minMinor: 10, maxMinor: 100_000 },
      query: { rule: 'poll', intervalMs: 3_000 },
      idempotency: 'key',
      refunds: null,
      settlement: [],
      paymentLifetimeMs: 7_200_000,
      needsOpenid: ['miniProgram', 'officialAccount'],
      ...capabilities,
    },
    createPayment: () => Promise.reject(new Error('not asked here')),
    queryPayment: () => Promise.resolve(null),
    parseNotification: () => ({ kind: 'event', eventId: '1', facts: [], queries: [] }),
    acknowledge: () => ({ status: 200, headers: {}, body: '' }),
  }
  return { provider, appIds }
}

const accounts = [
  account('qr', { scenes: ['desktopQr', 'mobileWeb'], currencies: ['EUR', 'CNY'] }),
  account('tea', {}, { miniProgram: ['wx-tea'], officialAccount: ['wx-tea-oa'] }),
  account('cups', { currencies: 'any' }, { miniProgram: ['wx-cups'] }),
]
const cny = (value: number) => ({ value, currency: 'CNY' })
const mini = { scene: 'miniProgram', amount: cny(1999) } as const

function chosen(wish: Parameters<typeof routePayment>[1]): string {
  const route = routePayment(accounts, wish)
  return route.ok
    ? route.candidates[0].provider.accountId
    : `${route.code} ${route.accounts.join(' ')}`
}

describe('a payment goes', () => {
  test('to the first account in configured order that can serve it', () => {
    expect(chosen({ scene: 'desktopQr', amount: cny(1999) })).toBe('qr')
    expect(chosen({ scene: 'desktopQr', amount: { value: 1999, currency: 'USD' } })).toBe('cups')
  })

  test('to the account that is paid in the app of the payer, wherever it stands', () => {
    expect(chosen({ ...mini, payerAppId: 'wx-tea' })).toBe('tea')
    expect(chosen({ ...mini, payerAppId: 'wx-cups' })).toBe('cups')
  })

  test('to the account that is named, and to no other', () => {
    expect(chosen({ scene: 'desktopQr', amount: cny(1999), accountId: 'tea' })).toBe('tea')
    expect(chosen({ scene: 'mobileWeb', amount: cny(1999), accountId: 'tea' })).toBe(
      'sceneUnsupported qr',
    )
  })

  test('anywhere with amounts from the smallest to the largest', () => {
    expect(chosen({ ...mini, payerAppId: 'wx-tea', amount: cny(10) })).toBe('tea')
    expect(chosen({ ...mini, payerAppId: 'wx-tea', amount: cny(100_000) })).toBe('tea')
  })
})

describe('a payment goes nowhere, and the answer names who could serve the scene', () => {
  test.each([
    ['a scene that nobody has', { ...mini, scene: 'app' }, 'sceneUnsupported '],
    ['an account that does not exist', { ...mini, accountId: 'no' }, 'accountNotFound tea cups'],
    ['no payer where one is needed', mini, 'payerRequired tea cups'],
    ['a payer of another app', { ...mini, payerAppId: 'wx-x' }, 'payerMismatch tea cups'],
    [
      'a payer of the other kind of app',
      { ...mini, payerAppId: 'wx-tea-oa' },
      'payerMismatch tea cups',
    ],
    [
      'a payer of an app that the named account has not',
      { ...mini, payerAppId: 'wx-cups', accountId: 'tea' },
      'payerMismatch tea cups',
    ],
    [
      'an Official Account that nobody is paid in',
      { ...mini, scene: 'officialAccount', payerAppId: 'wx-cups' },
      'payerMismatch tea cups',
    ],
    [
      'a currency that the account has not',
      { ...mini, payerAppId: 'wx-tea', amount: { value: 1999, currency: 'USD' } },
      'currencyUnsupported tea cups',
    ],
    ['too little', { ...mini, payerAppId: 'wx-tea', amount: cny(9) }, 'amountUnsupported tea cups'],
    [
      'too much',
      { ...mini, payerAppId: 'wx-tea', amount: cny(100_001) },
      'amountUnsupported tea cups',
    ],
  ] as const)('for %s', (_, wish, answer) => {
    expect(chosen(wish)).toBe(answer)
  })

  test('also where no account is configured at all', () => {
    expect(routePayment([], mini)).toEqual({ ok: false, code: 'sceneUnsupported', accounts: [] })
  })
})
