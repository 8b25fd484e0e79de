import { createHmac } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bodyText, type SandboxRequest } from '../../../../../sandbox/http.ts'
import { signatureHeader } from '../../../../../sandbox/providers/wooshpay/signing.ts'
import { startSink } from '../../core/sink.ts'
import { START_MS } from '../wechat-world.ts'
import {
  created,
  intent,
  paid,
  SCANNED,
  WEBHOOK_SECRET,
  type WooshpayWorld,
  wooshpayWorld,
} from './world.ts'

/** Checks as the documents say, in its own words. */
function signedAt({ headers, body }: SandboxRequest, secret = WEBHOOK_SECRET): number | null {
  const [t = '', v1 = ''] = (headers['wooshpay-signature'] ?? '').split(',')
  const time = t.replace('t=', '')
  const text = Buffer.concat([Buffer.from(`${time}.`), body])
  const expected = createHmac('sha256', secret).update(text).digest('hex')
  return v1 === `v1=${expected}` ? Number(time) * 1_000 : null
}

const types = (world: WooshpayWorld) => world.events().map(({ type }) => type)

test('the signature is the one computed from the written rule', () => {
  const body = '{"id":"evt_1","type":"payment_intent.succeeded"}'
  expect(signatureHeader(body, 'whsec_test', 1_700_000_000_999)).toBe(
    't=1700000000,v1=001ce3ef73e456cedaab328328720d3ad59defb8bbd0f1518f46c04ad4ac0bb7',
  )
})

describe('webhooks', () => {
  test('tell the whole way of a payment, each signed over its exact body', async () => {
    const world = await wooshpayWorld()
    const id = await paid(world)
    expect(types(world).toSorted()).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'payment_intent.succeeded',
    ])
    expect(world.sink.received.map((request) => signedAt(request))).toEqual(
      Array.from({ length: 3 }, () => START_MS),
    )
    const succeeded = world.events().find(({ type }) => type === 'payment_intent.succeeded')
    expect(succeeded).toMatchObject({
      created: START_MS,
      livemode: false,
      api_version: '1.0.1',
      pending_webhooks: 1,
      data: { object: { id, status: 'succeeded' } },
    })
    expect(succeeded?.data.object).toEqual(await intent(world, id))
    expect(new Set(world.events().map((event) => event.id)).size).toBe(3)
  })

  test('tell of failure, cancellation and refunds', async () => {
    const world = await wooshpayWorld()
    const declined = await created(world)
    world.simulator.decline(declined.id)
    const canceled = await created(world)
    await world.call(`/payment_intents/${canceled.id}/cancel`, { body: {} })
    await world.call('/refunds', { body: { payment_intent: await paid(world) } })
    await world.clock.advance(5 * 60_000)
    const told = types(world)
    expect(told).toContain('payment_intent.payment_failed')
    expect(told).toContain('payment_intent.canceled')
    const refund = world.events().find(({ type }) => type === 'charge.refund.updated')
    expect(refund?.data.object).toMatchObject({ object: 'refund', status: 'succeeded' })
  })

  test('of a till without a password tell no action', async () => {
    const world = await wooshpayWorld({ passwordFreeUpToMinor: 2_000 })
    await created(world, { terminal: 'SCAN_CODE', data: SCANNED })
    await world.simulator.notifications.idle()
    expect(types(world).toSorted()).toEqual(['payment_intent.created', 'payment_intent.succeeded'])
  })

  test('are repeated 17 times in 72 hours with growing gaps, then given up', async () => {
    const world = await wooshpayWorld()
    await world.sink.close()
    const { id } = await created(world)
    await world.clock.advance(72 * 3_600_000)
    const attempts = world.simulator.notifications
      .log()
      .filter(({ subject, event }) => subject === id && event === 'payment_intent.created')
    expect(attempts).toHaveLength(18)
    const gaps = attempts.slice(1).map(({ atMs }, index) => atMs - (attempts[index]?.atMs ?? 0))
    expect(gaps).toEqual(gaps.toSorted((left, right) => left - right))
    expect(world.simulator.notifications.pending()).toBe(0)
  })

  test.each([
    [true, 60_000],
    [false, 0],
  ])('are signed anew when they are repeated: %s', async (repeatsAreSignedAnew, offMs) => {
    const world = await wooshpayWorld({ repeatsAreSignedAnew })
    world.simulator.faults.set({ notifications: { drop: 1 } })
    await created(world)
    await world.clock.advance(60_000)
    const repeated = world.sink.received.find((request) =>
      bodyText(request).includes('payment_intent.created'),
    )
    expect(repeated && signedAt(repeated)).toBe(START_MS + offMs)
  })

  test('can be forged: a claim of success, badly signed, while nothing was paid', async () => {
    const world = await wooshpayWorld()
    const { id } = await created(world)
    await world.simulator.notifications.idle()
    const before = world.sink.received.length
    world.simulator.forgePaid(id)
    await world.simulator.notifications.idle()
    const [forged] = world.sink.received.slice(before)
    expect(forged && bodyText(forged)).toContain('"status":"succeeded"')
    expect(forged && signedAt(forged)).toBeNull()
    expect((await intent(world, id)).status).toBe('requires_action')
  })
})

describe('webhook endpoints', () => {
  test('get each event once each, with the same id and their own signature', async () => {
    const world = await wooshpayWorld()
    const other = await startSink()
    onTestFinished(other.close)
    const target = { url: other.url, secret: 'other', enabledEvents: ['payment_intent.succeeded'] }
    const old = { url: world.sink.url, secret: WEBHOOK_SECRET }
    world.simulator.setWebhooks('tea-shop', [old, target])
    await paid(world)
    expect(other.received).toHaveLength(1)
    const [theirs] = other.received
    expect(theirs && signedAt(theirs, 'other')).toBe(START_MS)
    const ours = world.events().find(({ type }) => type === 'payment_intent.succeeded')
    expect(theirs && JSON.parse(bodyText(theirs))).toMatchObject({
      id: ours?.id,
      pending_webhooks: 2,
    })
    expect(() => world.simulator.setWebhooks('nobody', [])).toThrow('no account nobody')
  })

  test('are made, changed, listed and removed through the API', async () => {
    const world = await wooshpayWorld()
    world.simulator.setWebhooks('tea-shop', [])
    const body = {
      url: world.sink.url,
      enabled_events: ['payment_intent.created'],
      description: 'mine',
    }
    const made = await world.call('/webhook_endpoints', { body })
    expect(made.json).toMatchObject({
      ...body,
      id: expect.stringMatching(/^we_\d{19}$/),
      object: 'webhook_endpoint',
      status: 'enabled',
      livemode: false,
      secret: expect.stringMatching(/^whsec_\w{32}$/),
    })
    const { id, secret } = Object(made.json)
    await paid(world)
    expect(types(world)).toEqual(['payment_intent.created'])
    const [request] = world.sink.received
    expect(request && signedAt(request, secret)).toBe(START_MS)

    const path = `/webhook_endpoints/${id}`
    const change = { enabled_events: ['*'] }
    expect((await world.call(path, { body: change })).json).toMatchObject({ ...body, ...change })
    expect((await world.call('/webhook_endpoints')).json).toMatchObject({ data: [{ id }] })
    expect((await world.call(path, { method: 'DELETE' })).json).toMatchObject({ deleted: true })
    expect((await world.call(path)).status).toBe(404)
  })

  test.each([
    { enabled_events: ['*'] },
    { url: 'nonsense', enabled_events: ['*'] },
    { url: 'http://127.0.0.1/' },
    { url: 'http://127.0.0.1/', enabled_events: [] },
  ])('are refused as %j', async (body) => {
    const { call } = await wooshpayWorld()
    expect((await call('/webhook_endpoints', { body })).status).toBe(400)
  })
})
