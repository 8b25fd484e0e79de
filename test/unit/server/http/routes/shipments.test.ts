import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createIdempotency } from '../../../../../server/http/idempotency.ts'
import { createOrderRoutes } from '../../../../../server/http/routes/orders.ts'
import { createShipmentRoutes } from '../../../../../server/http/routes/shipments.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import { orderWithShipmentsSchema } from '../../../../../shared/contract/orders.ts'
import { shipmentSchema } from '../../../../../shared/contract/shipments.ts'
import { createShippingWorld, type ShippingWorld } from '../../../../support/shipping-world.ts'
import { makeTools, postJson, problemOf, startApp } from '../harness.ts'

const API_KEY = 'key-of-the-tea-shop'
const AUTHORIZED = { authorization: `Bearer ${API_KEY}` }

let here: ShippingWorld
let address: string
let keys = 0
beforeEach(async () => {
  here = await createShippingWorld()
  const stages = {
    apiKey: createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex(API_KEY) }]),
    idempotent: createIdempotency(here.deps),
  }
  const { deps } = here
  const routes = [createOrderRoutes(deps, stages), createShipmentRoutes(deps, stages)]
  address = (await startApp(makeTools(), { parsed: routes })).address
})
afterEach(() => here.close())

const express = (fields: object = {}) => ({
  method: 'express',
  parcels: [{ company: 'SF', trackingNo: 'SF-1', receiverContact: '13812345678', ...fields }],
})

function ship(body: object, headers: Record<string, string> = {}) {
  keys += 1
  const key = { 'idempotency-key': `ship-route-${keys}` }
  const url = `${address}/v1/orders/tea-1001/shipments`
  return postJson(url, body, { ...AUTHORIZED, ...key, ...headers })
}

async function order() {
  const response = await fetch(`${address}/v1/orders/tea-1001`, { headers: AUTHORIZED })
  return orderWithShipmentsSchema.parse(await response.json())
}

test('a merchant ships an order, and sees with it what became of it', async () => {
  await here.paidOrder()
  expect((await order()).shipments).toEqual([])
  const response = await ship(express())
  expect(response.status).toBe(201)
  const shipment = shipmentSchema.parse(await response.json())
  expect(shipment).toMatchObject({
    status: 'requested',
    method: 'express',
    parcels: [
      {
        company: 'SF',
        trackingNo: 'SF-1',
        itemDescription: 'Longjing',
        receiverContact: '138****5678',
      },
    ],
    isAllDelivered: true,
    correction: false,
    reason: null,
    acceptedAt: null,
  })
  await here.settled()
  const accepted = { shipmentId: shipment.shipmentId, status: 'accepted', reason: null }
  expect((await order()).shipments).toMatchObject([accepted])
})

test('the same key again is the same shipment, and other goods under it are a conflict', async () => {
  await here.paidOrder()
  const key = { 'idempotency-key': 'ship-once-1' }
  const first = await (await ship(express(), key)).text()
  expect(await (await ship(express(), key)).text()).toBe(first)
  const other = await problemOf(await ship(express({ trackingNo: 'SF-2' }), key))
  expect(other).toMatchObject({ status: 409, code: 'idempotencyKeyReused' })
  expect((await order()).shipments).toHaveLength(1)
})

test('without the API key nothing is shipped', async () => {
  await here.paidOrder()
  const problem = await problemOf(await ship(express(), { authorization: 'Bearer guess' }))
  expect(problem).toMatchObject({ status: 401, code: 'unauthenticated' })
  expect((await order()).shipments).toEqual([])
})

describe('limits of WeChat are told with the field', () => {
  const long = (length: number) => '茶'.repeat(length)

  test.each<[string, string, object]>([
    ['no method', 'method', {}],
    ['an unknown method', 'method', { method: 'drone' }],
    ['no parcel', 'parcels', { method: 'express', parcels: [] }],
    [
      'sixteen parcels',
      'parcels',
      { method: 'express', parcels: Array.from({ length: 16 }, () => express().parcels[0]) },
    ],
    ['no tracking number', 'parcels.0.trackingNo', express({ trackingNo: undefined })],
    ['a tracking number of 129', 'parcels.0.trackingNo', express({ trackingNo: '1'.repeat(129) })],
    ['a company with a space', 'parcels.0.company', express({ company: 'SF Express' })],
    [
      'SF without a telephone',
      'parcels.0.receiverContact',
      express({ receiverContact: undefined }),
    ],
    ['a name for a telephone', 'parcels.0.receiverContact', express({ receiverContact: 'Li Wei' })],
    [
      'a telephone with a masked end',
      'parcels.0.receiverContact',
      express({ receiverContact: '1381234****' }),
    ],
    ['a long description', 'parcels.0.itemDescription', express({ itemDescription: long(121) })],
    ['parcels where nothing is sent', '', { method: 'pickUp', parcels: express().parcels }],
    ['a number that is none', 'transactionId', { method: 'pickUp', transactionId: 'W-1' }],
  ])('%s', async (_, path, body) => {
    await here.paidOrder()
    const problem = await problemOf(await ship(body))
    expect(problem).toMatchObject({ status: 400, code: 'invalidRequest' })
    expect(problem['issues']).toContainEqual(expect.objectContaining({ path }))
  })
})

test.each<[string, number, () => Promise<unknown>]>([
  ['orderNotFound', 404, () => Promise.resolve()],
  ['orderNotPaid', 409, () => here.world.anOrder()],
  [
    'shipmentConflict',
    409,
    async () => {
      await here.paidOrder()
      await ship(express())
    },
  ],
])('%s is %i with its advice', async (code, status, arrange) => {
  await arrange()
  expect(await problemOf(await ship({ method: 'pickUp' }))).toMatchObject({ status, code })
})
