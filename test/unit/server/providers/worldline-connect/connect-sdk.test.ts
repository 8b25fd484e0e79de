import connectSdk from 'connect-sdk-nodejs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  authorization,
  prepareKey,
} from '../../../../../server/providers/worldline-connect/signing.ts'
import { createRequest } from '../../../../../server/providers/worldline-connect/translate.ts'
import type { Scene } from '../../../../../shared/payment-status.ts'
import { type Heard, type Peer, startPeer } from '../support/peer.ts'
import {
  aPayment,
  aReference,
  aRefund,
  aWebhook,
  aWish,
  connect,
  PAYMENT_ID,
  SECRET_API_KEY,
  signed,
  WEBHOOK_SECRET,
} from './fixture.ts'

/**
 * The vendor's own SDK as an independent witness: it and we sign the same requests, and it checks
 * bodies and webhooks by its own rules.
 */

let peer: Peer
beforeEach(async () => {
  peer = await startPeer(() => ({ headers: { 'content-type': 'application/json' }, body: '{}' }))
})
afterEach(() => peer.close())

function sdk() {
  const { hostname, port } = new URL(peer.url)
  return connectSdk.init({
    integrator: 'oracle',
    host: hostname,
    scheme: 'http',
    port: Number(port),
    apiKeyId: 'a-key-id',
    secretApiKey: SECRET_API_KEY,
  })
}

function ourAuthorization({ method, path, headers }: Heard): string {
  const vendor = Object.entries(headers).map(([name, value]) => [name, value ?? ''])
  return authorization(
    {
      method,
      contentType: headers['content-type'] ?? null,
      date: headers['date'] ?? '',
      headers: Object.fromEntries(vendor),
      pathAndQuery: path,
    },
    { apiKeyId: 'a-key-id', secret: prepareKey(SECRET_API_KEY) },
  )
}

const account = { accountId: 'worldline', countryCode: 'CN' }

describe('the SDK and we', () => {
  test.each<[string, (client: ReturnType<typeof sdk>) => Promise<unknown>]>([
    ['get', (client) => client.v1.payments.get('20000', PAYMENT_ID, {})],
    ['find', (client) => client.v1.payments.find('20000', { merchantReference: 'p1001' })],
    ['cancel', (client) => client.v1.payments.cancel('20000', PAYMENT_ID, {})],
    ['refunds', (client) => client.v1.payments.refunds('20000', PAYMENT_ID, {})],
    [
      'create',
      (client) =>
        client.v1.payments.create('20000', createRequest(aWish(), account), {
          idempotence: { key: 'payment-p1001' },
        }),
    ],
  ])('sign %s with the same Authorization', async (_, call) => {
    await call(sdk())
    const heard = peer.last()
    expect(heard.headers['authorization']).toMatch(/^GCS v1HMAC:a-key-id:.{44}$/)
    expect(ourAuthorization(heard)).toBe(heard.headers['authorization'])
  })

  test('our own requests verify by the same reckoning', async () => {
    const connected = connect(peer.url)
    await connected.provider.queryPayment(aReference()).catch(() => undefined)
    await connected.provider.createPayment(aWish()).catch(() => undefined)
    await connected.close()
    expect(peer.heard).toHaveLength(2)
    for (const heard of peer.heard) {
      expect(heard.headers['authorization']).toBe(ourAuthorization(heard))
    }
  })

  test.each<Scene>(['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'])(
    'agree on the form of a create request for %s',
    async (scene) => {
      const body = createRequest(aWish({ scene }), account)
      // The SDK throws at once on a body that its schema does not allow.
      await sdk().v1.payments.create('20000', body, {})
      expect(JSON.parse(peer.last().body)).toEqual(body)
    },
  )

  test('agree that a refund is well-formed', async () => {
    const connected = connect(peer.url)
    const wish = { payment: aReference(), outRefundNo: 'rf1001', reason: null }
    const amount = { value: 500, currency: 'USD' }
    await connected.provider.refund?.({ ...wish, amount }).catch(() => undefined)
    await connected.close()
    const ours = peer.heard.find(({ path }) => path.endsWith('/refund'))
    const body = JSON.parse(ours?.body ?? 'null')
    expect(body).toMatchObject({ amountOfMoney: { amount: 500, currencyCode: 'USD' } })
    await sdk().v1.payments.refund('20000', PAYMENT_ID, body, {})
    expect(JSON.parse(peer.last().body)).toEqual(body)
  })

  test('take and refuse the same webhooks', async () => {
    const helper = connectSdk.webhooks.v1.init({
      getSecretKey: () => Promise.resolve(WEBHOOK_SECRET),
    })
    const { provider, close } = connect(peer.url)
    const events = [
      { type: 'payment.paid', payment: aPayment('PAID') },
      { type: 'refund.refunded', refund: aRefund('REFUNDED') },
    ].map((event) => JSON.stringify(aWebhook(event), null, 2))
    for (const body of events) {
      const genuine = signed(body)
      const event = await helper.unmarshal(body, { ...genuine.headers })
      expect(provider.parseNotification(genuine)).toMatchObject({ eventId: event.id })
      const longer = { ...genuine, body: Buffer.from(`${body} `) }
      await expect(helper.unmarshal(`${body} `, { ...genuine.headers })).rejects.toThrow(
        'signature',
      )
      expect(() => provider.parseNotification(longer)).toThrow('signature')
    }
    await close()
  })
})
