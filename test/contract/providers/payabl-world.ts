import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import {
  createPayabl,
  type PayablBehaviourInput,
  type PayablMerchant,
} from '../../../sandbox/providers/payabl/index.ts'
import { createRandom } from '../../../sandbox/random.ts'
import { createRegistry, TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { createPrepayBook } from '../../../sandbox/wechat/pay/book.ts'
import { createPeople, PERSONAS } from '../../../sandbox/wechat/people.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import { createPayablProvider, payablConfigSchema } from '../../../server/providers/payabl/index.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../../server/providers/provider.ts'

/** payabl.'s adapter over real HTTP against its simulator, both on virtual time. */

const SEED = 'contract of payabl'
const NOTIFY_URL = 'https://shop.example/v1/notifications/payabl'

const MERCHANT: PayablMerchant = {
  merchantId: 'gateway_test',
  secret: 'a-secret-of-the-contract',
  wechat: {
    mchId: '1900040000',
    appId: TEA_SHOP_APPS.find(({ kind }) => kind === 'officialAccount')?.appId ?? '',
    apiKey: 'sandboxpayablwechatkey0000000000',
  },
}

export interface Setting {
  readonly behaviour?: PayablBehaviourInput
  readonly config?: Record<string, unknown>
}

export async function payablPair({ behaviour = {}, config = {} }: Setting = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const random = createRandom(SEED)
  const notifications: RawNotification[] = []
  const registry = createRegistry(TEA_SHOP_APPS, [])
  const people = createPeople(PERSONAS, registry)
  const origin = () => 'http://wechat.test'
  const wechat = createPrepayBook({ clock, random, registry, people, origin })
  const simulator = await createPayabl({
    clock,
    random,
    wechat,
    walletPay: (prepayId, person) => void wechat.payAs(prepayId, person),
    merchants: [MERCHANT],
    behaviour,
    transport(message) {
      notifications.push(received(message, clock.nowMs()))
      return Promise.resolve(200)
    },
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    clock.close()
  })
  const provider = createPayablProvider({
    accountId: 'payabl',
    clock,
    http,
    config: payablConfigSchema.parse({
      endpoint: simulator.url,
      merchantId: MERCHANT.merchantId,
      secret: MERCHANT.secret,
      payer: { email: 'payments@shop.example' },
      ...config,
    }),
  })
  const wish = (fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput => ({
    orderRef: 'tea-1001',
    outTradeNo: 'p1001',
    scene: 'desktopQr',
    amount: { value: 1999, currency: 'EUR' },
    payer: null,
    description: '龙井茶 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: NOTIFY_URL,
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: clock.nowMs() + 3_600_000,
    ...fields,
  })
  return { clock, simulator, provider, notifications, wish }
}

export type PayablPair = Awaited<ReturnType<typeof payablPair>>

/** A new payment, as our side names it from then on. */
export async function created(pair: PayablPair, wish = pair.wish()) {
  const answer = await pair.provider.createPayment(wish)
  const ref = reference(wish, answer.fact.providerPaymentId)
  return {
    answer,
    ref: { ...ref, providerState: answer.providerState },
    id: answer.fact.providerPaymentId ?? '',
  }
}

export async function paid(pair: PayablPair, wish = pair.wish()) {
  const payment = await created(pair, wish)
  await pair.simulator.pay(payment.id)
  await pair.simulator.notifications.idle()
  return payment
}

/** How a payment is named whose answer was lost, or whose number is known. */
export function reference(
  { outTradeNo, amount, scene }: CreatePaymentInput,
  providerPaymentId: string | null = null,
): PaymentReference {
  return { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
}

function received(message: NotificationMessage, receivedAtMs: number): RawNotification {
  const { search } = new URL(message.url)
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ])
  return {
    method: 'POST',
    headers: Object.fromEntries(headers),
    query: search.slice(1),
    body: Buffer.from(message.body),
    receivedAtMs,
  }
}
