import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { shipOrder } from '../../../../server/usecases/ship-order.ts'
import { uploadShipment } from '../../../../server/usecases/upload-shipment.ts'
import { createShippingWorld, type ShippingWorld } from '../../../support/shipping-world.ts'
import { MINI_APP } from '../../../support/wechat-line.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

let here: ShippingWorld
let transactionId: string
beforeEach(async () => {
  here = await createShippingWorld()
  transactionId = await here.paidOrder()
})
afterEach(() => here.close())

async function ship(number = '1') {
  const { shipmentId } = await shipOrder(here.deps, {
    orderRef: 'tea-1001',
    method: 'express',
    isAllDelivered: false,
    correction: false,
    transactionId: undefined,
    parcels: [{ company: 'ZTO', trackingNo: number, itemDescription: null, receiverContact: null }],
    idempotencyKey: `ship-key-${number}`,
  })
  return shipmentId
}

async function stored(shipmentId: string) {
  const shipment = await here.world.store.shipment(shipmentId)
  if (!shipment) throw new Error('it is not stored')
  return shipment
}

async function events(): Promise<readonly string[]> {
  const all = await here.world.store.events({ afterSeq: 0, limit: 1_000 })
  return all.flatMap(({ type, shipmentId }) => (shipmentId === undefined ? [] : type))
}

const upload = 'uploadShippingInfo' as const
const numbers = () => here.atWechat(transactionId).parcels.map(({ trackingNo }) => trackingNo)

describe('what passes is waited for', () => {
  test('an order that WeChat does not know yet is told again, at growing gaps', async () => {
    here.line.wechat.shipping.settings.syncMs = 5 * MINUTE_MS
    const shipmentId = await ship()
    await here.later(0)
    expect(await stored(shipmentId)).toMatchObject({
      status: 'requested',
      sentAtMs: null,
      reason: expect.stringContaining('10060001: 支付单不存在'),
    })
    for (let minute = 0; minute < 4; minute += 1) await here.later(MINUTE_MS)
    expect(here.uploads()).toBeLessThan(10)
    expect(await here.statusOf()).toEqual(['requested'])
    for (let minute = 0; minute < 5; minute += 1) await here.later(MINUTE_MS)
    expect(await stored(shipmentId)).toMatchObject({ status: 'accepted', reason: null })
    expect(await events()).toEqual(['shipment.requested', 'shipment.accepted'])
  })

  test.each([-1, 10060012, 45009, 45011, 48001, 10060099, 268485999])(
    'error %i of WeChat',
    async (errcode) => {
      here.line.wechat.identity.faults.add({
        endpoint: upload,
        fault: { kind: 'errcode', errcode },
      })
      await here.later(10_000)
      const shipmentId = await ship()
      await here.work()
      expect((await stored(shipmentId)).reason).toContain(String(errcode))
      await here.later(10_000)
      expect(await here.statusOf()).toEqual(['accepted'])
    },
  )

  test('an access token that is refused is replaced within the same attempt', async () => {
    await here.later(10_000)
    const first = await ship('1')
    await here.work()
    here.line.wechat.identity.tokens.revoke(MINI_APP.appId)
    const second = await ship('2')
    await here.work()
    expect([await stored(first), await stored(second)]).toMatchObject([
      { status: 'accepted' },
      { status: 'accepted', attempts: 1 },
    ])
  })

  test('a WeChat that lends no token, without a word of the secret', async () => {
    await here.later(10_000)
    const fault = { kind: 'errcode', errcode: 40164 } as const
    here.line.wechat.identity.faults.add({ endpoint: 'stableToken', times: 1, fault })
    const shipmentId = await ship()
    await here.work()
    const { reason } = await stored(shipmentId)
    expect(reason).toContain('allow-list')
    expect(reason).not.toContain(MINI_APP.secret)
    await here.later(10_000)
    expect(await here.statusOf()).toEqual(['accepted'])
  })

  test('but not for ever: after three days it has failed, with the last reason', async () => {
    here.line.wechat.shipping.settings.syncMs = 1_000 * HOUR_MS
    const shipmentId = await ship()
    await here.work()
    for (let hour = 0; hour < 73; hour += 1) await here.later(HOUR_MS)
    expect(await stored(shipmentId)).toMatchObject({
      status: 'failed',
      dueAtMs: null,
      reason: expect.stringContaining('does not know this order'),
    })
    expect(here.line.lines.join('')).toContain('shipment.failed')
  })
})

describe('what WeChat never takes', () => {
  test.each([
    [10060002, 'finished'],
    [10060003, 'correction'],
    [10060031, 'somebody else paid'],
    [10060014, 'does not take it'],
    [268485216, '上传时间非法'],
  ])('%i has failed at once, with its words, and is not sent again', async (errcode, words) => {
    await here.later(10_000)
    here.line.wechat.identity.faults.add({ endpoint: upload, fault: { kind: 'errcode', errcode } })
    const shipmentId = await ship()
    await here.work()
    expect(await stored(shipmentId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(words),
    })
    await here.later(HOUR_MS)
    expect(here.uploads()).toBe(1)
    expect(await events()).toEqual(['shipment.requested', 'shipment.failed'])
  })
})

describe('no second, other upload', () => {
  test('where the answer was lost: WeChat is asked, and has it', async () => {
    await here.later(10_000)
    here.line.wechat.identity.faults.add({ endpoint: upload, fault: { kind: 'lostAnswer' } })
    const shipmentId = await ship()
    await here.work()
    expect(await stored(shipmentId)).toMatchObject({ status: 'requested' })
    await here.later(10_000)
    expect(await stored(shipmentId)).toMatchObject({ status: 'accepted' })
    expect([here.uploads(), here.looks()]).toEqual([1, 1])
    expect(numbers()).toEqual(['1'])
  })

  test('where the process died between the call and its record', async () => {
    await here.later(10_000)
    const shipmentId = await ship()
    await here.work()
    const done = await stored(shipmentId)
    // As a crash leaves it: sent, and nothing written of the answer.
    const shipment = { ...done, status: 'requested', acceptedAtMs: null, dueAtMs: 0 } as const
    await here.world.store.transaction((tx) => tx.updateShipment(shipment))
    await here.work()
    expect((await stored(shipmentId)).status).toBe('accepted')
    expect(here.uploads()).toBe(1)
  })

  test('and what was lost on its way there is sent', async () => {
    await here.later(10_000)
    here.line.wechat.identity.faults.add({
      endpoint: upload,
      fault: { kind: 'status', status: 502 },
    })
    await ship()
    await here.work()
    await here.later(10_000)
    expect([here.uploads(), here.looks()]).toEqual([2, 1])
    expect(numbers()).toEqual(['1'])
  })

  test('while WeChat does not say what it has', async () => {
    await here.later(10_000)
    const { faults } = here.line.wechat.identity
    faults.add({ endpoint: upload, fault: { kind: 'lostAnswer' } })
    faults.add({ endpoint: 'getOrder', times: 3, fault: { kind: 'errcode', errcode: -1 } })
    await ship()
    await here.work()
    for (let round = 0; round < 3; round += 1) await here.later(2_000 * 2 ** round)
    expect(here.uploads()).toBe(1)
    await here.later(MINUTE_MS)
    expect(await here.statusOf()).toEqual(['accepted'])
    expect(here.uploads()).toBe(1)
  })
})

test('shipments of one order reach WeChat in the order in which they were made', async () => {
  await here.later(10_000)
  // Only the first one meets it: those behind it could pass.
  here.line.wechat.identity.faults.add({
    endpoint: upload,
    fault: { kind: 'errcode', errcode: -1 },
  })
  for (const number of ['1', '2', '3']) await ship(number)
  for (let time = 0; time < 20; time += 1) await here.later(20_000)
  expect(await here.statusOf()).toEqual(['accepted', 'accepted', 'accepted'])
  expect(numbers()).toEqual(['1', '2', '3'])
})

test('a claim that comes too late finds it done, and does nothing', async () => {
  await here.later(10_000)
  const shipmentId = await ship()
  await here.work()
  await uploadShipment(here.deps, await stored(shipmentId))
  expect(here.uploads()).toBe(1)
  expect(await events()).toEqual(['shipment.requested', 'shipment.accepted'])
})
