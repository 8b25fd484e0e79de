import {
  demoPayablMerchant,
  demoPproContract,
  demoSaferpayTerminal,
  demoWechatPayMerchant,
  demoWooshpayAccount,
  demoWorldlineMerchant,
} from '../sandbox/demo-accounts.ts'
import type { Sandbox } from '../sandbox/index.ts'
import { TEA_SHOP_APPS } from '../sandbox/wechat/apps.ts'
import type { ProviderAccountInput } from '../server/providers/registry.ts'

const WEBHOOK_KEY = { keyId: 'sandbox-webhook-key', secret: 'sandbox-webhook-secret' } as const
const WOOSHPAY_WEBHOOK_SECRET = 'whsec_sandboxwooshpay'

/** The tea shop's account at each simulated provider, in order of preference. */
export function sandboxAccounts(sandbox: Sandbox): readonly ProviderAccountInput[] {
  const { urls } = sandbox
  return [
    worldlineAccount(urls.worldline),
    wechatPayAccount(sandbox),
    pproAccount(urls.ppro),
    wooshpayAccount(urls.wooshpay),
    payablAccount(urls.payabl),
    saferpayAccount(urls.saferpay),
  ]
}

/** Tells the simulated providers where this toolkit wants its webhooks. */
export function connectWebhooks(sandbox: Sandbox, publicUrl: string): void {
  const url = (accountId: string) => `${publicUrl}/v1/notifications/${accountId}`
  sandbox.worldline.setWebhooks(demoWorldlineMerchant().merchantId, [
    { url: url('worldline'), ...WEBHOOK_KEY },
  ])
  sandbox.wooshpay.setWebhooks(demoWooshpayAccount().name, [
    { url: url('wooshpay'), secret: WOOSHPAY_WEBHOOK_SECRET },
  ])
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

function wechatPayAccount({ wechatPay }: Sandbox): ProviderAccountInput {
  const { mchId, apiV3Key } = demoWechatPayMerchant()
  const { apiCertificate, publicKeys } = wechatPay.credentials(mchId)
  const { miniProgram = '', officialAccount = '' } = appIds()
  return {
    provider: 'wechatPay',
    accountId: 'wechatPay',
    appIds: appIds(),
    config: {
      endpoint: wechatPay.urls.primary,
      secondaryEndpoint: wechatPay.urls.secondary,
      mchId,
      appId: officialAccount,
      openAppId: miniProgram,
      apiV3Key,
      privateKey: apiCertificate?.privateKeyPem ?? '',
      merchantSerialNo: apiCertificate?.serialNo ?? '',
      publicKeys: Object.fromEntries(publicKeys.map(({ id, publicKeyPem }) => [id, publicKeyPem])),
      platformCertificates: true,
      paymentCode: true,
      store: { id: 'tea-shop' },
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

function wooshpayAccount(endpoint: string): ProviderAccountInput {
  return {
    provider: 'wooshpay',
    accountId: 'wooshpay',
    appIds: appIds(),
    config: {
      endpoint,
      secretKey: demoWooshpayAccount().secretKey,
      webhookSecrets: [WOOSHPAY_WEBHOOK_SECRET],
      miniProgramTerminalType: 'OFFICIAL_ACCOUNT',
      scenes: ['officialAccount', 'desktopQr', 'mobileWeb', 'paymentCode'],
    },
  }
}

function payablAccount(endpoint: string): ProviderAccountInput {
  const { merchantId, secret } = demoPayablMerchant()
  return {
    provider: 'payabl',
    accountId: 'payabl',
    config: {
      endpoint,
      merchantId,
      secret,
      payer: { email: 'payments@shop.example' },
      queryEveryMs: 3_000,
    },
  }
}

function saferpayAccount(endpoint: string): ProviderAccountInput {
  const { customerId, terminalId, username, password, currencies } = demoSaferpayTerminal()
  return {
    provider: 'saferpay',
    accountId: 'saferpay',
    config: {
      endpoint: `${endpoint}/api`,
      customerId,
      terminalId,
      credentials: { username, password },
      notificationSecret: 'sandbox-saferpay-notifications',
      currencies: [...currencies],
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
