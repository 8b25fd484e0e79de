import { demoWechatPayMerchant } from '../../../sandbox/demo-accounts.ts'
import type {
  WechatPayBehaviourInput,
  WechatPayMerchant,
} from '../../../sandbox/providers/wechat-pay/options.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import { WECHAT_PAY } from './pairings.ts'
import { appIdOf, PUBLIC_URL, simulate } from './simulated.ts'

/** WeChat Pay's account in the shapes that its documents leave open. */

const NOTIFY_URL = `${PUBLIC_URL}/v1/notifications/wechatPay`
export const APP_ID = appIdOf('miniProgram')

export interface Setting {
  readonly behaviour?: WechatPayBehaviourInput
  readonly wechatKeys?: WechatPayMerchant['wechatKeys']
  readonly merchant?: Partial<WechatPayMerchant>
  readonly config?: Readonly<Record<string, unknown>>
}

export async function wechatPayPair(setting: Setting = {}) {
  const { behaviour = {}, wechatKeys = 'both', merchant, config } = setting
  const account = { ...demoWechatPayMerchant(), wechatKeys, ...merchant }
  const world = await simulate({
    ...WECHAT_PAY,
    sandbox: { wechatPay: { merchants: [account], behaviour } },
    changes: () => ({
      ...WECHAT_PAY.changes(),
      appId: APP_ID,
      platformCertificates: wechatKeys !== 'publicKey',
      ...config,
    }),
  })
  return { ...world, simulator: world.sandbox.wechatPay }
}

export type Pair = Awaited<ReturnType<typeof wechatPayPair>>

export function aWish({ wish }: Pair, fields: Partial<CreatePaymentInput> = {}) {
  return wish({ notifyUrl: NOTIFY_URL, ...fields })
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
