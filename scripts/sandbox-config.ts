import type { Sandbox } from '../sandbox/index.ts'
import { TEA_SHOP_APPS } from '../sandbox/wechat/apps.ts'
import type { ToolkitConfigInput } from '../server/config.ts'
import { sandboxAccounts } from './sandbox-accounts.ts'

/** The merchant's API key in a sandbox; production refuses it. */
export const SANDBOX_API_KEY = 'sandbox-merchant-key'

/** What the tea shop checks webhooks with; as well known as the key. */
export const SANDBOX_WEBHOOK_SECRET = 'whsec_c2FuZGJveC10ZWEtc2hvcC13ZWJob29rLXNlY3JldA=='

/** A toolkit's configuration with every account pointing at the sandbox. */
export function sandboxConfig(
  sandbox: Sandbox,
  place: { publicUrl: string; port: number; database: ToolkitConfigInput['database'] },
): ToolkitConfigInput {
  const { urls } = sandbox
  return {
    mode: 'sandbox',
    publicUrl: place.publicUrl,
    listen: { host: '127.0.0.1', port: place.port },
    trustedProxies: ['127.0.0.1'],
    database: place.database,
    merchant: { apiKeys: [{ keyId: 'tea-shop', key: SANDBOX_API_KEY }] },
    apps: TEA_SHOP_APPS.map(({ appId, kind, secret }) => ({ appId, kind, secret })),
    wechat: { apiUrl: urls.wechat, authorizeUrl: `${urls.wechat}/connect/oauth2/authorize` },
    accounts: [...sandboxAccounts(sandbox)],
    allowedReturnPaths: ['/shop/'],
    shopUrl: `${place.publicUrl}/shop`,
    logLevel: 'warn',
  }
}
