import { onTestFinished } from 'vitest'
import { VirtualClock } from '../../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../../sandbox/index.ts'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import type { ProviderKey, ProviderOptions } from '../../../sandbox/providers/index.ts'
import { newRsaKeyPair } from '../../../sandbox/providers/wechat-pay/keys.ts'
import type { ProviderSimulator } from '../../../sandbox/simulator.ts'
import { TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { connectWebhooks, sandboxAccounts } from '../../../scripts/sandbox-accounts.ts'
import type { ClientAction } from '../../../server/domain/client-action.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import { ProviderError } from '../../../server/providers/errors.ts'
import { createHttpClient } from '../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  ParsedNotification,
  Provider,
  RawNotification,
} from '../../../server/providers/provider.ts'
import {
  createProviders,
  type ProviderAccountInput,
  providerAccountSchema,
} from '../../../server/providers/registry.ts'
import type { Scene } from '../../../shared/payment-status.ts'
import { createLine, type Line } from './line.ts'

/**
 * One account at one provider, and what its documents and its simulator fix beyond the capabilities
 * that the adapter states of itself.
 */
export interface Pairing {
  readonly name: string
  readonly provider: ProviderAccountInput['provider']
  readonly simulator: ProviderKey
  /** How the provider is set up, where not as in the demo. */
  readonly sandbox?: ProviderOptions
  /** What of the demo's account is configured otherwise; undefined takes a field away. */
  readonly changes?: (sandbox: Sandbox) => Readonly<Record<string, unknown>>
  readonly scenes: readonly Scene[]
  /** The currency of the payments in these tests. */
  readonly currency: string
  /** What the payer does next, where a scene needs something else than usual; null: nothing. */
  readonly actions?: Readonly<Partial<Record<Scene, ClientAction['kind'] | null>>>
  readonly notifications: {
    readonly method: 'GET' | 'POST'
    /** True where they carry the facts themselves; else they are only a reason to ask. */
    readonly carryFacts: boolean
    /** False where anybody can make one up; then it must not be worth more than a question. */
    readonly areSigned: boolean
  }
  readonly ends: {
    /** What is said of a payment whose time is over. */
    readonly unpaid: PaymentFact['status']
    /** What is said of one that the provider has turned down. */
    readonly declined: PaymentFact['status']
  }
  /** Makes the provider say what no document has: of paid payments, of refunds that are done. */
  readonly strange: Readonly<Record<'payment' | 'refund', (world: Simulated) => void>>
  /** Makes answers repeat the sum, where they are not documented to. */
  readonly repeatSum?: (world: Simulated) => void
  /** Makes refunds end without the money reaching the payer. */
  readonly refundsFail: (world: Simulated) => void
}

export interface Simulated {
  readonly pairing: Pairing
  readonly sandbox: Sandbox
  readonly clock: VirtualClock
  readonly simulator: ProviderSimulator
  /** As it stands in a configuration file. */
  readonly account: ProviderAccountInput
  readonly provider: Provider
  readonly line: Line
  /** Notifications so far, as our server would get them, and what it made of them. */
  readonly arrivals: readonly Arrival[]
  /** Waits until everything that was sent has arrived, and what was refused has come again. */
  readonly settle: () => Promise<void>
  readonly wish: (fields?: Partial<CreatePaymentInput>) => CreatePaymentInput
}

export interface Arrival {
  readonly raw: RawNotification
  /** Null where it was refused; then the provider hears 401, and sends it again. */
  readonly event: NotifiedEvent | null
  /** `event`, or the outcome with which it was refused. */
  readonly outcome: string
}
export type NotifiedEvent = ParsedNotification & { readonly kind: 'event' }

export const PUBLIC_URL = 'https://shop.example'
/** The digits of a WeChat payment code, scanned from a payer's phone. */
export const PAYMENT_CODE = '134567890123456789'
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
const PERSON = 'li-wei'

/** Making keys takes longer than any of these tests, so all share a few. */
const KEY_PAIRS = Promise.all(Array.from({ length: 6 }, () => newRsaKeyPair()))

/**
 * Starts a sandbox on virtual time, and the adapter connected to it over HTTP. Notifications are
 * looked at as they arrive, or handed to a server of the test's own, which answers the status.
 */
export async function simulate(
  pairing: Pairing,
  deliver?: (notification: RawNotification) => Promise<number>,
): Promise<Simulated> {
  const clock = new VirtualClock(Date.UTC(2026, 5, 24, 10, 15))
  const arrivals: Arrival[] = []
  let world: Simulated | null = null
  const transport = (message: NotificationMessage) => {
    const raw = received(message, pairing.notifications.method, clock.nowMs())
    if (deliver) return deliver(raw)
    const arrival = world ? examine(world, raw) : null
    if (arrival) arrivals.push(arrival)
    return Promise.resolve(arrival?.event ? 200 : 401)
  }
  const { wechatPay, ...others } = pairing.sandbox ?? {}
  const newKeyPair = keysInTurn(await KEY_PAIRS)
  const providers = { ...others, wechatPay: { newKeyPair, ...wechatPay } }
  const sandbox = await createSandbox({ ...providers, seed: pairing.name, clock, transport })
  const client = createHttpClient({ clock })
  onTestFinished(async () => {
    await client.close()
    await sandbox.close()
    clock.close()
  })
  const line = createLine((request) => {
    const answer = client(request)
    // Also what the adapter asks in the background is answered before time goes on.
    clock.busy(answer)
    return answer
  })
  const account = accountOf(sandbox, pairing)
  const config = providerAccountSchema.parse(account)
  const [made] = createProviders([config], { http: line.http, clock })
  if (!made) throw new Error('no account was made')
  const simulator = sandbox[pairing.simulator]
  connectWebhooks(sandbox, PUBLIC_URL)
  world = {
    pairing,
    sandbox,
    clock,
    simulator,
    account,
    provider: made.provider,
    line,
    arrivals,
    async settle() {
      await simulator.notifications.idle()
      if (simulator.notifications.pending() > 0) await clock.advance(MINUTE_MS)
    },
    wish: (fields = {}) => aWish(sandbox, pairing, { notifyUrl: notifyUrl(account), ...fields }),
  }
  return world
}

/** Looks at a notification as the server does when it arrives. */
export function examine({ provider }: Pick<Simulated, 'provider'>, raw: RawNotification): Arrival {
  try {
    const parsed = provider.parseNotification(raw)
    return { raw, event: parsed.kind === 'event' ? parsed : null, outcome: parsed.kind }
  } catch (error) {
    if (error instanceof ProviderError) return { raw, event: null, outcome: error.outcome }
    throw error
  }
}

/** The demo's account at this provider, with what the pairing changes. */
function accountOf(sandbox: Sandbox, { provider, changes }: Pairing): ProviderAccountInput {
  const demo = sandboxAccounts(sandbox).find((account) => account.provider === provider)
  if (!demo) throw new Error(`the demo has no account at ${provider}`)
  // Whether the changes fit is found out when the account is read.
  Object.assign(demo.config, changes?.(sandbox))
  const appIds = {
    miniProgram: appIdOf('miniProgram'),
    officialAccount: appIdOf('officialAccount'),
  }
  return { ...demo, appIds }
}

function keysInTurn<Pair>(pairs: readonly Pair[]): () => Promise<Pair> {
  let made = 0
  return () => {
    const pair = pairs[made % pairs.length]
    made += 1
    return pair ? Promise.resolve(pair) : Promise.reject(new Error('no keys'))
  }
}

function notifyUrl({ accountId }: ProviderAccountInput): string {
  return `${PUBLIC_URL}/v1/notifications/${accountId}`
}

function aWish(
  sandbox: Sandbox,
  { currency, scenes }: Pairing,
  fields: Partial<CreatePaymentInput>,
): CreatePaymentInput {
  const scene = fields.scene ?? scenes[0] ?? 'desktopQr'
  return {
    orderRef: 'tea-1001',
    outTradeNo: 'p1001abc',
    scene,
    amount: { value: 1999, currency },
    payer: payerIn(sandbox, scene),
    description: '龙井茶 50 g',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: `${PUBLIC_URL}/v1/checkout/returns/pay_1`,
    notifyUrl: `${PUBLIC_URL}/v1/notifications/account`,
    deviceIsMobile: scene === 'mobileWeb',
    paymentCode: scene === 'paymentCode' ? PAYMENT_CODE : null,
    expiresAtMs: sandbox.clock.nowMs() + HOUR_MS,
    ...fields,
  }
}

/** Who stands there: known by name only inside WeChat. */
export function payerIn(sandbox: Sandbox, scene: Scene): CreatePaymentInput['payer'] {
  if (scene !== 'miniProgram' && scene !== 'officialAccount') return null
  const appId = appIdOf(scene)
  return { appId, openid: sandbox.wechat.people.openid(PERSON, appId) }
}

export function appIdOf(wanted: 'miniProgram' | 'officialAccount'): string {
  const app = TEA_SHOP_APPS.find(({ kind }) => kind === wanted)
  if (!app) throw new Error(`the tea shop has no ${wanted}`)
  return app.appId
}

function received(
  message: NotificationMessage,
  method: RawNotification['method'],
  receivedAtMs: number,
): RawNotification {
  const headers = Object.entries(message.headers).map(([name, value]) => [
    name.toLowerCase(),
    value,
  ])
  return {
    method,
    headers: Object.fromEntries(headers),
    query: new URL(message.url).search.slice(1),
    body: Buffer.from(message.body),
    receivedAtMs,
  }
}
