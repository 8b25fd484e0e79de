import { onTestFinished } from 'vitest'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import { createWooshpay } from '../../../sandbox/providers/wooshpay/index.ts'
import type { WooshpayBehaviourInput } from '../../../sandbox/providers/wooshpay/options.ts'
import { createRegistry, TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { checkCall } from '../../../sandbox/wechat/pay/checks.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../../server/providers/provider.ts'
import {
  createWooshpayProvider,
  wooshpayConfigSchema,
} from '../../../server/providers/wooshpay/index.ts'
import type { PayParams } from '../../../shared/contract/client-action.ts'
import { wechatWorld } from '../../unit/sandbox/providers/wechat-world.ts'

/** The adapter connected over HTTP to its simulator, both built directly, on virtual time. */

const SEED = 'contract of wooshpay'
const WEBHOOK = { url: 'https://shop.example/v1/notifications/wooshpay', secret: 'whsec_shop' }
export const APP_IDS = {
  officialAccount: appIdOf('officialAccount'),
  miniProgram: appIdOf('miniProgram'),
}

export interface Setting {
  readonly behaviour?: WooshpayBehaviourInput
  readonly config?: Readonly<Record<string, unknown>>
}

export async function wooshpayPair({ behaviour, config }: Setting = {}) {
  const wechat = wechatWorld(SEED)
  const { clock, people } = wechat
  const notifications: RawNotification[] = []
  const transport = (message: NotificationMessage) => {
    notifications.push(received(message, clock.nowMs()))
    return Promise.resolve(200)
  }
  const account = {
    name: 'tea-shop',
    secretKey: 'sk_test_teashop',
    webhooks: [WEBHOOK],
    wechat: { mchId: '1900040000', apiKey: 'key-of-the-account', appIds: APP_IDS },
  }
  const simulator = await createWooshpay({
    ...wechat,
    accounts: [account],
    transport,
    ...(behaviour ? { behaviour } : {}),
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    clock.close()
  })
  const connect = (changes: Readonly<Record<string, unknown>> = {}) =>
    createWooshpayProvider({
      accountId: 'account',
      http,
      clock,
      config: wooshpayConfigSchema.parse({
        endpoint: simulator.url,
        secretKey: account.secretKey,
        webhookSecrets: [WEBHOOK.secret],
        ...config,
        ...changes,
      }),
    })
  return {
    account,
    clock,
    simulator,
    notifications,
    connect,
    provider: connect(),
    settle: () => simulator.notifications.idle(),
    openid: (kind: keyof typeof APP_IDS) => people.openid('li-wei', APP_IDS[kind]),
    cashier: cashierOf(wechat),
  }
}

export type Pair = Awaited<ReturnType<typeof wooshpayPair>>

/** What WeChat's cashier makes of parameters that a page or program of Li Wei's hands to it. */
function cashierOf({ wechat, people, clock }: ReturnType<typeof wechatWorld>) {
  const registry = createRegistry(TEA_SHOP_APPS, [])
  return (surface: keyof typeof APP_IDS, payParams: PayParams) =>
    checkCall(
      { surface, appId: APP_IDS[surface], person: 'li-wei', params: { ...payParams } },
      { book: wechat, registry, people, nowMs: clock.nowMs() },
    )
}

export function aWish({ clock, openid }: Pair, fields: Partial<CreatePaymentInput> = {}) {
  const { scene = 'desktopQr' } = fields
  const kind = scene === 'miniProgram' || scene === 'officialAccount' ? scene : null
  const wish: CreatePaymentInput = {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001',
    scene,
    amount: { value: 1999, currency: 'CNY' },
    payer: kind && { appId: APP_IDS[kind], openid: openid(kind) },
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: WEBHOOK.url,
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: clock.nowMs() + 3_600_000,
    ...fields,
  }
  return wish
}

export async function created(pair: Pair, fields: Partial<CreatePaymentInput> = {}) {
  const wish = aWish(pair, fields)
  const answer = await pair.provider.createPayment(wish)
  const id = answer.fact.providerPaymentId ?? ''
  return { wish, answer, id, ref: referenceOf(wish, id) }
}

export async function paid(pair: Pair, fields: Partial<CreatePaymentInput> = {}) {
  const payment = await created(pair, fields)
  await pair.simulator.pay(payment.id)
  await pair.settle()
  return payment
}

export function referenceOf(
  { outTradeNo, amount, scene }: CreatePaymentInput,
  providerPaymentId: string | null = null,
): PaymentReference {
  return { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
}

/** The one notification whose body holds that word. */
export function notificationWith({ notifications }: Pair, word: string): RawNotification {
  const found = notifications.findLast(({ body }) => Buffer.from(body).includes(word))
  if (!found) throw new Error(`nothing was sent with ${word}`)
  return found
}

export function paymentFacts(pair: Pair, notification: RawNotification): readonly PaymentFact[] {
  const parsed = pair.provider.parseNotification(notification)
  if (parsed.kind !== 'event') throw new Error('not an event')
  return parsed.facts.filter((fact) => fact.kind === 'payment')
}

function received({ url, headers, body }: NotificationMessage, receivedAtMs: number) {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  const notification: RawNotification = {
    method: 'POST',
    headers: Object.fromEntries(lower),
    query: new URL(url).search.slice(1),
    body: Buffer.from(body),
    receivedAtMs,
  }
  return notification
}

function appIdOf(kind: 'miniProgram' | 'officialAccount'): string {
  const app = TEA_SHOP_APPS.find((known) => known.kind === kind)
  if (!app) throw new Error(`the tea shop has no ${kind}`)
  return app.appId
}
