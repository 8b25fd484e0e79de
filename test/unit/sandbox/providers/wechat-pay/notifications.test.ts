import { describe, expect, test } from 'vitest'
import type { SandboxRequest } from '../../../../../sandbox/http.ts'
import {
  API_V3_KEY,
  asObject,
  DIRECT,
  decrypt,
  direct,
  isSignedBy,
  keysOf,
  type PayWorld,
  paid,
  payWorld,
} from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

function readable({ headers, body }: SandboxRequest) {
  const text = Buffer.from(body).toString('utf8')
  return { headers, text, json: asObject(text) }
}

describe('a notification', () => {
  test('of a payment is encrypted, signed, and says what the query says', async () => {
    const world = await payWorld()
    await paid(world, { attach: 'shelf 4' })
    const [notice] = world.sink.received.map(readable)
    if (!notice) throw new Error('nothing arrived')
    expect(notice.json).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      create_time: '2026-06-24T16:15:00+08:00',
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      resource: {
        original_type: 'transaction',
        algorithm: 'AEAD_AES_256_GCM',
        associated_data: 'transaction',
        nonce: expect.stringMatching(/^\w{12}$/),
      },
    })
    expect(isSignedBy(keysOf(world).certificate(), notice)).toBe(true)
    const { resource } = notice.json
    expect(JSON.parse(decrypt(resource))).toEqual((await world.query()).json)
    expect(() => decrypt(resource, API_V3_KEY.toUpperCase())).toThrow()
    const forgedTag = { ...Object(resource), ciphertext: Buffer.alloc(64).toString('base64') }
    expect(() => decrypt(forgedTag)).toThrow()
  })

  test('may have empty associated data', async () => {
    const world = await payWorld({ emptyAssociatedData: true })
    await paid(world)
    const { resource } = readable(world.sink.received[0] ?? neverSent()).json
    expect(resource).toMatchObject({ associated_data: '' })
    expect(decrypt(resource)).toContain('tea-1001')
  })

  test('is sent for success only, and never without an APIv3 key', async () => {
    const world = await payWorld()
    await world.jsapi()
    await world.close()
    const keyless = await payWorld({}, [{ ...direct, apiV3Key: null }])
    await paid(keyless)
    expect(world.simulator.notifications.log()).toEqual([])
    expect(keyless.simulator.notifications.log()).toEqual([])
    expect((await keyless.query()).json).toMatchObject({ trade_state: 'SUCCESS' })
  })

  test('not taken is repeated fifteen times in 24 hours and 4 minutes, each freshly signed', async () => {
    const world = await payWorld()
    world.answerNotifications(500)
    await paid(world)
    await world.clock.advance(2 * DAY_MS)
    const log = world.simulator.notifications.log()
    const startMs = log[0]?.atMs ?? 0
    const seconds = log.map(({ atMs }) => (atMs - startMs) / 1000)
    expect(seconds.slice(0, 6)).toEqual([0, 15, 30, 60, 240, 840])
    expect(seconds).toHaveLength(16)
    expect(seconds.at(-1)).toBe(24 * 3600 + 4 * 60)
    const attempts = world.sink.received.map(readable)
    const stamps = attempts.map(({ headers }) => Number(headers['wechatpay-timestamp']))
    expect(stamps).toEqual(log.map(({ atMs }) => Math.floor(atMs / 1000)))
    expect(new Set(attempts.map(({ text }) => text)).size).toBe(1)
    const { certificate } = keysOf(world)
    expect(attempts.every((attempt) => isSignedBy(certificate(), attempt))).toBe(true)
  })

  test.each([
    { status: 200, attempts: 1 },
    { status: 204, attempts: 1 },
    { status: 202, attempts: 2 },
    { status: 302, attempts: 2 },
    { status: 404, attempts: 2 },
  ])(
    'answered $status is sent $attempts time(s) in the first 20 seconds',
    async ({ status, attempts }) => {
      const world = await payWorld()
      world.answerNotifications(status)
      await paid(world)
      await world.clock.advance(20_000)
      expect(world.sink.received).toHaveLength(attempts)
    },
  )
})

describe('notifications of refunds', () => {
  test.each(['SUCCESS', 'ABNORMAL', 'CLOSED'] as const)('tell REFUND.%s', async (refundEndsAs) => {
    const world = await payWorld({ refundEndsAs })
    await paid(world)
    const body = {
      out_trade_no: 'tea-1001',
      out_refund_no: 'rf1',
      notify_url: world.sink.url,
      amount: { refund: 1000, total: 1999, currency: 'CNY' },
    }
    const { json } = await world.call('POST', '/v3/refund/domestic/refunds', { body })
    await world.clock.advance(5 * MINUTE_MS)
    const notice = readable(world.sink.received[1] ?? neverSent())
    expect(notice.json).toMatchObject({
      event_type: `REFUND.${refundEndsAs}`,
      resource: { original_type: 'refund' },
    })
    const told: unknown = JSON.parse(decrypt(notice.json['resource']))
    expect(told).toMatchObject({
      mchid: DIRECT,
      refund_id: json['refund_id'],
      out_refund_no: 'rf1',
      refund_status: refundEndsAs,
      amount: { refund: 1000, total: 1999, payer_refund: 1000, payer_total: 1999 },
    })
    expect(told).not.toHaveProperty('appid')
  })

  test('without a notify_url of their own are not sent', async () => {
    const world = await payWorld()
    await paid(world)
    const amount = { refund: 1, total: 1999, currency: 'CNY' }
    const body = { out_trade_no: 'tea-1001', out_refund_no: 'rf1', amount }
    await world.call('POST', '/v3/refund/domestic/refunds', { body })
    await world.clock.advance(5 * MINUTE_MS)
    expect(world.sink.received).toHaveLength(1)
  })
})

describe('a changeover to a public key', () => {
  const shareOn = async (world: PayWorld, day: number) => {
    await world.clock.advance(day * DAY_MS - (world.clock.nowMs() - Date.UTC(2026, 5, 24, 8, 15)))
    const already = world.sink.received.length
    for (let count = 0; count < 40; count += 1)
      await paid(world, { out_trade_no: `d${day}-${count}-tea` })
    const { publicKeyId } = keysOf(world)
    const fresh = world.sink.received.slice(already)
    return fresh.filter(({ headers }) => headers['wechatpay-serial'] === publicKeyId).length
  }

  test('moves notifications in growing shares, each signed by the key it names', async () => {
    const world = await payWorld({ ordersPerSecond: 5000 })
    expect(await shareOn(world, 0)).toBe(0)
    world.simulator.startMigration(DIRECT)
    const mixed = await shareOn(world, 5)
    expect(mixed).toBeGreaterThan(5)
    expect(mixed).toBeLessThan(35)
    expect(await shareOn(world, 6)).toBe(40)
    const { certificate, publicKey, publicKeyId } = keysOf(world)
    for (const notice of world.sink.received.map(readable)) {
      const named = notice.headers['wechatpay-serial'] === publicKeyId
      expect([isSignedBy(publicKey, notice), isSignedBy(certificate(), notice)]).toEqual([
        named,
        !named,
      ])
    }
  })

  test('needs both kinds of keys', async () => {
    const world = await payWorld({}, [{ ...direct, wechatKeys: 'publicKey' }])
    expect(() => world.simulator.startMigration(DIRECT)).toThrow(/one kind/)
    await paid(world)
    expect(
      isSignedBy(keysOf(world).publicKey, readable(world.sink.received[0] ?? neverSent())),
    ).toBe(true)
  })
})

describe('what is no notification', () => {
  test('a forged one decrypts, claims the payment, and its signature does not fit', async () => {
    const world = await payWorld()
    await world.jsapi()
    world.simulator.forgePaid('tea-1001')
    await world.simulator.notifications.idle()
    const forged = readable(world.sink.received[0] ?? neverSent())
    expect(JSON.parse(decrypt(forged.json['resource']))).toMatchObject({
      out_trade_no: 'tea-1001',
      trade_state: 'SUCCESS',
    })
    const { certificate, publicKey } = keysOf(world)
    expect([isSignedBy(certificate(), forged), isSignedBy(publicKey, forged)]).toEqual([
      false,
      false,
    ])
    expect(world.simulator.books().payments[0]?.state).toBe('open')
  })

  test('a probe carries SIGNTEST, and whoever takes it is counted', async () => {
    const world = await payWorld({ probeNotifications: true })
    world.answerNotifications(401)
    await paid(world)
    const [probe, genuine] = world.sink.received.map(
      ({ headers }) => headers['wechatpay-signature'],
    )
    expect(probe).toMatch(/^WECHATPAY\/SIGNTEST\//)
    expect(genuine).not.toContain('SIGNTEST')
    expect(world.simulator.figures()).toEqual({ probesAccepted: 0 })
    world.answerNotifications(200)
    world.simulator.probe('tea-1001')
    await world.simulator.notifications.idle()
    expect(world.simulator.figures()).toEqual({ probesAccepted: 1 })
  })

  test('a replay is the same to the byte, its time included', async () => {
    const world = await payWorld()
    const id = await paid(world)
    await world.clock.advance(HOUR_MS)
    world.simulator.replay(id)
    await world.simulator.notifications.idle()
    const [first, second] = world.sink.received
    expect(second?.body).toEqual(first?.body)
    expect(second?.headers).toEqual(first?.headers)
    expect(() => world.simulator.replay('4200')).toThrow(/nothing was sent/)
  })
})

function neverSent(): never {
  throw new Error('nothing arrived')
}
