import { demoWooshpayAccount } from '../../../sandbox/demo-accounts.ts'
import type { WooshpayBehaviourInput } from '../../../sandbox/providers/wooshpay/options.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  RawNotification,
} from '../../../server/providers/provider.ts'
import { createProviders, providerAccountSchema } from '../../../server/providers/registry.ts'
import { cashierOf } from './cashier.ts'
import { WOOSHPAY } from './pairings.ts'
import { appIdOf, simulate } from './simulated.ts'

/** WooshPay's account in the shapes that its documents leave open. */

export const APP_IDS = {
  officialAccount: appIdOf('officialAccount'),
  miniProgram: appIdOf('miniProgram'),
}

export interface Setting {
  readonly behaviour?: WooshpayBehaviourInput
  readonly config?: Readonly<Record<string, unknown>>
}

export async function wooshpayPair({ behaviour = {}, config = {} }: Setting = {}) {
  const world = await simulate({
    ...WOOSHPAY,
    sandbox: { wooshpay: { behaviour } },
    changes: () => ({ ...WOOSHPAY.changes(), ...config }),
  })
  const { account, clock, line } = world
  /** The same account, configured otherwise. */
  const connect = (changes: Readonly<Record<string, unknown>>) => {
    const changed = { ...account, config: { ...account.config, ...changes } }
    const accounts = [providerAccountSchema.parse(changed)]
    const [made] = createProviders(accounts, { http: line.http, clock })
    if (!made) throw new Error('no account was made')
    return made.provider
  }
  return {
    ...world,
    simulator: world.sandbox.wooshpay,
    /** Signs the webhooks with another secret from now on. */
    rotate: (secret: string) => {
      const { name } = demoWooshpayAccount()
      const url = world.wish().notifyUrl
      world.sandbox.wooshpay.setWebhooks(name, [{ url, secret }])
    },
    connect,
    cashier: cashierOf(world),
  }
}

export type Pair = Awaited<ReturnType<typeof wooshpayPair>>

export function aWish({ wish }: Pair, fields: Partial<CreatePaymentInput> = {}) {
  return wish({ scene: 'desktopQr', outTradeNo: 'p1001', ...fields })
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
  await pair.simulator.notifications.idle()
  return payment
}

export function referenceOf(
  { outTradeNo, amount, scene }: CreatePaymentInput,
  providerPaymentId: string | null = null,
): PaymentReference {
  return { outTradeNo, providerPaymentId, providerState: {}, amount, scene }
}

/** The last notification whose body holds that word. */
export function notificationWith({ arrivals }: Pair, word: string): RawNotification {
  const found = arrivals.findLast(({ raw }) => Buffer.from(raw.body).includes(word))
  if (!found) throw new Error(`nothing was sent with ${word}`)
  return found.raw
}

export function paymentFacts(pair: Pair, notification: RawNotification): readonly PaymentFact[] {
  const parsed = pair.provider.parseNotification(notification)
  if (parsed.kind !== 'event') throw new Error('not an event')
  return parsed.facts.filter((fact) => fact.kind === 'payment')
}
