import type { PproContract } from './providers/ppro/options.ts'
import type { WorldlineMerchant } from './providers/worldline-connect/options.ts'
import { TEA_SHOP_APPS } from './wechat/apps.ts'

/**
 * The accounts that a sandbox has when nobody says otherwise: the tea shop's, one at each provider.
 * Their keys are words that open nothing outside a sandbox.
 */
export function demoWorldlineMerchant(): WorldlineMerchant {
  const miniProgram = appIdOf('miniProgram')
  const officialAccount = appIdOf('officialAccount')
  return {
    merchantId: '20000',
    apiKeyId: 'sandbox-worldline-key',
    secretApiKey: 'sandbox-worldline-secret',
    webhooks: [],
    wechat: {
      mchId: '1900020000',
      apiKey: 'sandboxworldlinewechatkey0000000',
      appIds: {
        miniProgram,
        javaScriptAPI: officialAccount,
        desktopQRCode: officialAccount,
        urlIntent: officialAccount,
        nativeInApp: officialAccount,
      },
    },
  }
}

export function demoPproContract(): PproContract {
  return {
    login: 'sandbox-ppro',
    password: 'sandbox-ppro-password',
    contractId: 'SANDBOXCONTRACT',
    notificationSecret: 'sandbox-ppro-notifications',
    sharedSecret: 'sandbox-ppro-returns',
    settlementCurrency: 'USD',
    wechat: {
      mchId: '1900030000',
      appId: appIdOf('officialAccount'),
      apiKey: 'sandboxpprowechatkey000000000000',
    },
  }
}

function appIdOf(kind: 'miniProgram' | 'officialAccount'): string {
  const app = TEA_SHOP_APPS.find((known) => known.kind === kind)
  if (!app) throw new Error(`the tea shop has no ${kind}`)
  return app.appId
}
