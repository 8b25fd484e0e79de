import { afterEach, expect, test } from 'vitest'
import { shipOrder } from '../../../../server/usecases/ship-order.ts'
import { uploadShipments } from '../../../../server/workers/upload-shipments.ts'
import { createShippingWorld, type ShippingWorld } from '../../../support/shipping-world.ts'

let here: ShippingWorld
afterEach(() => here.close())

const ORDERS = 11

test('a WeChat that does not answer holds eight hands at most, and then the rest is uploaded', async () => {
  here = await createShippingWorld({ works: false })
  const silent = Promise.withResolvers<{ kind: 'done' }>()
  const orderManagement = { ...here.deps.orderManagement, upload: () => silent.promise }
  const kind = uploadShipments({ ...here.deps, orderManagement })
  for (let number = 1; number <= ORDERS; number += 1) {
    await here.paidOrder(`tea-${number}`)
    await shipOrder(here.deps, {
      orderRef: `tea-${number}`,
      method: 'pickUp',
      isAllDelivered: true,
      correction: false,
      transactionId: undefined,
      parcels: [{ company: null, trackingNo: null, itemDescription: null, receiverContact: null }],
      idempotencyKey: `ship-key-${number}`,
    })
  }
  const claim = { nowMs: here.world.clock.nowMs(), leaseMs: 30_000, limit: 32 }
  const works = await kind.claim(claim)
  expect(works).toHaveLength(8)
  const running = works.map((work) => work())
  expect(await kind.claim(claim)).toEqual([])
  expect(await kind.nextAtMs(await here.world.store.nextDue())).toBeNull()
  silent.resolve({ kind: 'done' })
  await Promise.all(running)
  expect(await kind.claim(claim)).toHaveLength(ORDERS - 8)
})
