import type { PayablMerchant } from './providers/payabl/options.ts'
import type { PproContract } from './providers/ppro/options.ts'
import type { SaferpayTerminal } from './providers/saferpay/options.ts'
import type { WechatPayMerchant } from './providers/wechat-pay/options.ts'
import type { WooshpayAccount } from './providers/wooshpay/options.ts'
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

export function demoWechatPayMerchant(): WechatPayMerchant & { readonly apiV3Key: string } {
  return {
    mchId: '1900010000',
    apiV3Key: 'sandbox-wechat-pay-v3-key-000000',
    appIds: [appIdOf('miniProgram'), appIdOf('officialAccount')],
    region: 'mainland',
    wechatKeys: 'both',
  }
}

export function demoWooshpayAccount(): WooshpayAccount {
  return {
    name: 'tea-shop',
    secretKey: 'sk_test_sandboxwooshpay',
    webhooks: [],
    wechat: {
      mchId: '1900040000',
      apiKey: 'sandboxwooshpaywechatkey00000000',
      appIds: {
        officialAccount: appIdOf('officialAccount'),
        miniProgram: appIdOf('miniProgram'),
      },
    },
  }
}

export function demoPayablMerchant(): PayablMerchant {
  return {
    merchantId: 'sandbox-payabl',
    secret: 'sandbox-payabl-secret',
    wechat: {
      mchId: '1900050000',
      appId: appIdOf('officialAccount'),
      apiKey: 'sandboxpayablwechatkey0000000000',
    },
  }
}

export function demoSaferpayTerminal(): SaferpayTerminal {
  return {
    customerId: '245294',
    terminalId: '17925578',
    username: 'API_245294_1',
    password: 'sandbox-saferpay-password',
    currencies: ['CHF', 'EUR', 'CNY'],
    wechat: {
      mchId: '1900060000',
      appId: appIdOf('officialAccount'),
      apiKey: 'sandboxsaferpaywechatkey00000000',
    },
  }
}

function appIdOf(kind: 'miniProgram' | 'officialAccount'): string {
  const app = TEA_SHOP_APPS.find((known) => known.kind === kind)
  if (!app) throw new Error(`the tea shop has no ${kind}`)
  return app.appId
}
