import { describe, expect, test } from 'vitest'
import {
  eventsSchema,
  replayedEventsSchema,
  webhookEndpointWithSecretSchema,
} from '../../shared/contract/webhooks.ts'
import { webhookLine } from '../support/webhook-line.ts'
import { verified } from '../support/webhook-receiver.ts'

/**
 * Goal: the merchant hears of everything once, believes it by an independent library, and keeps it in
 * hand. Method: the whole line, and a receiver over real HTTP.
 */

const line = webhookLine()

describe('a merchant who listens', () => {
  test('hears of each change once, with the objects as they stand, in rising numbers', async () => {
    const { secret } = await line.endpoint()
    const orderRef = await line.payment()
    const bodies = line
      .bodies(secret)
      .toSorted((left, right) => Number(left.data.seq) - Number(right.data.seq))
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
    const [first] = line.receiver.received
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json' })
    const log = eventsSchema.parse(await line.api('GET', 'events'))
    const ids = line.receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(log.data.map(({ webhookId }) => webhookId))).toEqual(new Set(ids))
    expect(log.data).toMatchObject(bodies)
  })

  test('hears only of what it asked for', async () => {
    const { secret } = await line.endpoint({ events: ['payment.paid'] })
    await line.payment()
    expect(line.bodies(secret).map(({ type }) => type)).toEqual(['payment.paid'])
  })

  test('finds the body changed, or signed with another secret, not to be believed', async () => {
    const { secret } = await line.endpoint({ events: ['payment.paid'] })
    await line.payment()
    const [webhook] = line.receiver.received
    if (!webhook) throw new Error('nothing came')
    const changed = { ...webhook, body: webhook.body.replace('1999', '1') }
    expect(changed.body).not.toBe(webhook.body)
    expect(() => verified(changed, secret)).toThrow('No matching signature')
    const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
    expect(() => verified(webhook, other)).toThrow('No matching signature')
  })
})

describe('the merchant’s hand', () => {
  test('rotation: both secrets verify during the overlap, then only the new one', async () => {
    const { endpointId, secret: old } = await line.endpoint({ events: ['payment.paid'] })
    const rotated = webhookEndpointWithSecretSchema.parse(
      await line.api('POST', `webhookEndpoints/${endpointId}/rotateSecret`, {
        overlapMs: 3_600_000,
      }),
    )
    expect(rotated.secret).not.toBe(old)
    await line.payment()
    const [during] = line.receiver.received
    if (!during) throw new Error('nothing came')
    for (const secret of [old, rotated.secret]) verified(during, secret)
    await line.later(3_600_000)
    await line.payment()
    const after = line.receiver.received.at(-1)
    if (!after) throw new Error('nothing came')
    verified(after, rotated.secret)
    expect(() => verified(after, old)).toThrow('No matching signature')
  })

  test('a test goes the way of all webhooks', async () => {
    const { endpointId, secret } = await line.endpoint({ events: ['refund.failed'] })
    await line.api('POST', `webhookEndpoints/${endpointId}/test`)
    await line.stack.toolkit.workers.idle()
    expect(line.bodies(secret)).toMatchObject([{ type: 'webhook.test', data: { order: null } }])
  })

  test('a new endpoint can be told what happened before, under the names of then', async () => {
    const early = await line.endpoint()
    await line.payment()
    const told = line.receiver.received.map(
      ({ headers, body }) => [headers['webhook-id'], body] as const,
    )
    line.receiver.received.length = 0
    await line.api('DELETE', `webhookEndpoints/${early.endpointId}`)
    const late = await line.endpoint()
    const replay = { sinceSeq: 1 }
    const answer = await line.api('POST', `webhookEndpoints/${late.endpointId}/replay`, replay)
    expect(replayedEventsSchema.parse(answer)).toEqual({ queued: 5, nextSeq: null })
    await line.stack.toolkit.workers.idle()
    const again = line.receiver.received.map(
      ({ headers, body }) => [headers['webhook-id'], body] as const,
    )
    expect(new Map(again)).toEqual(new Map(told))
    for (const { type } of line.bodies(late.secret)) expect(type).not.toBe('webhook.test')
  })

  test('nothing reaches an endpoint that was deleted', async () => {
    const { endpointId } = await line.endpoint()
    await line.api('DELETE', `webhookEndpoints/${endpointId}`)
    await line.payment()
    expect(line.receiver.received).toEqual([])
    expect(await line.api('GET', `webhookEndpoints/${endpointId}`)).toMatchObject({
      code: 'webhookEndpointNotFound',
    })
  })
})
