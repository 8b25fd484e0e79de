import { onTestFinished } from 'vitest'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import { createWechatPay } from '../../../sandbox/providers/wechat-pay/index.ts'
import type {
  WechatPayBehaviourInput,
  WechatPayMerchant,
} from '../../../sandbox/providers/wechat-pay/options.ts'
import { TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../../server/providers/provider.ts'
import {
  createWechatPayProvider,
  wechatPayConfigSchema,
} from '../../../server/providers/wechat-pay/index.ts'
import { wechatWorld } from '../../unit/sandbox/providers/wechat-world.ts'

/** The adapter connected over HTTP to its simulator, both built directly, on virtual time. */

export const APP_ID = TEA_SHOP_APPS[0]?.appId ?? ''
const API_V3_KEY = 'a-sandbox-merchants-v3-key-32-by'
const NOTIFY_URL = 'https://shop.example/v1/notifications/account'

export interface Setting {
  readonly behaviour?: WechatPayBehaviourInput
  readonly wechatKeys?: WechatPayMerchant['wechatKeys']
  readonly merchant?: Partial<WechatPayMerchant>
  readonly config?: Readonly<Record<string, unknown>>
}

export async function wechatPayPair(setting: Setting = {}) {
  const { behaviour, wechatKeys = 'both', merchant, config } = setting
  const wechat = wechatWorld('contract of wechat-pay')
  const { clock, people } = wechat
  const notifications: RawNotification[] = []
  const transport = (message: NotificationMessage) => {
    notifications.push(received(message, clock.nowMs()))
    return Promise.resolve(200)
  }
  const mchId = '1900000001'
  const account: WechatPayMerchant = {
    mchId,
    apiV3Key: API_V3_KEY,
    appIds: [APP_ID],
    region: 'mainland',
    wechatKeys,
    ...merchant,
  }
  const simulator = await createWechatPay({
    ...wechat,
    merchants: [account],
    transport,
    ...(behaviour ? { behaviour } : {}),
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    clock.close()
  })
  const { apiCertificate, publicKeys } = simulator.credentials(mchId)
  const isGlobal = account.region === 'global'
  const provider = createWechatPayProvider({
    accountId: 'account',
    http,
    clock,
    config: wechatPayConfigSchema.parse({
      region: account.region,
      endpoint: isGlobal ? simulator.urls.global : simulator.urls.primary,
      ...(isGlobal ? {} : { secondaryEndpoint: simulator.urls.secondary }),
      mchId,
      appId: APP_ID,
      openAppId: APP_ID,
      privateKey: apiCertificate?.privateKeyPem,
      merchantSerialNo: apiCertificate?.serialNo,
      apiV3Key: API_V3_KEY,
      publicKeys: Object.fromEntries(publicKeys.map(({ id, publicKeyPem }) => [id, publicKeyPem])),
      platformCertificates: wechatKeys !== 'publicKey',
      ...config,
    }),
  })
  return {
    clock,
    simulator,
    notifications,
    provider,
    settle: () => simulator.notifications.idle(),
    openid: people.openid('li-wei', APP_ID),
  }
}

export type Pair = Awaited<ReturnType<typeof wechatPayPair>>

export function aWish(pair: Pair, fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  const { scene = 'miniProgram' } = fields
  const inside = scene === 'miniProgram' || scene === 'officialAccount'
  return {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001abc',
    scene,
    amount: { value: 1999, currency: 'CNY' },
    payer: inside ? { appId: APP_ID, openid: pair.openid } : null,
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: NOTIFY_URL,
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: pair.clock.nowMs() + 3_600_000,
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'p1001abc',
    providerPaymentId: null,
    providerState: { appId: APP_ID, notifyUrl: NOTIFY_URL },
    amount: { value: 1999, currency: 'CNY' },
    scene: 'miniProgram',
    ...fields,
  }
}

function received(message: NotificationMessage, receivedAtMs: number): RawNotification {
  const { headers, body } = message
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return {
    method: 'POST',
    headers: Object.fromEntries(lower),
    query: '',
    body: Buffer.from(body),
    receivedAtMs,
  }
}
