import { createHmac } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { demoWorldlineMerchant } from '../../../../../sandbox/demo-accounts.ts'
import {
  createWorldlineConnect,
  type WorldlineMerchant,
} from '../../../../../sandbox/providers/worldline-connect/index.ts'
import type { WorldlineBehaviourInput } from '../../../../../sandbox/providers/worldline-connect/options.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

const WEBHOOK = { keyId: 'key-1', secret: 'webhook secret' }

/** The simulator with one merchant, a listening webhook endpoint, and a signing client of its own. */
export async function worldlineWorld(behaviour: WorldlineBehaviourInput = {}) {
  const wechat = wechatWorld('worldline')
  const sink = await startSink()
  const merchant = { ...demoWorldlineMerchant(), webhooks: [{ url: sink.url, ...WEBHOOK }] }
  const simulator = await createWorldlineConnect({ ...wechat, merchants: [merchant], behaviour })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const callAs = (whom: WorldlineMerchant) =>
    client(simulator.url, () => wechat.clock.nowMs(), whom)
  const call = callAs(merchant)
  const openId = wechat.people.openid('li-wei', merchant.wechat.appIds.miniProgram ?? '')
  const events = () => sink.bodies().map((body) => webhookSchema.parse(JSON.parse(body)))
  return { ...wechat, simulator, merchant, sink, call, callAs, openId, events }
}

export type WorldlineWorld = Awaited<ReturnType<typeof worldlineWorld>>

export interface CallOptions {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly secret?: string
}

/** Signs as the documents say, in its own words: the server is not asked to check its own work. */
function client(url: string, nowMs: () => number, merchant: WorldlineMerchant) {
  return async (path: string, options: CallOptions = {}) => {
    const method = options.method ?? (options.body === undefined ? 'GET' : 'POST')
    const date = options.headers?.['Date'] ?? new Date(nowMs()).toUTCString()
    const gcs = Object.entries(options.headers ?? {}).filter(([name]) => name.startsWith('X-GCS'))
    const lines = gcs.map(([name, value]) => `${name.toLowerCase()}:${value}`).toSorted()
    const target = `/v1/${merchant.merchantId}${path}`
    const text = [method, 'application/json', date, ...lines, decodeURIComponent(target), ''].join(
      '\n',
    )
    const signature = createHmac('sha256', options.secret ?? merchant.secretApiKey)
      .update(text)
      .digest('base64')
    const response = await fetch(url + target, {
      method,
      headers: {
        'Content-Type': 'application/json',
        ...options.headers,
        Date: date,
        Authorization: `GCS v1HMAC:${merchant.apiKeyId}:${signature}`,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const answer = await response.text()
    const json: unknown = answer === '' ? null : JSON.parse(answer)
    return { status: response.status, headers: response.headers, json }
  }
}

export const paymentSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  paymentOutput: z.looseObject({
    amountOfMoney: z.object({ amount: z.number(), currencyCode: z.string() }),
    amountPaid: z.number().optional(),
    amountRefunded: z.number().optional(),
  }),
  statusOutput: z.looseObject({
    isCancellable: z.boolean(),
    isRefundable: z.boolean(),
    statusCategory: z.string(),
  }),
})

export const createdSchema = z.object({
  creationOutput: z.object({ externalReference: z.string() }),
  merchantAction: z.object({
    actionType: z.string(),
    showData: z.array(z.object({ key: z.string(), value: z.string() })).optional(),
    thirdPartyData: z.object({ paymentProduct863: z.record(z.string(), z.string()) }).optional(),
  }),
  payment: paymentSchema,
})

export const refundSchema = z.looseObject({ id: z.string(), status: z.string() })

export const errorsSchema = z.looseObject({
  errorId: z.string(),
  errors: z
    .array(
      z.object({
        category: z.string(),
        code: z.string(),
        httpStatusCode: z.number(),
        id: z.string(),
        message: z.string(),
        propertyName: z.string().optional(),
        requestId: z.string(),
      }),
    )
    .min(1),
})

const webhookSchema = z.looseObject({
  apiVersion: z.literal('v1'),
  id: z.string(),
  created: z.string(),
  merchantId: z.string(),
  type: z.string(),
  payment: paymentSchema.optional(),
  refund: refundSchema.optional(),
})

export function createBody(integrationType: string, openId?: string) {
  return {
    order: {
      amountOfMoney: { amount: 1999, currencyCode: 'USD' },
      customer: { locale: 'zh_CN', billingAddress: { countryCode: 'CN' } },
      references: { merchantReference: 'order-1001', descriptor: 'Tea' },
    },
    fraudFields: { customerIpAddress: '203.0.113.7' },
    redirectPaymentMethodSpecificInput: {
      paymentProductId: 863,
      paymentProduct863SpecificInput: {
        integrationType,
        ...(openId === undefined ? {} : { openId }),
      },
      redirectionData: { returnUrl: 'http://127.0.0.1:3000/return' },
    },
  }
}

/** A Mini Program payment that waits for Li Wei. */
export async function created(world: WorldlineWorld) {
  const answer = await world.call('/payments', { body: createBody('miniProgram', world.openId) })
  return createdSchema.parse(answer.json).payment.id
}

export async function paid(world: WorldlineWorld) {
  const id = await created(world)
  await world.simulator.pay(id)
  await world.simulator.notifications.idle()
  return id
}

export async function payment(world: WorldlineWorld, id: string) {
  return paymentSchema.parse((await world.call(`/payments/${id}`)).json)
}
