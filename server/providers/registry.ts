import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { appIdSchema, idSchema } from '../../shared/contract/common.ts'
import type { HttpClient } from './http.ts'
import { createPayablProvider, payablConfigSchema } from './payabl/index.ts'
import { createPproProvider, pproConfigSchema } from './ppro/index.ts'
import type { Provider } from './provider.ts'
import type { ProviderAccount } from './router.ts'
import { createSaferpayProvider, saferpayConfigSchema } from './saferpay/index.ts'
import { createWechatPayProvider, wechatPayConfigSchema } from './wechat-pay/index.ts'
import { createWooshpayProvider, wooshpayConfigSchema } from './wooshpay/index.ts'
import {
  createWorldlineConnectProvider,
  worldlineConnectConfigSchema,
} from './worldline-connect/index.ts'

/** The one place that lists the providers: a schema and a case each. */

const common = {
  /** Ours to choose; part of the notification address. */
  accountId: idSchema,
  /** The apps in which payments of this account are paid, where it serves scenes inside WeChat. */
  appIds: z
    .strictObject({ miniProgram: appIdSchema.optional(), officialAccount: appIdSchema.optional() })
    .default({}),
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

/** The accounts in configured order. Throws where two share a name. */
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
  return accounts.map((config) => ({
    provider: createProvider(config, deps),
    appIds: withoutGaps(config.appIds),
  }))
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
