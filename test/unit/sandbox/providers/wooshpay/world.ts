import { onTestFinished } from 'vitest'
import { z } from 'zod'
import {
  createWooshpay,
  type WooshpayAccount,
} from '../../../../../sandbox/providers/wooshpay/index.ts'
import type { WooshpayBehaviourInput } from '../../../../../sandbox/providers/wooshpay/options.ts'
import { TEA_SHOP_APPS } from '../../../../../sandbox/wechat/apps.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

export const SECRET_KEY = 'sk_test_teashop'
export const WEBHOOK_SECRET = 'whsec_teashop'

const appIdOf = (kind: string) => TEA_SHOP_APPS.find((app) => app.kind === kind)?.appId ?? ''
export const APP_IDS = {
  officialAccount: appIdOf('officialAccount'),
  miniProgram: appIdOf('miniProgram'),
}

export const ACCOUNT: WooshpayAccount = {
  name: 'tea-shop',
  secretKey: SECRET_KEY,
  webhooks: [],
  wechat: { mchId: '1900040000', apiKey: 'sandboxwooshpaywechatkey00000000', appIds: APP_IDS },
}

/** The simulator with one account, a listening webhook endpoint, and a client of its own. */
export async function wooshpayWorld(behaviour: WooshpayBehaviourInput = {}) {
  const wechat = wechatWorld('wooshpay')
  const sink = await startSink()
  const account = { ...ACCOUNT, webhooks: [{ url: sink.url, secret: WEBHOOK_SECRET }] }
  const simulator = await createWooshpay({ ...wechat, accounts: [account], behaviour })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const openid = (kind: keyof typeof APP_IDS) => wechat.people.openid('li-wei', APP_IDS[kind])
  const events = () => sink.bodies().map((body) => eventSchema.parse(JSON.parse(body)))
  return { ...wechat, simulator, sink, openid, events, call: client(simulator.url) }
}

export type WooshpayWorld = Awaited<ReturnType<typeof wooshpayWorld>>

export interface CallOptions {
  readonly method?: string
  /** An object travels as JSON, a text as it is. */
  readonly body?: unknown
  readonly key?: string
  /** What stands before the base64 is made of it: user, colon, password. */
  readonly user?: string
}

function client(url: string) {
  return async (path: string, { method, body, key, user }: CallOptions = {}) => {
    const basic = Buffer.from(user ?? `${SECRET_KEY}:`).toString('base64')
    const response = await fetch(`${url}/v1${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        Authorization: `Basic ${basic}`,
        'Content-Type': 'application/json',
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const json: unknown = JSON.parse(await response.text())
    return { status: response.status, headers: response.headers, json }
  }
}

export const intentSchema = z.looseObject({
  id: z.string(),
  object: z.literal('payment_intent'),
  created: z.number(),
  livemode: z.boolean(),
  amount: z.number(),
  currency: z.string(),
  status: z.string(),
  next_action: z.looseObject({}).optional(),
})

export const refundSchema = z.looseObject({
  id: z.string(),
  object: z.literal('refund'),
  status: z.string(),
  amount: z.number(),
})

const eventSchema = z.looseObject({
  id: z.string().startsWith('evt_'),
  object: z.literal('event'),
  created: z.number(),
  livemode: z.boolean(),
  pending_webhooks: z.number(),
  type: z.string(),
  data: z.object({ object: z.looseObject({ id: z.string(), status: z.string() }) }),
})

interface Wish {
  readonly terminal?: string
  readonly options?: Record<string, unknown>
  readonly data?: Record<string, unknown>
  readonly fields?: Record<string, unknown>
}

/** A create request as the WeChat Pay page shows it. */
export function createBody({ terminal = 'WEB', options, data, fields }: Wish = {}) {
  return {
    amount: 1999,
    currency: 'CNY',
    confirm: true,
    merchant_order_id: 'order-1001',
    description: 'Tea',
    payment_method_data: { type: 'wechat_pay', ...data },
    payment_method_options: {
      wechat_pay: { terminal_type: terminal, client_ip: '203.0.113.7', ...options },
    },
    return_url: 'http://127.0.0.1:3000/return',
    ...fields,
  }
}

export const SCANNED = { wechat_pay: { payment_code: '134567890123456789' } }

/** A payment that waits for Li Wei. */
export async function created(world: WooshpayWorld, wish: Wish = {}) {
  const answer = await world.call('/payment_intents', { body: createBody(wish) })
  return intentSchema.parse(answer.json)
}

export async function paid(world: WooshpayWorld) {
  const { id } = await created(world)
  await world.simulator.pay(id)
  await world.simulator.notifications.idle()
  return id
}

export async function intent(world: WooshpayWorld, id: string) {
  return intentSchema.parse((await world.call(`/payment_intents/${id}`)).json)
}
