import { createHmac } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bodyText, emptyReply, type SandboxRequest, serve } from '../../../../../sandbox/http.ts'
import { startSink } from '../../core/sink.ts'
import { created, paid, payment, type WorldlineWorld, worldlineWorld } from './world.ts'

function genuine(request: SandboxRequest): boolean {
  const signature = createHmac('sha256', 'webhook secret').update(request.body).digest('base64')
  return request.headers['x-gcs-signature'] === signature
}

const types = (world: WorldlineWorld) => world.events().map(({ type }) => type)

describe('webhooks', () => {
  test('tell the whole way of a payment, each signed over its exact body', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    await world.clock.advance(24 * 3_600_000)
    expect(types(world).toSorted()).toEqual(
      ['payment.captured', 'payment.created', 'payment.paid', 'payment.redirected'].toSorted(),
    )
    expect(world.sink.received.every(genuine)).toBe(true)
    expect(world.sink.received[0]?.headers['x-gcs-keyid']).toBe('key-1')
    const captured = world.events().find(({ type }) => type === 'payment.captured')
    expect(captured).toMatchObject({
      merchantId: '20000',
      created: '2026-06-24T08:15:00.000+0000',
      payment: { id, status: 'CAPTURED', paymentOutput: { amountPaid: 1999 } },
    })
    expect(new Set(world.events().map((event) => event.id)).size).toBe(4)
  })

  test('carry the object that GET gives', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    const captured = world.events().find(({ type }) => type === 'payment.captured')
    expect(captured?.payment).toEqual(await payment(world, id))
  })

  test('tell the way of a refund', async () => {
    const world = await worldlineWorld()
    const id = await paid(world)
    await world.call(`/payments/${id}/refund`, { body: {} })
    await world.clock.advance(5 * 60_000)
    const told = types(world).filter(
      (type) => type.startsWith('refund.') || type.includes('refunded'),
    )
    expect(told.toSorted()).toEqual(
      [
        'payment.refunded',
        'refund.created',
        'refund.refund_requested',
        'refund.refunded',
      ].toSorted(),
    )
  })

  test('go to every endpoint of the merchant, and after a change to the new one only', async () => {
    const world = await worldlineWorld()
    const other = await startSink()
    onTestFinished(other.close)
    await created(world)
    await world.simulator.notifications.idle()
    const before = world.sink.received.length
    world.simulator.setWebhooks('20000', [{ url: other.url, keyId: 'key-2', secret: 'new' }])
    await created(world)
    await world.simulator.notifications.idle()
    expect(world.sink.received).toHaveLength(before)
    expect(other.received.map(({ headers }) => headers['x-gcs-keyid'])).toEqual(['key-2', 'key-2'])
    expect(() => world.simulator.setWebhooks('99', [])).toThrow('no merchant 99')
  })

  test('are repeated five times with growing gaps, then given up', async () => {
    const world = await worldlineWorld()
    await world.sink.close()
    const id = await created(world)
    await world.clock.advance(48 * 3_600_000)
    const redirected = world.simulator.notifications
      .log()
      .filter(({ subject, event }) => subject === id && event === 'payment.redirected')
    const minutes = redirected.map(({ atMs }) => (atMs - (redirected[0]?.atMs ?? 0)) / 60_000)
    expect(minutes).toEqual([0, 1, 6, 36, 156, 516])
    expect(world.simulator.notifications.pending()).toBe(0)
  })

  test('can be forged: a claim that it was captured, badly signed, while it is not', async () => {
    const world = await worldlineWorld()
    const id = await created(world)
    await world.simulator.notifications.idle()
    const before = world.sink.received.length
    world.simulator.forgePaid(id)
    await world.simulator.notifications.idle()
    const [forged] = world.sink.received.slice(before)
    expect(forged && bodyText(forged)).toContain('"CAPTURED"')
    expect(forged && genuine(forged)).toBe(false)
    expect((await payment(world, id)).status).toBe('REDIRECTED')
  })
})

describe('the endpoint check', () => {
  async function endpoint(answer: (word: string) => string) {
    const server = await serve({
      handler({ headers }) {
        const word = headers['x-gcs-webhooks-endpoint-verification'] ?? ''
        return { ...emptyReply(200), body: answer(word) }
      },
    })
    onTestFinished(() => server.close())
    const world = await worldlineWorld()
    world.simulator.setWebhooks('20000', [{ url: server.url, keyId: 'k', secret: 's' }])
    return world.simulator.verifyEndpoints('20000')
  }

  test('passes where the word comes back, and fails where it does not', async () => {
    expect(await endpoint((word) => word)).toMatchObject([{ verified: true }])
    expect(await endpoint(() => 'hello')).toMatchObject([{ verified: false, answer: 'hello' }])
  })

  test('fails where nobody listens', async () => {
    const world = await worldlineWorld()
    await world.sink.close()
    expect(await world.simulator.verifyEndpoints('20000')).toMatchObject([{ verified: false }])
  })
})
