import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  MAX_WEBHOOK_ENDPOINTS,
  webhookEndpointSchema,
  webhookEndpointsSchema,
  webhookEndpointWithSecretSchema,
} from '../../../../../shared/contract/webhooks.ts'
import { problemOf } from '../harness.ts'
import { createWebhookWorld, HOOKS, type WebhookWorld } from './webhook-world.ts'

let here: WebhookWorld
beforeEach(async () => {
  here = await createWebhookWorld()
})
afterEach(() => here.close())

const OWN = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

describe('POST /v1/webhookEndpoints', () => {
  test('makes an endpoint and shows its secret, to a repeat as well, and to nobody later', async () => {
    const wish = { url: HOOKS, description: 'the shop', events: ['payment.paid'] }
    const made = await here.call('POST', 'webhookEndpoints', wish, 'make-endpoint-1')
    expect(made.status).toBe(201)
    const endpoint = webhookEndpointWithSecretSchema.parse(await made.json())
    expect(endpoint).toMatchObject({ ...wish, enabled: true, disabledReason: null })
    const bytes = Buffer.from(endpoint.secret.replace(/^whsec_/, ''), 'base64')
    expect(bytes).toHaveLength(32)
    const again = await here.call('POST', 'webhookEndpoints', wish, 'make-endpoint-1')
    expect(await again.json()).toEqual(endpoint)
    const { secret, ...shown } = endpoint
    const one = await here.call('GET', `webhookEndpoints/${endpoint.endpointId}`)
    expect(webhookEndpointSchema.parse(await one.json())).toEqual(shown)
    const all = await (await here.call('GET', 'webhookEndpoints')).text()
    expect(webhookEndpointsSchema.parse(JSON.parse(all)).data).toEqual([shown])
    expect(all + JSON.stringify(here.lines)).not.toContain(secret.slice(6))
  })

  test('makes one also where a crash lost the first answer', async () => {
    const wish = { url: HOOKS }
    here.loseAnswers = true
    const lost = await here.call('POST', 'webhookEndpoints', wish, 'make-endpoint-1')
    here.loseAnswers = false
    const again = await here.call('POST', 'webhookEndpoints', wish, 'make-endpoint-1')
    expect(await again.json()).toEqual(await lost.json())
    expect(await here.deps.store.webhookEndpoints()).toHaveLength(1)
  })

  test('takes a secret of the merchant’s own, of 24 to 64 bytes', async () => {
    expect((await here.endpoint({ secret: OWN })).secret).toBe(OWN)
    for (const size of [24, 64]) {
      const secret = `whsec_${Buffer.alloc(size, 7).toString('base64')}`
      expect((await here.endpoint({ secret })).secret).toBe(secret)
    }
    for (const secret of [
      `whsec_${Buffer.alloc(23, 7).toString('base64')}`,
      `whsec_${Buffer.alloc(65, 7).toString('base64')}`,
      OWN.replace('whsec_', ''),
      OWN.replace(/=$/, ''),
      'whsec_',
      'whsec_not base64 at all, and yet long enough',
    ]) {
      const refused = await here.call('POST', 'webhookEndpoints', { url: HOOKS, secret })
      expect(await problemOf(refused), secret).toMatchObject({ code: 'invalidRequest' })
    }
  })

  test.each([
    ['http://shop.example/hooks', 'https'],
    ['https://me:secret@shop.example/', 'user name'],
    ['https://169.254.169.254/latest/meta-data', 'allowNetworks'],
    ['https://0x7f.1/', 'allowNetworks'],
    ['https://shop.example:6379/', 'port'],
    ['shop.example', 'URL'],
  ])('refuses %s and says what to do', async (url, word) => {
    const problem = await problemOf(await here.call('POST', 'webhookEndpoints', { url }))
    expect(problem).toMatchObject({ status: 422, code: 'webhookUrlRefused' })
    expect(problem['detail']).toContain(word)
    expect(await here.deps.store.webhookEndpoints()).toEqual([])
  })

  test('refuses events that do not exist, an empty list, and a list that says it twice', async () => {
    for (const events of [['payment.payed'], [], ['order.paid', 'order.paid']]) {
      const refused = await here.call('POST', 'webhookEndpoints', { url: HOOKS, events })
      expect(await problemOf(refused)).toMatchObject({ code: 'invalidRequest' })
    }
  })

  test('makes no more than there can be', async () => {
    for (let count = 0; count < MAX_WEBHOOK_ENDPOINTS; count += 1) await here.endpoint()
    const refused = await here.call('POST', 'webhookEndpoints', { url: HOOKS })
    expect(await problemOf(refused)).toMatchObject({ status: 409, code: 'tooManyWebhookEndpoints' })
    const [first] = await here.deps.store.webhookEndpoints()
    const deleted = await here.call('DELETE', `webhookEndpoints/${first?.endpointId}`)
    expect(deleted.status).toBe(204)
    expect(await here.endpoint()).toMatchObject({ enabled: true })
  })

  test('is for the merchant only, with a key for repeats', async () => {
    const { endpointId } = await here.endpoint()
    const url = (await here.call('GET', 'webhookEndpoints')).url
    for (const [method, path] of [
      ['GET', ''],
      ['POST', ''],
      ['GET', `/${endpointId}`],
      ['PATCH', `/${endpointId}`],
      ['DELETE', `/${endpointId}`],
      ['POST', `/${endpointId}/test`],
    ] as const) {
      const refused = await fetch(url + path, { method })
      expect(await problemOf(refused), `${method} ${path}`).toMatchObject({ status: 401 })
    }
    const keyless = await here.call('POST', 'webhookEndpoints', { url: HOOKS }, '')
    expect(await problemOf(keyless)).toMatchObject({ code: 'idempotencyKeyMissing' })
  })
})

describe('PATCH /v1/webhookEndpoints/{id}', () => {
  test('changes what is named and leaves the rest', async () => {
    const { endpointId, secret: _, ...before } = await here.endpoint({ description: 'the shop' })
    const change = async (body: object) => {
      const answer = await here.call('PATCH', `webhookEndpoints/${endpointId}`, body)
      return webhookEndpointSchema.parse(await answer.json())
    }
    expect(await change({ events: ['order.paid'] })).toMatchObject({
      ...before,
      events: ['order.paid'],
    })
    expect(await change({ events: null, description: null })).toMatchObject({
      url: HOOKS,
      events: null,
      description: null,
    })
    expect(await change({ enabled: false })).toMatchObject({
      enabled: false,
      disabledReason: 'merchant',
    })
    expect(await change({ url: 'https://else.example/' })).toMatchObject({
      url: 'https://else.example/',
      enabled: false,
    })
    expect(await change({ enabled: true })).toMatchObject({ enabled: true, disabledReason: null })
  })

  test('refuses a bad URL, an unknown word and an unknown endpoint', async () => {
    const { endpointId } = await here.endpoint()
    const bad = await here.call('PATCH', `webhookEndpoints/${endpointId}`, { url: 'https://[::1]' })
    expect(await problemOf(bad)).toMatchObject({ code: 'webhookUrlRefused' })
    const odd = await here.call('PATCH', `webhookEndpoints/${endpointId}`, { secret: OWN })
    expect(await problemOf(odd)).toMatchObject({ code: 'invalidRequest' })
    const unknown = await here.call('PATCH', 'webhookEndpoints/whe_9', { enabled: true })
    expect(await problemOf(unknown)).toMatchObject({ status: 404, code: 'webhookEndpointNotFound' })
  })
})

describe('POST /v1/webhookEndpoints/{id}/rotateSecret', () => {
  const rotate = async (endpointId: string, body: object, key?: string) => {
    const path = `webhookEndpoints/${endpointId}/rotateSecret`
    return webhookEndpointWithSecretSchema.parse(
      await (await here.call('POST', path, body, key)).json(),
    )
  }

  test('makes a new secret; the old one ends after the overlap, and at once without one', async () => {
    const { endpointId, secret } = await here.endpoint()
    const second = await rotate(endpointId, { overlapMs: 60_000 })
    expect(second.secret).not.toBe(secret)
    expect(second.secrets.map(({ expiresAt }) => expiresAt === null)).toEqual([true, false])
    await here.world.clock.advance(60_000)
    const now = await here.call('GET', `webhookEndpoints/${endpointId}`)
    expect(webhookEndpointSchema.parse(await now.json()).secrets).toHaveLength(1)
    expect((await rotate(endpointId, { overlapMs: 0 })).secrets).toHaveLength(1)
  })

  test('never makes an old secret live longer than it was to', async () => {
    const { endpointId } = await here.endpoint()
    const [, first] = (await rotate(endpointId, { overlapMs: 60_000 })).secrets
    const later = await rotate(endpointId, { overlapMs: 3_600_000 })
    expect(later.secrets[2]).toEqual(first)
    expect(later.secrets).toHaveLength(3)
  })

  test('rotates once for one wish, also where a crash lost the first answer', async () => {
    const { endpointId } = await here.endpoint()
    here.loseAnswers = true
    const lost = await rotate(endpointId, {}, 'rotate-secret-1')
    here.loseAnswers = false
    expect(await rotate(endpointId, {}, 'rotate-secret-1')).toEqual(lost)
    expect(lost.secrets).toHaveLength(2)
  })
})
