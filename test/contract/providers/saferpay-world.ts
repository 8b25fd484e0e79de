import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import { createSandbox } from '../../../sandbox/index.ts'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import { createSaferpay, type SaferpayTerminal } from '../../../sandbox/providers/saferpay/index.ts'
import type { SaferpayBehaviourInput } from '../../../sandbox/providers/saferpay/options.ts'
import { createRandom } from '../../../sandbox/random.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../../server/providers/provider.ts'
import {
  createSaferpayProvider,
  saferpayConfigSchema,
} from '../../../server/providers/saferpay/index.ts'
import { appIdOf } from './simulated.ts'

/** The adapter of Saferpay against its simulator, on virtual time and over real HTTP. */

const SEED = 'contract of saferpay'
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

export interface Start {
  readonly behaviour?: SaferpayBehaviourInput
  readonly config?: Readonly<Record<string, unknown>>
  readonly terminal?: Partial<SaferpayTerminal>
}

export async function start({ behaviour = {}, config = {}, terminal = {} }: Start = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const sandbox = await createSandbox({ seed: SEED, clock })
  const notifications: RawNotification[] = []
  const own: SaferpayTerminal = {
    customerId: '245294',
    terminalId: '17925578',
    username: 'API_245294_1',
    password: 'sandbox-saferpay-password',
    currencies: ['CHF', 'EUR'],
    wechat: {
      mchId: '1900040000',
      appId: appIdOf(sandbox, 'officialAccount'),
      apiKey: 'sandboxsaferpaywechatkey00000000',
    },
  }
  const simulator = await createSaferpay({
    clock,
    random: createRandom(SEED),
    wechat: sandbox.wechat.platform,
    walletPay: (prepayId, person) => void sandbox.wechat.payAs(prepayId, person),
    terminals: [{ ...own, ...terminal }],
    behaviour,
    transport: (message) => {
      notifications.push(received(message, clock.nowMs()))
      return Promise.resolve(200)
    },
  })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await simulator.close()
    await sandbox.close()
    clock.close()
  })
  const { username, password } = own
  const provider = createSaferpayProvider({
    accountId: 'account',
    http,
    clock,
    config: saferpayConfigSchema.parse({
      endpoint: `${simulator.url}/api`,
      customerId: own.customerId,
      terminalId: own.terminalId,
      credentials: { username, password },
      notificationSecret: 'a-secret-of-this-contract',
      ...config,
    }),
  })
  return { clock, simulator, provider, notifications }
}

export type World = Awaited<ReturnType<typeof start>>

export function wish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001',
    scene: 'desktopQr',
    amount: { value: 1999, currency: 'CHF' },
    payer: null,
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/v1/checkout/returns/pay_1',
    notifyUrl: 'https://shop.example/v1/notifications/account',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 12, 15),
    ...fields,
  }
}

/** A payment that waits, named as the store would name it. */
export async function created(world: World, fields: Partial<CreatePaymentInput> = {}) {
  const input = wish(fields)
  const { fact, clientAction, providerState } = await world.provider.createPayment(input)
  const { outTradeNo, amount, scene } = input
  const ref: PaymentReference = {
    outTradeNo,
    amount,
    scene,
    providerState,
    providerPaymentId: fact.providerPaymentId,
  }
  if (clientAction?.kind !== 'redirect') throw new Error('nobody is sent anywhere')
  return { fact, ref, url: clientAction.url, token: providerState['token'] ?? '' }
}

/** A payment that is paid, with the number that the paid fact taught. */
export async function paid(world: World, fields: Partial<CreatePaymentInput> = {}) {
  const { ref, token } = await created(world, fields)
  await world.simulator.pay(token)
  await world.simulator.notifications.idle()
  const fact = await asked(world, ref)
  return { fact, ref: { ...ref, providerPaymentId: fact.providerPaymentId } }
}

/** The answer to a question; throws where there is none. */
export async function asked(world: World, ref: PaymentReference): Promise<PaymentFact> {
  const fact = await world.provider.queryPayment(ref)
  if (!fact) throw new Error('nobody knows the payment')
  return fact
}

/** What the last notification is: the event that the server would store. */
export function lastEvent(world: World) {
  const last = world.notifications.at(-1)
  if (!last) throw new Error('nothing has been sent')
  const parsed = world.provider.parseNotification(last)
  if (parsed.kind !== 'event') throw new Error('no event')
  return parsed
}

function received(message: NotificationMessage, receivedAtMs: number): RawNotification {
  const query = new URL(message.url).search.slice(1)
  return { method: 'GET', headers: {}, query, body: new Uint8Array(), receivedAtMs }
}
