import { ConfigError, defineConfig, fromEnv, resolveConfig } from '../../../../server/config.ts'

export const API_KEY = 'kx7-Qm2vR9pLw4ZtB8nYc3HdUe'
export const APP_SECRET = '9f3b1c7a5d2e8046b1f7c3a9d5e20846'

export const ENV = {
  SHOP_API_KEY: API_KEY,
  MINI_SECRET: APP_SECRET,
  PPRO_PASSWORD: 'kV83-hq_Zx',
  PPRO_NOTIFY: 'Wd94-jm_Ty',
  PPRO_SHARED: 'Lb27-pn_Gc',
}

export const ppro = {
  accountId: 'ppro-eu',
  provider: 'ppro',
  config: {
    endpoint: 'http://127.0.0.1:4000/ppro/',
    login: 'shop',
    password: fromEnv('PPRO_PASSWORD'),
    contractId: 'C-1',
    channel: 'testchannel',
    notificationSecret: fromEnv('PPRO_NOTIFY'),
    sharedSecret: fromEnv('PPRO_SHARED'),
  },
} as const

export const good = defineConfig({
  publicUrl: 'https://pay.example/',
  merchant: { apiKeys: [{ keyId: 'shop', key: fromEnv('SHOP_API_KEY') }] },
  apps: [{ appId: 'wx-mini', kind: 'miniProgram', secret: fromEnv('MINI_SECRET') }],
  accounts: [ppro],
})

export function problemsOf(input: unknown, env: Record<string, string> = ENV): readonly string[] {
  try {
    resolveConfig(input, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}
