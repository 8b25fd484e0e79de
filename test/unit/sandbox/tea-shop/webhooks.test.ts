import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { SECRET, START_MS, startShop } from './fake-merchant-api.ts'

const BODY = JSON.stringify({ type: 'payment.paid', data: { orderRef: 'TEA-1' } })

/** A webhook as the specification signs it, by code of its own. */
function signed(options: { id?: string; atMs?: number; body?: string; secret?: string } = {}) {
  const { id = 'evt_1', atMs = START_MS, body = BODY, secret = SECRET } = options
  const timestamp = String(Math.floor(atMs / 1000))
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}

async function deliver(url: string, headers: Record<string, string>, body = BODY) {
  const response = await fetch(`${url}/shop/webhooks`, { method: 'POST', headers, body })
  return response.status
}

test('a genuine webhook is taken, and noted once however often it is delivered', async () => {
  const { shop } = await startShop({ webhookSecret: SECRET })
  const delivered = [await deliver(shop.url, signed()), await deliver(shop.url, signed())]
  expect(delivered).toEqual([204, 204])
  expect(shop.webhooks()).toEqual([
    {
      webhookId: 'evt_1',
      type: 'payment.paid',
      orderRef: 'TEA-1',
      receivedAt: new Date(START_MS).toISOString(),
    },
  ])
  expect(await (await fetch(`${shop.url}/shop/webhooks?lang=en`)).text()).toContain('payment.paid')
})

test('one of several signatures is enough, as while a secret is changed', async () => {
  const { shop } = await startShop({ webhookSecret: SECRET })
  const headers = signed()
  const rotated = { ...headers, 'webhook-signature': `v1,AAAA ${headers['webhook-signature']}` }
  expect(await deliver(shop.url, rotated)).toBe(204)
})

const OTHER = `whsec_${Buffer.from('another secret').toString('base64')}`
test.each([
  ['another secret', signed({ secret: OTHER }), BODY],
  ['another body', signed(), BODY.replace('paid', 'fail')],
  ['one byte more', signed(), `${BODY} `],
  ['another id', { ...signed(), 'webhook-id': 'evt_2' }, BODY],
  ['an old time', signed({ atMs: START_MS - 301_000 }), BODY],
  ['a time to come', signed({ atMs: START_MS + 301_000 }), BODY],
  ['no time at all', { ...signed(), 'webhook-timestamp': 'now' }, BODY],
  ['no signature', { ...signed(), 'webhook-signature': '' }, BODY],
  ['a signature of another scheme', { ...signed(), 'webhook-signature': 'v2,AAAA' }, BODY],
])('a webhook with %s is refused and leaves no trace', async (_, headers, body) => {
  const { shop } = await startShop({ webhookSecret: SECRET })
  expect(await deliver(shop.url, headers, body)).toBe(401)
  expect(shop.webhooks()).toEqual([])
})

test('signed nonsense is told from a forgery', async () => {
  const { shop } = await startShop({ webhookSecret: SECRET })
  expect(await deliver(shop.url, signed({ body: 'paid!' }), 'paid!')).toBe(400)
})

test('a shop without a secret takes no webhooks', async () => {
  const { shop } = await startShop()
  expect(await deliver(shop.url, signed())).toBe(404)
})
