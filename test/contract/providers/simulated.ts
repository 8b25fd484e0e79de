import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../../sandbox/index.ts'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import type { ProviderSimulator } from '../../../sandbox/simulator.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../server/providers/provider.ts'
import { createProviders, providerAccountSchema } from '../../../server/providers/registry.ts'
import type { Scene } from '../../../shared/payment-status.ts'

/** One adapter against its simulator: what both need to be told, and what to expect of the pair. */
export interface Pairing {
  readonly name: string
  readonly scenes: readonly Scene[]
  /** The currency of the payments in these tests. */
  readonly currency: string
  /** True where notifications carry the facts themselves. */
  readonly notifiesFacts: boolean
  readonly simulator: (sandbox: Sandbox) => ProviderSimulator
  /** The account as it stands in a configuration; the simulator is told where to send. */
  readonly account: (sandbox: Sandbox) => unknown
}

export interface Simulated {
  readonly sandbox: Sandbox
  readonly simulator: ProviderSimulator
  readonly provider: Provider
  /** Notifications so far, as our server would get them. */
  readonly notifications: RawNotification[]
  /** Waits until everything that was sent has arrived. */
  readonly settle: () => Promise<void>
  readonly wish: (fields?: Partial<CreatePaymentInput>) => CreatePaymentInput
}

export const NOTIFY_URL = 'https://shop.example/v1/notifications/account'
const PERSON = 'li-wei'

/** Starts a sandbox on virtual time, and the adapter connected to it over HTTP. */
export async function simulate(pairing: Pairing, seed: string): Promise<Simulated> {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const notifications: RawNotification[] = []
  const transport = (message: NotificationMessage) => {
    notifications.push(received(message, clock.nowMs()))
    return Promise.resolve(200)
  }
  const sandbox = await createSandbox({ seed, clock, transport })
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await sandbox.close()
    clock.close()
  })
  const config = providerAccountSchema.parse(pairing.account(sandbox))
  const [account] = createProviders([config], { http, clock })
  if (!account) throw new Error('no account was made')
  const simulator = pairing.simulator(sandbox)
  return {
    sandbox,
    simulator,
    provider: account.provider,
    notifications,
    settle: () => simulator.notifications.idle(),
    wish: (fields = {}) => aWish(sandbox, pairing, fields),
  }
}

function aWish(
  sandbox: Sandbox,
  { currency, scenes }: Pairing,
  fields: Partial<CreatePaymentInput>,
): CreatePaymentInput {
  const scene = fields.scene ?? scenes[0] ?? 'desktopQr'
  const kind = scene === 'miniProgram' ? 'miniProgram' : 'officialAccount'
  const appId = appIdOf(sandbox, kind)
  const insideWechat = scene === 'miniProgram' || scene === 'officialAccount'
  const openid = sandbox.wechat.people.openid(PERSON, appId)
  return {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001',
    scene,
    amount: { value: 1999, currency },
    payer: insideWechat ? { appId, openid } : null,
    description: 'Longjing, 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: NOTIFY_URL,
    deviceIsMobile: scene === 'mobileWeb',
    paymentCode: null,
    expiresAtMs: sandbox.clock.nowMs() + 3_600_000,
    ...fields,
  }
}

/** The app that the merchant's account is paid in. */
export function appIdOf(sandbox: Sandbox, kind: 'miniProgram' | 'officialAccount'): string {
  const appIds = sandbox.worldline.merchants()[0]?.wechat.appIds
  return (kind === 'miniProgram' ? appIds?.miniProgram : appIds?.javaScriptAPI) ?? ''
}

/** How a payment is named once its number is known, or before. */
export function referenceOf(
  wish: CreatePaymentInput,
  providerPaymentId: string | null = null,
): PaymentReference {
  const { outTradeNo, amount, scene } = wish
  return { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
}

function received(message: NotificationMessage, receivedAtMs: number): RawNotification {
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ])
  return {
    method: 'POST',
    headers: Object.fromEntries(headers),
    query: new URL(message.url).search.slice(1),
    body: Buffer.from(message.body),
    receivedAtMs,
  }
}
