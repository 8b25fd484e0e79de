import { Merchant } from '../../../scripts/demo/merchant.ts'
import { Payer } from '../../../scripts/demo/payer.ts'
import { SANDBOX_API_KEY } from '../../../scripts/sandbox-config.ts'
import { type Stack, type StackOptions, startStack } from '../../../scripts/stack.ts'
import type { HttpApp } from '../../../server/http/app.ts'
import { createSessions, type SessionHolder } from '../../../server/identity/sessions.ts'
import type { CreatedOrder } from '../../../shared/contract/orders.ts'
import { appIdOf } from '../../contract/providers/simulated.ts'

/** One path with one method, as a router has it. */
export interface Route {
  readonly method: string
  /** `/v1/payments/:paymentId` */
  readonly path: string
}

export interface Surface {
  readonly stack: Stack
  readonly merchant: Merchant
  /** The toolkit itself, with no front door before it. */
  readonly port: number
  readonly routes: readonly Route[]
  /** Li Wei's, who has begun to pay it in a Mini Program. */
  readonly order: CreatedOrder
  readonly paymentId: string
  /** Li Wei's session as a token, and a desktop's as a cookie. */
  readonly token: string
  readonly cookie: string
}

export const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * What a fuzzed server is configured with beside the sandbox's own: everything that would hold the
 * strangers off before they reach what is tested belongs here.
 */
const CONFIG = { logLevel: 'silent' } as const

/** The real server on loopback, with a little in its books, that strangers may knock at. */
export async function openSurface(options: StackOptions = {}): Promise<Surface> {
  const stack = await startStack({ ...options, config: { ...CONFIG, ...options.config } })
  const port = Number(new URL(await stack.toolkit.listen()).port)
  const merchant = new Merchant(stack.url, SANDBOX_API_KEY)
  const order = await merchant.order('tea-fuzz', { value: 1999, currency: 'CNY' })
  const appId = appIdOf('miniProgram')
  const openid = stack.sandbox.wechat.people.openid('li-wei', appId)
  const token = await sessionOf(stack, { payer: { appId, openid }, orderRef: null })
  const payer = new Payer(stack.url, stack.sandbox)
  payer.frontEnd.useToken(token)
  const { paymentId } = await payer.frontEnd.pay(order.orderRef, {
    scene: 'miniProgram',
    accountId: 'wechatPay',
    key: 'pay-tea-fuzz',
    checkoutToken: order.checkoutToken,
  })
  const cookie = await cookieOf(order.checkoutUrl)
  return {
    stack,
    merchant,
    port,
    routes: routesOf(stack.toolkit.app),
    order,
    paymentId,
    token,
    cookie,
  }
}

/** A session as a login would open it. */
export async function sessionOf(
  { toolkit, clock }: Stack,
  holder: SessionHolder,
  lifetimeMs = DAY_MS,
): Promise<string> {
  const { store, ids } = toolkit.deps
  const lifetimes = { payerMs: lifetimeMs, checkoutMs: lifetimeMs }
  return (await createSessions({ store, ids, clock, lifetimes }).open(holder)).token
}

/** What the browser of whoever opens the merchant's link keeps. */
export async function cookieOf(checkoutUrl: string): Promise<string> {
  const { headers } = await fetch(checkoutUrl, { redirect: 'manual' })
  return headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .join('; ')
}

/** Every route of every router in the app: a new one is attacked without being named anywhere. */
export function routesOf(app: HttpApp): readonly Route[] {
  return app.middleware.flatMap((stage) => {
    const stack: unknown = Reflect.get(Object(Reflect.get(stage, 'router')), 'stack')
    if (!Array.isArray(stack)) return []
    return stack.flatMap((layer: unknown) => {
      const methods: unknown = Reflect.get(Object(layer), 'methods')
      const path = String(Reflect.get(Object(layer), 'path'))
      if (!Array.isArray(methods)) return []
      return methods
        .map(String)
        .filter((name) => name !== 'HEAD')
        .map((method) => ({ method, path }))
    })
  })
}

/** The path with these values in the places of its parameters, as they are. */
export function filled(path: string, nameOf: (name: string) => string): string {
  return path.replaceAll(/:(\w+)/g, (_, name: string) => nameOf(name))
}
