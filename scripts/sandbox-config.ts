import { demoPproContract, demoWorldlineMerchant } from '../sandbox/demo-accounts.ts'
import type { Sandbox } from '../sandbox/index.ts'
import { TEA_SHOP_APPS } from '../sandbox/wechat/apps.ts'
import type { ToolkitConfigInput } from '../server/config.ts'
import type { ProviderAccountInput } from '../server/providers/registry.ts'

/** The merchant's API key in a sandbox; production refuses it. */
export const SANDBOX_API_KEY = 'sandbox-merchant-key'

const WEBHOOK_KEY = { keyId: 'sandbox-webhook-key', secret: 'sandbox-webhook-secret' } as const

/** A toolkit's configuration with every account pointing at the sandbox. */
export function sandboxConfig(
  urls: Sandbox['urls'],
  place: { publicUrl: string; port: number; database: ToolkitConfigInput['database'] },
): ToolkitConfigInput {
  return {
    mode: 'sandbox',
    publicUrl: place.publicUrl,
    listen: { host: '127.0.0.1', port: place.port },
    trustedProxies: ['127.0.0.1'],
    database: place.database,
    merchant: { apiKeys: [{ keyId: 'tea-shop', key: SANDBOX_API_KEY }] },
    apps: TEA_SHOP_APPS.map(({ appId, kind, secret }) => ({ appId, kind, secret })),
    wechat: { apiUrl: urls.wechat, authorizeUrl: `${urls.wechat}/connect/oauth2/authorize` },
    accounts: [worldlineAccount(urls.worldline), pproAccount(urls.ppro)],
    allowedReturnPaths: ['/shop/'],
    shopUrl: `${place.publicUrl}/shop`,
    logLevel: 'warn',
  }
}

/** Tells the simulated providers where this toolkit wants its webhooks. */
export function connectWebhooks(sandbox: Sandbox, publicUrl: string): void {
  const url = `${publicUrl}/v1/notifications/worldline`
  sandbox.worldline.setWebhooks(demoWorldlineMerchant().merchantId, [{ url, ...WEBHOOK_KEY }])
}

function worldlineAccount(endpoint: string): ProviderAccountInput {
  const { merchantId, apiKeyId, secretApiKey } = demoWorldlineMerchant()
  return {
    provider: 'worldlineConnect',
    accountId: 'worldline',
    appIds: appIds(),
    config: {
      endpoint,
      merchantId,
      apiKeyId,
      secretApiKey,
      webhookKeys: { [WEBHOOK_KEY.keyId]: WEBHOOK_KEY.secret },
    },
  }
}

function pproAccount(endpoint: string): ProviderAccountInput {
  const { login, password, contractId, notificationSecret, sharedSecret } = demoPproContract()
  return {
    provider: 'ppro',
    accountId: 'ppro',
    config: {
      endpoint,
      login,
      password,
      contractId,
      channel: 'testchannel',
      notificationSecret,
      sharedSecret,
    },
  }
}

function appIds() {
  const [miniProgram, officialAccount] = (['miniProgram', 'officialAccount'] as const).map(
    (kind) => TEA_SHOP_APPS.find((app) => app.kind === kind)?.appId,
  )
  return {
    ...(miniProgram === undefined ? {} : { miniProgram }),
    ...(officialAccount === undefined ? {} : { officialAccount }),
  }
}
