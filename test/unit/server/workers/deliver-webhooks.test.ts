import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deliverWebhook } from '../../../../server/usecases/deliver-webhook.ts'
import type { WebhookDeps } from '../../../../server/usecases/webhook-deps.ts'
import {
  createWebhookEndpoint,
  updateWebhookEndpoint,
} from '../../../../server/usecases/webhook-endpoints.ts'
import type { WebhookAnswer, WebhookRequest } from '../../../../server/webhooks/sender.ts'
import { deliverWebhooks } from '../../../../server/workers/deliver-webhooks.ts'
import { WorkLoop } from '../../../../server/workers/loop.ts'
import { createWorld, type World } from '../../../support/world.ts'

/**
 * Goal: no receiver, however slow, takes the hands that others need. Method: orders make the events,
 * and a sender in this process holds every attempt until the test lets it go.
 */

interface Attempt {
  readonly request: WebhookRequest
  readonly answer: (answer: WebhookAnswer) => void
}

let world: World
let deps: WebhookDeps
let loop: WorkLoop
let open: Attempt[]
let most: number
let claims: number

const OK: WebhookAnswer = { kind: 'answered', status: 204, retryAfterMs: null }
const DOWN: WebhookAnswer = { kind: 'failed', reason: 'the connection was refused' }

beforeEach(async () => {
  world = await createWorld()
  open = []
  most = 0
  claims = 0
  const send = (request: WebhookRequest): Promise<WebhookAnswer> =>
    new Promise((resolve) => {
      const attempt: Attempt = {
        request,
        answer: (answer) => {
          open = open.filter((other) => other !== attempt)
          resolve(answer)
        },
      }
      open.push(attempt)
      most = Math.max(most, open.length)
    })
  deps = { ...world, webhooks: { send, urlProblem: () => null } }
  const kind = deliverWebhooks(deps)
  const counting = {
    ...kind,
    claim: (claim: Parameters<typeof kind.claim>[0]) => {
      claims += 1
      return kind.claim(claim)
    },
  }
  loop = new WorkLoop({ ...deps, kinds: [counting] })
  loop.start()
})
afterEach(async () => {
  for (const attempt of open) attempt.answer(OK)
  await loop.stop()
  await world.close()
})

async function anEndpoint(name: string): Promise<string> {
  const url = `https://${name}.example/`
  const wish = { url, description: null, events: null, secret: null, wish: name }
  return (await createWebhookEndpoint(deps, wish)).endpoint.endpointId
}

async function events(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await world.anOrder(`tea-${index}`)
}

/** Until the loop has taken all that it will take. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

const to = (name: string) => open.filter(({ request }) => request.url.includes(`//${name}.`))

describe('the hands of the worker', () => {
  test('send each webhook once, a few at a time to one receiver, until all are there', async () => {
    await anEndpoint('tea')
    await events(30)
    await settled()
    expect(to('tea')).toHaveLength(4)
    const ids: (string | undefined)[] = []
    while (open.length > 0) {
      for (const attempt of open) {
        ids.push(attempt.request.headers['webhook-id'])
        attempt.answer(OK)
      }
      await settled()
    }
    expect([ids.length, new Set(ids).size, most]).toEqual([30, 30, 4])
  })

  test('are half of the loop’s at most, however many receivers are slow', async () => {
    for (let index = 0; index < 8; index += 1) await anEndpoint(`slow-${index}`)
    await events(10)
    await settled()
    expect(open).toHaveLength(16)
  })

  test('serve the quick one while the slow one holds its own', async () => {
    await anEndpoint('slow')
    await anEndpoint('quick')
    await events(10)
    await settled()
    let delivered = 0
    while (to('quick').length > 0) {
      for (const attempt of to('quick')) {
        delivered += 1
        attempt.answer(OK)
      }
      await settled()
    }
    expect([delivered, to('slow').length]).toEqual([10, 4])
  })

  test('try a receiver that is away one at a time, until it is back', async () => {
    await anEndpoint('tea')
    await events(12)
    await settled()
    for (const attempt of to('tea')) attempt.answer(DOWN)
    await settled()
    expect(to('tea')).toHaveLength(1)
    for (const attempt of to('tea')) attempt.answer(OK)
    await settled()
    expect(to('tea')).toHaveLength(4)
  })

  test('rest while they are full: nobody looks again and again for what has no room', async () => {
    await anEndpoint('slow')
    await events(10)
    await settled()
    const before = claims
    await world.clock.advance(25_000)
    await settled()
    expect(claims - before).toBeLessThanOrEqual(2)
  })

  test('leave alone what waits for an endpoint that is switched off', async () => {
    const endpointId = await anEndpoint('tea')
    await events(6)
    await settled()
    await updateWebhookEndpoint(deps, endpointId, { enabled: false })
    for (const attempt of to('tea')) attempt.answer(OK)
    await settled()
    expect(open).toEqual([])
    await world.clock.advance(60_000)
    await settled()
    expect(open).toEqual([])
    await updateWebhookEndpoint(deps, endpointId, { enabled: true })
    await settled()
    expect(to('tea')).toHaveLength(2)
  })
})

test('a webhook in hand is not sent where its endpoint was switched off before, and waits', async () => {
  const endpointId = await anEndpoint('tea')
  await loop.stop()
  await events(1)
  const claim = { endpointId, nowMs: world.clock.nowMs(), leaseMs: 30_000, limit: 1 }
  const [claimed] = await deps.store.claimDueDeliveries(claim)
  if (!claimed) throw new Error('nothing was claimed')
  await updateWebhookEndpoint(deps, endpointId, { enabled: false })
  expect(await deliverWebhook(deps, claimed)).toBe('notSent')
  expect(open).toEqual([])
  expect(await deps.store.webhookDelivery(claimed.deliveryId)).toMatchObject({
    state: 'waiting',
    attempts: 0,
    lastAttemptAtMs: null,
  })
})

describe('a worker that died', () => {
  test('loses nothing: its webhook is sent again when its lease is over, and is the same', async () => {
    const endpointId = await anEndpoint('tea')
    await loop.stop()
    await events(1)
    const claim = { endpointId, nowMs: world.clock.nowMs(), leaseMs: 30_000, limit: 1 }
    const [dead] = await deps.store.claimDueDeliveries(claim)
    loop.start()
    await settled()
    expect(open).toEqual([])
    await world.clock.advance(30_000)
    await settled()
    const [attempt] = to('tea')
    expect(attempt?.request.headers['webhook-id']).toBe(dead?.webhookId)
    expect(new TextDecoder().decode(attempt?.request.body)).toBe(dead?.body)
  })

  test('has not shortened the timetable of its webhook', async () => {
    const endpointId = await anEndpoint('tea')
    await loop.stop()
    await events(1)
    for (let crash = 0; crash < 20; crash += 1) {
      const claim = { endpointId, nowMs: world.clock.nowMs(), leaseMs: 1_000, limit: 1 }
      expect(await deps.store.claimDueDeliveries(claim)).toHaveLength(1)
      await world.clock.advance(1_000)
    }
    loop.start()
    await settled()
    for (const attempt of to('tea')) attempt.answer(DOWN)
    await settled()
    const page = { endpointId, state: null, before: null, limit: 10 }
    expect(await deps.store.webhookDeliveries(page)).toMatchObject([
      { state: 'waiting', failures: 1, attempts: 21 },
    ])
  })
})
