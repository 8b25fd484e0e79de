import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  eventsSchema,
  replayedEventsSchema,
  webhookDeliveriesSchema,
} from '../../../../../shared/contract/webhooks.ts'
import { aPaidPayment } from '../../../../support/world.ts'
import { problemOf } from '../harness.ts'
import { createWebhookWorld, type WebhookWorld } from './webhook-world.ts'

let here: WebhookWorld
beforeEach(async () => {
  here = await createWebhookWorld()
})
afterEach(() => here.close())

async function deliveries(query = '') {
  const answer = await here.call('GET', `webhookDeliveries${query}`)
  return webhookDeliveriesSchema.parse(await answer.json())
}

async function orders(count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) {
    await here.world.anOrder(`tea-${number}`)
    await here.world.clock.advance(10)
  }
}

const seqsOf = ({ data }: { data: readonly { seq: number | null }[] }) => data.map(({ seq }) => seq)

describe('GET /v1/webhookDeliveries', () => {
  test('lists newest first, page by page, by endpoint and by state', async () => {
    const { endpointId } = await here.endpoint()
    await here.endpoint({ events: ['refund.failed'] })
    await orders(3)
    await here.work()
    const first = await deliveries(`?endpointId=${endpointId}&limit=2`)
    expect(seqsOf(first)).toEqual([3, 2])
    const second = await deliveries(`?limit=2&cursor=${first.nextCursor}`)
    expect(seqsOf(second)).toEqual([1])
    expect(second.nextCursor).toBeNull()
    expect(seqsOf(await deliveries('?state=delivered'))).toEqual([3, 2, 1])
    expect(seqsOf(await deliveries('?state=dead'))).toEqual([])
  })

  test('refuses a cursor that is none, and a state that does not exist', async () => {
    for (const query of ['?cursor=abc', '?state=lost', '?limit=0', '?limit=201', '?odd=1']) {
      const refused = await here.call('GET', `webhookDeliveries${query}`)
      expect(await problemOf(refused), query).toMatchObject({ code: 'invalidRequest' })
    }
  })
})

describe('sending again', () => {
  test('one webhook: at once, under the same id, with the same bytes, also a delivered one', async () => {
    await here.endpoint()
    await orders(1)
    await here.work()
    const [delivered] = (await deliveries()).data
    const answer = await here.call('POST', `webhookDeliveries/${delivered?.deliveryId}/replay`)
    expect(answer.status).toBe(202)
    await here.work()
    expect(here.sent).toHaveLength(2)
    const [first, second] = here.sent
    expect(second?.body).toEqual(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect((await deliveries()).data).toMatchObject([{ state: 'delivered', attempts: 2 }])
  })

  test('a range: from a number or a time on, of what the endpoint wants, told before or not', async () => {
    await orders(2)
    const { endpointId } = await here.endpoint()
    const since = new Date(here.world.clock.nowMs()).toISOString()
    await aPaidPayment(here.world)
    await here.work()
    const before = here.sent.length
    const replay = async (body: object) => {
      const answer = await here.call('POST', `webhookEndpoints/${endpointId}/replay`, body)
      const { queued, nextSeq } = replayedEventsSchema.parse(await answer.json())
      await here.work()
      return { queued, nextSeq }
    }
    expect(await replay({ sinceSeq: 1 })).toEqual({ queued: before + 2, nextSeq: null })
    expect(here.sent).toHaveLength(2 * before + 2)
    expect(await replay({ since })).toEqual({ queued: before, nextSeq: null })
    expect(await replay({ sinceSeq: 1_000 })).toEqual({ queued: 0, nextSeq: null })
    expect(await replay({ since: '2030-01-01T00:00:00Z' })).toEqual({ queued: 0, nextSeq: null })
    await here.call('PATCH', `webhookEndpoints/${endpointId}`, { events: ['payment.paid'] })
    expect(await replay({ sinceSeq: 1 })).toEqual({ queued: 1, nextSeq: null })
  })

  test('a dead one gets a whole new timetable', async () => {
    await here.endpoint()
    here.answer = { kind: 'failed', reason: 'the connection was refused' }
    await orders(1)
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await here.work()
      const [{ dueAt } = { dueAt: null }] = (await deliveries()).data
      if (dueAt !== null) await here.world.clock.advanceTo(Date.parse(dueAt))
    }
    const [dead] = (await deliveries('?state=dead')).data
    expect(dead).toMatchObject({ attempts: 10, lastReason: 'the connection was refused' })
    await here.call('POST', `webhookDeliveries/${dead?.deliveryId}/replay`)
    await here.work()
    expect((await deliveries()).data).toMatchObject([{ state: 'waiting', attempts: 11 }])
  })

  test('is refused where nobody would hear it, and says what to do', async () => {
    const { endpointId } = await here.endpoint()
    await orders(1)
    await here.work()
    const [delivery] = (await deliveries()).data
    await here.call('PATCH', `webhookEndpoints/${endpointId}`, { enabled: false })
    for (const [path, body] of [
      [`webhookDeliveries/${delivery?.deliveryId}/replay`, undefined],
      [`webhookEndpoints/${endpointId}/replay`, { sinceSeq: 1 }],
      [`webhookEndpoints/${endpointId}/test`, undefined],
    ] as const) {
      const problem = await problemOf(await here.call('POST', path, body))
      expect(problem, path).toMatchObject({ status: 409, code: 'webhookEndpointDisabled' })
    }
    const unknown = await here.call('POST', 'webhookDeliveries/whd_9/replay')
    expect(await problemOf(unknown)).toMatchObject({ code: 'webhookDeliveryNotFound' })
    await here.call('DELETE', `webhookEndpoints/${endpointId}`)
    const gone = await here.call('POST', `webhookDeliveries/${delivery?.deliveryId}/replay`)
    expect(await problemOf(gone)).toMatchObject({ code: 'webhookEndpointNotFound' })
  })
})

describe('what a receiver says while its endpoint changes', () => {
  test('410 from an address that was given up meanwhile switches nothing off', async () => {
    const { endpointId } = await here.endpoint()
    here.answer = { kind: 'answered', status: 410, retryAfterMs: null }
    const moved = 'https://moved.example/'
    const send = here.deps.webhooks.send
    Object.assign(here.deps.webhooks, {
      send: async (request: Parameters<typeof send>[0]) => {
        const answer = await send(request)
        if (request.url === moved) return { ...answer, status: 204 }
        await here.call('PATCH', `webhookEndpoints/${endpointId}`, { url: moved })
        return answer
      },
    })
    await orders(1)
    await here.work()
    expect(here.sent.map(({ url }) => url)).toEqual(['https://shop.example/hooks', moved])
    expect(await here.deps.store.webhookEndpoint(endpointId)).toMatchObject({ state: 'enabled' })
    expect((await deliveries()).data).toMatchObject([{ state: 'delivered' }])
  })
})

describe('GET /v1/events', () => {
  test('reads on from any number, in order, with the objects of then', async () => {
    await here.endpoint()
    await orders(3)
    const page = async (query: string) =>
      eventsSchema.parse(await (await here.call('GET', `events${query}`)).json())
    const first = await page('?limit=2')
    expect(first.data.map(({ data }) => data.seq)).toEqual([1, 2])
    const second = await page(`?limit=2&after=${first.nextCursor}`)
    expect(second.data.map(({ data }) => data.orderRef)).toEqual(['tea-3'])
    expect(second.nextCursor).toBeNull()
    await here.work()
    const told = here.sent.map(({ headers, body }) => ({
      webhookId: headers['webhook-id'],
      ...JSON.parse(new TextDecoder().decode(body)),
    }))
    expect([...first.data, ...second.data]).toEqual(told)
  })
})
