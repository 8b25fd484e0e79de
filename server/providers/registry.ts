import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { appIdSchema, currencySchema, idSchema, sceneSchema } from '../../shared/contract/common.ts'
import type { HttpClient } from './http.ts'
import { createPayablProvider, payablConfigSchema } from './payabl/index.ts'
import { createPproProvider, pproConfigSchema } from './ppro/index.ts'
import type { Provider } from './provider.ts'
import { DEFAULT_PRIORITY, faultsOfRules, type ProviderAccount } from './router.ts'
import { createSaferpayProvider, saferpayConfigSchema } from './saferpay/index.ts'
import { createWechatPayProvider, wechatPayConfigSchema } from './wechat-pay/index.ts'
import { createWooshpayProvider, wooshpayConfigSchema } from './wooshpay/index.ts'
import {
  createWorldlineConnectProvider,
  worldlineConnectConfigSchema,
} from './worldline-connect/index.ts'

/** The one place that lists the providers: a schema and a case each. */

/** One id, or several: payers of any of these apps can pay through the account. */
const appIdsSchema = z
  .union([appIdSchema, z.array(appIdSchema).min(1)], { error: 'an appId, or a list of them' })
  .transform((ids): readonly string[] => [ids].flat())

const minorSchema = z.int().min(1)

/** What the account is chosen for where a payment names none; a payment that names it ignores this. */
const routingSchema = z.strictObject({
  /** Asked in rising order, 1 first; accounts of equal priority in the order of this file. */
  priority: z.int().min(1).max(1_000).default(DEFAULT_PRIORITY),
  scenes: z.array(sceneSchema).min(1).optional(),
  currencies: z.array(currencySchema).min(1).optional(),
  /** By currency, in minor units: `{ CNY: { maxMinor: 500_000 } }`. */
  amounts: z
    .record(
      currencySchema,
      z.strictObject({ minMinor: minorSchema.optional(), maxMinor: minorSchema.optional() }),
    )
    .optional(),
})

const common = {
  /** Ours to choose; part of the notification address. */
  accountId: idSchema,
  /** The apps in which payments of this account are paid, where it serves scenes inside WeChat. */
  appIds: z
    .strictObject({
      miniProgram: appIdsSchema.optional(),
      officialAccount: appIdsSchema.optional(),
    })
    .default({}),
  routing: routingSchema.prefault({}),
}

export const providerAccountSchema = z.discriminatedUnion('provider', [
  z.strictObject({
    ...common,
    provider: z.literal('worldlineConnect'),
    config: worldlineConnectConfigSchema,
  }),
  z.strictObject({ ...common, provider: z.literal('wechatPay'), config: wechatPayConfigSchema }),
  z.strictObject({ ...common, provider: z.literal('ppro'), config: pproConfigSchema }),
  z.strictObject({ ...common, provider: z.literal('wooshpay'), config: wooshpayConfigSchema }),
  z.strictObject({ ...common, provider: z.literal('payabl'), config: payablConfigSchema }),
  z.strictObject({ ...common, provider: z.literal('saferpay'), config: saferpayConfigSchema }),
])
/** As it is written in the configuration file. */
export type ProviderAccountInput = z.input<typeof providerAccountSchema>
export type ProviderAccountConfig = z.output<typeof providerAccountSchema>

export interface ProviderDeps {
  readonly http: HttpClient
  readonly clock: Clock
}

/** The accounts in configured order. Throws where two share a name, or rules cannot be kept. */
export function createProviders(
  accounts: readonly ProviderAccountConfig[],
  deps: ProviderDeps,
): readonly ProviderAccount[] {
  const names = accounts.map(({ accountId }) => accountId)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) {
    throw new Error(
      `two provider accounts are called "${twice}"; give each an accountId of its own`,
    )
  }
  const made = accounts.map((config) => ({
    provider: createProvider(config, deps),
    appIds: withoutGaps(config.appIds),
    routing: config.routing,
  }))
  const faults = made.flatMap(faultsOfRules)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return made
}

function createProvider(account: ProviderAccountConfig, deps: ProviderDeps): Provider {
  const { accountId } = account
  switch (account.provider) {
    case 'worldlineConnect':
      return createWorldlineConnectProvider({ ...deps, accountId, config: account.config })
    case 'wechatPay':
      return createWechatPayProvider({ ...deps, accountId, config: account.config })
    case 'ppro':
      return createPproProvider({ ...deps, accountId, config: account.config })
    case 'wooshpay':
      return createWooshpayProvider({ ...deps, accountId, config: account.config })
    case 'payabl':
      return createPayablProvider({ ...deps, accountId, config: account.config })
    case 'saferpay':
      return createSaferpayProvider({ ...deps, accountId, config: account.config })
  }
}

function withoutGaps(appIds: ProviderAccountConfig['appIds']): ProviderAccount['appIds'] {
  const { miniProgram, officialAccount } = appIds
  return {
    ...(miniProgram === undefined ? {} : { miniProgram }),
    ...(officialAccount === undefined ? {} : { officialAccount }),
  }
}
