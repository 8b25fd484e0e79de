import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { RETRY_GAPS_MS } from '../../server/usecases/webhook-schedule.ts'
import {
  eventsSchema,
  replayedEventsSchema,
  type WebhookDeliveryView,
  webhookDeliveriesSchema,
  webhookEndpointSchema,
  webhookEndpointWithSecretSchema,
} from '../../shared/contract/webhooks.ts'
import { verified, WebhookReceiver } from '../support/webhook-receiver.ts'

/**
 * Goal: the merchant hears of everything, believes it by an independent library, and nobody who is
 * away or odd makes anything get lost. Method: the whole line on virtual time, and a receiver over
 * real HTTP that answers as each test says.
 */

const HOUR_MS = 60 * 60 * 1_000

let stack: Stack
let receiver: WebhookReceiver
let receiverUrl: string
let calls = 0
let payments = 0

beforeEach(async () => {
  stack = await startStack({ accounts: ['worldline'], config: { logLevel: 'silent' } })
  receiver = new WebhookReceiver(stack.clock)
  receiverUrl = await receiver.open()
})
afterEach(async () => {
  await stack.close()
  await receiver.close()
})

async function api(method: string, path: string, body?: object): Promise<unknown> {
  calls += 1
  const response = await fetch(`${stack.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `webhook-flow-${calls}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return response.status === 204 ? null : await response.json()
}

const anEndpoint = async (fields: object = {}) =>
  webhookEndpointWithSecretSchema.parse(
    await api('POST', 'webhookEndpoints', { url: receiverUrl, ...fields }),
  )

const endpointNow = async (endpointId: string) =>
  webhookEndpointSchema.parse(await api('GET', `webhookEndpoints/${endpointId}`))

async function deliveries(endpointId: string): Promise<readonly WebhookDeliveryView[]> {
  const page = await api('GET', `webhookDeliveries?endpointId=${endpointId}&limit=200`)
  return webhookDeliveriesSchema.parse(page).data
}

async function aPayment(): Promise<string> {
  payments += 1
  const wish = { provider: 'worldline', scene: 'miniProgram', path: 'notified' } as const
  expect(await play(stack, wish, payments)).toMatchObject({ verdict: 'paid' })
  return `demo-${payments}`
}

async function later(ms: number): Promise<void> {
  await stack.clock.advance(ms)
  await stack.toolkit.workers.idle()
}

/** One failed attempt after the other; `ms` more than each gap leaves room for the jitter. */
async function throughTheTimetable(gaps: readonly number[]): Promise<void> {
  for (const gapMs of gaps) await later(gapMs + Math.min(gapMs * 0.1, 300_000) + 1_000)
}

const bodiesOf = (secret: string) => receiver.received.map((each) => verified(each, secret))

describe('a merchant who listens', () => {
  test('hears of each change once, with the objects as they stand, in rising numbers', async () => {
    const { secret } = await anEndpoint()
    const orderRef = await aPayment()
    const bodies = bodiesOf(secret).toSorted((a, b) => Number(a.data.seq) - Number(b.data.seq))
    expect(bodies.map(({ type }) => type)).toEqual([
      'order.created',
      'payment.created',
      'payment.pending',
      'payment.paid',
      'order.paid',
    ])
    expect(new Set(bodies.map(({ data }) => data.seq)).size).toBe(5)
    expect(bodies[3]?.data).toMatchObject({
      orderRef,
      order: { status: 'paid', amount: { value: 1999, currency: 'CNY' } },
      payment: { status: 'paid', accountId: 'worldline' },
      refund: null,
    })
    expect(bodies[0]?.data).toMatchObject({ order: { status: 'open' }, payment: null })
    const [first] = receiver.received
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json' })
    const log = eventsSchema.parse(await api('GET', 'events'))
    expect(log.data.map(({ webhookId: _, ...body }) => body)).toEqual(bodies)
    expect(log.data.map(({ webhookId }) => webhookId).toSorted()).toEqual(
      receiver.received.map(({ headers }) => headers['webhook-id']).toSorted(),
    )
  })

  test('hears only of what it asked for', async () => {
    const { secret } = await anEndpoint({ events: ['payment.paid'] })
    await aPayment()
    expect(bodiesOf(secret).map(({ type }) => type)).toEqual(['payment.paid'])
  })

  test('finds the body changed, or signed with another secret, not to be believed', async () => {
    const { secret } = await anEndpoint({ events: ['payment.paid'] })
    await aPayment()
    const [webhook] = receiver.received
    if (!webhook) throw new Error('nothing came')
    const changed = { ...webhook, body: webhook.body.replace('1999', '1') }
    expect(changed.body).not.toBe(webhook.body)
    expect(() => verified(changed, secret)).toThrow('No matching signature')
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    expect(() => verified(webhook, other)).toThrow('No matching signature')
  })

  test('that was away for a day hears of everything, with the same bytes as at first', async () => {
    const { endpointId, secret } = await anEndpoint({ events: ['payment.paid'] })
    receiver.answer = { status: 503 }
    await aPayment()
    await throughTheTimetable(RETRY_GAPS_MS.slice(0, 6))
    const failed = [...receiver.received]
    expect(failed).toHaveLength(7)
    receiver.answer = { status: 200 }
    await throughTheTimetable(RETRY_GAPS_MS.slice(6, 7))
    expect(bodiesOf(secret).at(-1)).toMatchObject({ type: 'payment.paid' })
    const all = receiver.received
    expect(new Set(all.map(({ body }) => body)).size).toBe(1)
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(all.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8)
    expect(await deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 8 }])
    await later(HOUR_MS)
    expect(receiver.received).toHaveLength(8)
  }, 120_000)
})

describe('answers that are no success', () => {
  test('410 switches the endpoint off; what waits goes out once it is on again', async () => {
    const { endpointId, secret } = await anEndpoint({ events: ['payment.paid', 'order.paid'] })
    receiver.answer = { status: 410 }
    await aPayment()
    expect(await endpointNow(endpointId)).toMatchObject({ enabled: false, disabledReason: 'gone' })
    const sent = receiver.received.length
    await later(HOUR_MS)
    expect(receiver.received).toHaveLength(sent)
    expect((await deliveries(endpointId)).map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    receiver.answer = { status: 204 }
    receiver.received.length = 0
    await api('PATCH', `webhookEndpoints/${endpointId}`, { enabled: true })
    await stack.toolkit.workers.idle()
    expect(
      bodiesOf(secret)
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(['order.paid', 'payment.paid'])
  })

  test('a redirect is a failure, and nobody follows it', async () => {
    const { endpointId } = await anEndpoint({ events: ['payment.paid'] })
    receiver.answer = { status: 307, headers: { location: `${receiverUrl}/elsewhere` } }
    await aPayment()
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hooks'])
    expect(await deliveries(endpointId)).toMatchObject([
      { state: 'waiting', lastStatus: 307, lastReason: expect.stringContaining('redirects') },
    ])
  })

  test('Retry-After is kept where it asks for more than the timetable', async () => {
    const { endpointId } = await anEndpoint({ events: ['payment.paid'] })
    receiver.answer = { status: 429, headers: { 'retry-after': '600' } }
    await aPayment()
    receiver.answer = { status: 204 }
    await later(590_000)
    expect(receiver.received).toHaveLength(1)
    await later(11_000)
    expect(await deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  test('after the last attempt it lies dead and visible, until somebody sends it again', async () => {
    const { endpointId, secret } = await anEndpoint({ events: ['payment.paid'] })
    receiver.answer = { status: 500, body: 'x'.repeat(200_000) }
    await aPayment()
    await throughTheTimetable(RETRY_GAPS_MS)
    const [dead] = await deliveries(endpointId)
    expect(dead).toMatchObject({ state: 'dead', attempts: 10, lastStatus: 500, dueAt: null })
    await later(HOUR_MS)
    expect(receiver.received).toHaveLength(10)
    receiver.answer = { status: 204 }
    await api('POST', `webhookDeliveries/${dead?.deliveryId}/replay`)
    await stack.toolkit.workers.idle()
    expect(await deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 11 }])
    expect(bodiesOf(secret).at(-1)).toMatchObject({ type: 'payment.paid' })
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1)
  }, 120_000)
})

describe('the merchant’s hand', () => {
  test('rotation: both secrets verify during the overlap, then only the new one', async () => {
    const { endpointId, secret: old } = await anEndpoint({ events: ['payment.paid'] })
    const rotated = webhookEndpointWithSecretSchema.parse(
      await api('POST', `webhookEndpoints/${endpointId}/rotateSecret`, { overlapMs: 3_600_000 }),
    )
    expect(rotated.secret).not.toBe(old)
    await aPayment()
    const [during] = receiver.received
    if (!during) throw new Error('nothing came')
    for (const secret of [old, rotated.secret]) verified(during, secret)
    await later(3_600_000)
    await aPayment()
    const after = receiver.received.at(-1)
    if (!after) throw new Error('nothing came')
    verified(after, rotated.secret)
    expect(() => verified(after, old)).toThrow('No matching signature')
  })

  test('a test goes the way of all webhooks', async () => {
    const { endpointId, secret } = await anEndpoint({ events: ['refund.failed'] })
    await api('POST', `webhookEndpoints/${endpointId}/test`)
    await stack.toolkit.workers.idle()
    expect(bodiesOf(secret)).toMatchObject([{ type: 'webhook.test', data: { order: null } }])
  })

  test('a new endpoint can be told what happened before, under the names of then', async () => {
    const early = await anEndpoint()
    await aPayment()
    const told = receiver.received.map(({ headers, body }) => [headers['webhook-id'], body])
    receiver.received.length = 0
    await api('DELETE', `webhookEndpoints/${early.endpointId}`)
    const late = await anEndpoint()
    const replay = { sinceSeq: 1 }
    const answer = await api('POST', `webhookEndpoints/${late.endpointId}/replay`, replay)
    expect(replayedEventsSchema.parse(answer)).toEqual({ queued: 5, nextSeq: null })
    await stack.toolkit.workers.idle()
    const again = receiver.received.map(({ headers, body }) => [headers['webhook-id'], body])
    expect(again.toSorted()).toEqual(told.toSorted())
    for (const { type } of bodiesOf(late.secret)) expect(type).not.toBe('webhook.test')
  })

  test('nothing reaches an endpoint that was deleted', async () => {
    const { endpointId } = await anEndpoint()
    await api('DELETE', `webhookEndpoints/${endpointId}`)
    await aPayment()
    expect(receiver.received).toEqual([])
    expect(await api('GET', `webhookEndpoints/${endpointId}`)).toMatchObject({
      code: 'webhookEndpointNotFound',
    })
  })
})

test('a server that stops in the middle of an attempt has lost nothing when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-webhooks-'))
  const path = join(folder, 'toolkit.db')
  const start = () =>
    startStack({
      accounts: ['worldline'],
      database: { kind: 'sqlite', path },
      config: { logLevel: 'silent' },
    })
  await stack.close()
  stack = await start()
  const { endpointId, secret } = await anEndpoint({ events: ['order.created'] })
  receiver.answer = null
  const order = { orderRef: 'tea-1', amount: { value: 1999, currency: 'CNY' }, description: 'tea' }
  await api('POST', 'orders', order)
  while (receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await stack.close()
  receiver.answer = { status: 200 }
  stack = await start()
  await later(60_000)
  expect(bodiesOf(secret).map(({ type }) => type)).toEqual(['order.created', 'order.created'])
  const [first, second] = receiver.received
  expect([second?.body, second?.headers['webhook-id']]).toEqual([
    first?.body,
    first?.headers['webhook-id'],
  ])
  expect(await deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 2 }])
  // The shop of an earlier run stands at another port by now, and still hears.
  expect(stack.shop.webhooks().map(({ orderRef }) => orderRef)).not.toContain('tea-2')
  await api('POST', 'orders', { ...order, orderRef: 'tea-2' })
  await stack.toolkit.workers.idle()
  expect(stack.shop.webhooks()[0]).toMatchObject({ type: 'order.created', orderRef: 'tea-2' })
  await stack.close()
  rmSync(folder, { recursive: true, force: true })
})
