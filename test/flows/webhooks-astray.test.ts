import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { RETRY_GAPS_MS } from '../../server/usecases/webhook-schedule.ts'
import { webhookLine } from '../support/webhook-line.ts'

/**
 * Goal: nobody who is away or odd makes anything get lost. Method: the whole line on virtual time, and
 * a receiver over real HTTP that answers as each test says.
 */

const line = webhookLine()

const HOUR_MS = 60 * 60 * 1_000

describe('a merchant who listens', () => {
  test('that was away for a day hears of everything, with the same bytes as at first', async () => {
    const { endpointId, secret } = await line.endpoint({ events: ['payment.paid'] })
    line.receiver.answer = { status: 503 }
    await line.payment()
    await line.through(RETRY_GAPS_MS.slice(0, 6))
    const failed = [...line.receiver.received]
    expect(failed).toHaveLength(7)
    line.receiver.answer = { status: 200 }
    await line.through(RETRY_GAPS_MS.slice(6, 7))
    expect(line.bodies(secret).at(-1)).toMatchObject({ type: 'payment.paid' })
    const all = line.receiver.received
    expect(new Set(all.map(({ body }) => body)).size).toBe(1)
    expect(new Set(all.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    expect(new Set(all.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(8)
    expect(await line.deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 8 }])
    await line.later(HOUR_MS)
    expect(line.receiver.received).toHaveLength(8)
  }, 120_000)
})

describe('answers that are no success', () => {
  test('410 switches the endpoint off; what waits goes out once it is on again', async () => {
    const { endpointId, secret } = await line.endpoint({ events: ['payment.paid', 'order.paid'] })
    line.receiver.answer = { status: 410 }
    await line.payment()
    const now = () => line.api('GET', `webhookEndpoints/${endpointId}`)
    expect(await now()).toMatchObject({ enabled: false, disabledReason: 'gone' })
    const sent = line.receiver.received.length
    await line.later(HOUR_MS)
    expect(line.receiver.received).toHaveLength(sent)
    const waiting = await line.deliveries(endpointId)
    expect(waiting.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    line.receiver.answer = { status: 204 }
    line.receiver.received.length = 0
    await line.api('PATCH', `webhookEndpoints/${endpointId}`, { enabled: true })
    await line.stack.toolkit.workers.idle()
    expect(await now()).toMatchObject({ enabled: true, disabledReason: null })
    const types = line.bodies(secret).map(({ type }) => type)
    expect(new Set(types)).toEqual(new Set(['order.paid', 'payment.paid']))
  })

  test('a redirect is a failure, and nobody follows it', async () => {
    const { endpointId } = await line.endpoint({ events: ['payment.paid'] })
    line.receiver.answer = { status: 307, headers: { location: `${line.receiverUrl}/elsewhere` } }
    await line.payment()
    expect(line.receiver.received.map(({ path }) => path)).toEqual(['/hooks'])
    expect(await line.deliveries(endpointId)).toMatchObject([
      { state: 'waiting', lastStatus: 307, lastReason: expect.stringContaining('redirects') },
    ])
  })

  test('Retry-After is kept where it asks for more than the timetable', async () => {
    const { endpointId } = await line.endpoint({ events: ['payment.paid'] })
    line.receiver.answer = { status: 429, headers: { 'retry-after': '600' } }
    await line.payment()
    line.receiver.answer = { status: 204 }
    await line.later(590_000)
    expect(line.receiver.received).toHaveLength(1)
    await line.later(11_000)
    expect(await line.deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  test('after the last attempt it lies dead and visible, until somebody sends it again', async () => {
    const { endpointId, secret } = await line.endpoint({ events: ['payment.paid'] })
    line.receiver.answer = { status: 500, body: 'x'.repeat(200_000) }
    await line.payment()
    await line.through(RETRY_GAPS_MS)
    const [dead] = await line.deliveries(endpointId)
    expect(dead).toMatchObject({ state: 'dead', attempts: 10, lastStatus: 500, dueAt: null })
    await line.later(HOUR_MS)
    expect(line.receiver.received).toHaveLength(10)
    line.receiver.answer = { status: 204 }
    await line.api('POST', `webhookDeliveries/${dead?.deliveryId}/replay`)
    await line.stack.toolkit.workers.idle()
    expect(await line.deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 11 }])
    expect(line.bodies(secret).at(-1)).toMatchObject({ type: 'payment.paid' })
    expect(new Set(line.receiver.received.map(({ body }) => body)).size).toBe(1)
  }, 120_000)
})

test('a server that stops in the middle of an attempt has lost nothing when it is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-webhooks-'))
  const path = join(folder, 'toolkit.db')
  const options = { database: { kind: 'sqlite', path } } as const
  await line.restart(options)
  const { endpointId, secret } = await line.endpoint({ events: ['order.created'] })
  line.receiver.answer = null
  const order = { orderRef: 'tea-1', amount: { value: 1999, currency: 'CNY' }, description: 'tea' }
  await line.api('POST', 'orders', order)
  while (line.receiver.received.length === 0) await new Promise((resolve) => setImmediate(resolve))
  line.receiver.answer = { status: 200 }
  await line.restart(options)
  await line.later(60_000)
  expect(line.bodies(secret).map(({ type }) => type)).toEqual(['order.created', 'order.created'])
  const [first, second] = line.receiver.received
  expect([second?.body, second?.headers['webhook-id']]).toEqual([
    first?.body,
    first?.headers['webhook-id'],
  ])
  expect(await line.deliveries(endpointId)).toMatchObject([{ state: 'delivered', attempts: 2 }])
  // The shop of an earlier run stands at another port by now, and still hears.
  expect(line.stack.shop.webhooks().map(({ orderRef }) => orderRef)).not.toContain('tea-2')
  await line.api('POST', 'orders', { ...order, orderRef: 'tea-2' })
  await line.stack.toolkit.workers.idle()
  expect(line.stack.shop.webhooks()[0]).toMatchObject({ type: 'order.created', orderRef: 'tea-2' })
  await line.restart()
  rmSync(folder, { recursive: true, force: true })
})
