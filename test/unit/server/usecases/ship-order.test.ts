import { afterEach, describe, expect, test } from 'vitest'
import { createPayment } from '../../../../server/usecases/create-payment.ts'
import { type ShipmentWish, shipOrder } from '../../../../server/usecases/ship-order.ts'
import { createShippingWorld, type ShippingWorld } from '../../../support/shipping-world.ts'

let here: ShippingWorld
afterEach(() => here.close())

const parcel = (trackingNo: string) => ({
  company: 'SF',
  trackingNo,
  itemDescription: null,
  receiverContact: '13812345678',
})

function wish(fields: Partial<ShipmentWish> = {}): ShipmentWish {
  return {
    orderRef: 'tea-1001',
    method: 'express',
    isAllDelivered: true,
    correction: false,
    transactionId: undefined,
    parcels: [parcel('SF-1')],
    idempotencyKey: 'ship-key-1',
    ...fields,
  }
}

describe('a paid order', () => {
  test('is shipped: written first, then told to WeChat, and only the masked number is kept', async () => {
    here = await createShippingWorld()
    const transactionId = await here.paidOrder()
    const shipment = await shipOrder(here.deps, wish())
    expect(shipment).toMatchObject({ status: 'requested', reason: null })
    expect(here.uploads()).toBe(0)
    expect(JSON.stringify(shipment)).not.toContain('13812345678')
    await here.settled()
    expect(await here.statusOf()).toEqual(['accepted'])
    expect(here.atWechat(transactionId)).toMatchObject({
      deliveryMode: 1,
      logisticsType: 1,
      finished: true,
      parcels: [
        { trackingNo: 'SF-1', company: 'SF', itemDesc: 'Longjing', contact: '138****5678' },
      ],
    })
  })

  test.each([
    ['sameCity', 2],
    ['virtual', 3],
    ['pickUp', 4],
  ] as const)('is shipped as %s', async (method, logisticsType) => {
    here = await createShippingWorld()
    const transactionId = await here.paidOrder()
    const nothing = { company: null, trackingNo: null, receiverContact: null }
    const parcels = [{ ...nothing, itemDescription: 'A pot of tea' }]
    await shipOrder(here.deps, wish({ method, parcels }))
    await here.settled()
    expect(here.atWechat(transactionId)).toMatchObject({
      logisticsType,
      finished: true,
      parcels: [{ itemDesc: 'A pot of tea' }],
    })
  })

  test('in parts, then corrected once, is at WeChat as the merchant said it', async () => {
    here = await createShippingWorld()
    const transactionId = await here.paidOrder()
    const parts = { isAllDelivered: false, parcels: [parcel('A-1'), parcel('A-2')] }
    await shipOrder(here.deps, wish(parts))
    await shipOrder(here.deps, wish({ parcels: [parcel('A-3')], idempotencyKey: 'ship-key-2' }))
    await here.settled()
    expect(await here.statusOf()).toEqual(['accepted', 'accepted'])
    expect(here.atWechat(transactionId)).toMatchObject({ deliveryMode: 2, finishedCount: 1 })
    const numbers = () => here.atWechat(transactionId).parcels.map(({ trackingNo }) => trackingNo)
    expect(numbers()).toEqual(['A-1', 'A-2', 'A-3'])
    const correction = { correction: true, parcels: [parcel('B-1')] }
    await shipOrder(here.deps, wish({ ...correction, idempotencyKey: 'ship-key-3' }))
    await here.settled()
    expect(numbers()).toEqual(['B-1'])
    const again = wish({ ...correction, idempotencyKey: 'ship-key-4' })
    await expect(shipOrder(here.deps, again)).rejects.toMatchObject({ code: 'shipmentConflict' })
  })

  test('is shipped once by one key, though two requests come at once', async () => {
    here = await createShippingWorld()
    await here.paidOrder()
    const both = await Promise.all([1, 2].map(() => shipOrder(here.deps, wish())))
    expect(new Set(both.map(({ shipmentId }) => shipmentId)).size).toBe(1)
    expect(await here.statusOf()).toHaveLength(1)
  })

  test('is shipped once though two people ship it at once', async () => {
    here = await createShippingWorld()
    await here.paidOrder()
    const outcomes = await Promise.allSettled(
      ['ship-key-1', 'ship-key-2'].map((idempotencyKey) =>
        shipOrder(here.deps, wish({ idempotencyKey })),
      ),
    )
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(await here.statusOf()).toHaveLength(1)
  })
})

describe('nothing is told of', () => {
  const refusal = (fields: Partial<ShipmentWish> = {}) =>
    shipOrder(here.deps, wish(fields)).then(
      () => 'shipped',
      (error: unknown) => error,
    )

  test('an order that is not there, or not paid', async () => {
    here = await createShippingWorld()
    expect(await refusal({ orderRef: 'nobody' })).toMatchObject({ code: 'orderNotFound' })
    await here.world.anOrder('open')
    expect(await refusal({ orderRef: 'open' })).toMatchObject({ code: 'orderNotPaid' })
    expect(here.line.requests).toEqual([])
  })

  test('an order that was paid outside a Mini Program', async () => {
    here = await createShippingWorld()
    await here.world.anOrder('desk', { payer: null })
    const { outTradeNo } = await createPayment(
      here.world,
      here.world.wish({
        orderRef: 'desk',
        scene: 'desktopQr',
        sessions: [],
        checkoutToken: 'token of desk',
        idempotencyKey: 'key-of-desk',
      }),
    )
    here.world.provider.pay(outTradeNo)
    await here.world.later(3_000)
    expect(await refusal({ orderRef: 'desk' })).toMatchObject({
      code: 'shipmentUnsupported',
      detail: expect.stringContaining('desktopQr'),
    })
  })

  test('an order that was paid in an app that is not ours', async () => {
    here = await createShippingWorld()
    await here.paidOrder()
    const orderManagement = { ...here.deps.orderManagement, has: () => false }
    const shipping = shipOrder({ ...here.deps, orderManagement }, wish())
    await expect(shipping).rejects.toMatchObject({
      code: 'shipmentUnsupported',
      detail: expect.stringContaining('wx-mini'),
    })
  })

  test('a payment whose number at WeChat Pay nobody tells, unless the merchant does', async () => {
    here = await createShippingWorld({ tellsTransactionId: false })
    const transactionId = await here.paidOrder()
    expect(await refusal()).toMatchObject({
      code: 'shipmentUnsupported',
      detail: expect.stringContaining('transactionId'),
    })
    expect(await refusal({ transactionId })).toBe('shipped')
    await here.settled()
    expect(await here.statusOf()).toEqual(['accepted'])
  })

  test('a number that contradicts the provider’s', async () => {
    here = await createShippingWorld()
    await here.paidOrder()
    expect(await refusal({ transactionId: '42000012342026030199999' })).toMatchObject({
      code: 'shipmentUnsupported',
    })
  })
})
