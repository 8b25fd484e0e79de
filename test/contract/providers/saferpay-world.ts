import { demoSaferpayTerminal } from '../../../sandbox/demo-accounts.ts'
import type { SaferpayTerminal } from '../../../sandbox/providers/saferpay/index.ts'
import type { SaferpayBehaviourInput } from '../../../sandbox/providers/saferpay/options.ts'
import type { PaymentFact } from '../../../server/domain/fact.ts'
import type { CreatePaymentInput, PaymentReference } from '../../../server/providers/provider.ts'
import { SAFERPAY } from './pairings.ts'
import { simulate } from './simulated.ts'

/** Saferpay's account in the shapes that its documents leave open. */

export { HOUR_MS, MINUTE_MS } from './simulated.ts'

export interface Start {
  readonly behaviour?: SaferpayBehaviourInput
  readonly config?: Readonly<Record<string, unknown>>
  readonly terminal?: Partial<SaferpayTerminal>
}

export async function start({ behaviour = {}, config = {}, terminal = {} }: Start = {}) {
  const terminals = [{ ...demoSaferpayTerminal(), currencies: ['CHF', 'EUR'], ...terminal }]
  const { password } = demoSaferpayTerminal()
  const world = await simulate({
    ...SAFERPAY,
    sandbox: { saferpay: { terminals, behaviour } },
    changes: () => ({ credentials: { username: 'API_245294_1', password }, ...config }),
  })
  return { ...world, simulator: world.sandbox.saferpay }
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
export function lastEvent({ arrivals }: World) {
  const event = arrivals.at(-1)?.event
  if (!event) throw new Error('no event')
  return event
}
