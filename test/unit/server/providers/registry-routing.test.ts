import { describe, expect, test } from 'vitest'
import { createProviders, providerAccountSchema } from '../../../../server/providers/registry.ts'
import { aConfig as pproConfig } from './ppro/fixture.ts'
import { manualClock } from './support/manual-clock.ts'
import { aConfig as worldlineConfig } from './worldline-connect/fixture.ts'

const deps = { clock: manualClock(), http: () => Promise.reject(new Error('nobody asks here')) }
const ppro = { accountId: 'ppro', provider: 'ppro', config: pproConfig() }
const worldline = {
  accountId: 'worldline',
  provider: 'worldlineConnect',
  config: worldlineConfig(),
}
const parse = (account: unknown) => providerAccountSchema.parse(account)
const made = (...accounts: unknown[]) => createProviders(accounts.map(parse), deps)

describe('an account in the configuration', () => {
  test('may be paid in one app of a kind or in several', () => {
    const appIds = { miniProgram: ['wx-tea', 'wx-cups'], officialAccount: 'wx-oa' }
    expect(made({ ...worldline, appIds })[0]?.appIds).toEqual({
      miniProgram: ['wx-tea', 'wx-cups'],
      officialAccount: ['wx-oa'],
    })
  })

  test('without rules is chosen for all that it can do', () => {
    expect(made(ppro)[0]?.routing).toEqual({ priority: 100 })
  })

  test('keeps the rules that it is given', () => {
    const routing = {
      priority: 1,
      scenes: ['desktopQr'],
      currencies: ['EUR'],
      amounts: { EUR: { minMinor: 100, maxMinor: 50_000 } },
    }
    expect(made({ ...ppro, routing })[0]?.routing).toEqual(routing)
  })
})

describe('a start-up with wrong rules ends with what is wrong', () => {
  test('at every account at once', () => {
    const accounts = [
      { ...ppro, routing: { scenes: ['paymentCode'] } },
      { ...worldline, routing: { amounts: { CNY: { minMinor: 2, maxMinor: 1 } } } },
    ]
    expect(() => made(...accounts)).toThrow(
      /"ppro": routing\.scenes: .*paymentCode.*\n.*"worldline": routing\.amounts\.CNY: minMinor 2/,
    )
  })

  test.each<[string, unknown]>([
    ['routing.currencies.0', { routing: { currencies: ['eur'] } }],
    ['routing.amounts.euro', { routing: { amounts: { euro: {} } } }],
    ['routing.amounts.EUR.minMinor', { routing: { amounts: { EUR: { minMinor: 1.5 } } } }],
    ['routing.scenes', { routing: { scenes: [] } }],
    ['routing.scenes.0', { routing: { scenes: ['tv'] } }],
    ['routing.priority', { routing: { priority: 0 } }],
    ['routing.priority', { routing: { priority: 1.5 } }],
    ['routing', { routing: { prio: 1 } }],
    ['appIds.miniProgram', { appIds: { miniProgram: [] } }],
  ])('such as %s', (place, fields) => {
    const result = providerAccountSchema.safeParse({ ...ppro, ...Object(fields) })
    const places = result.error?.issues.map(({ path }) => path.map(String).join('.'))
    expect(places).toEqual([place])
  })
})
