import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Payment } from '../../../../../server/domain/payment.ts'
import { createIdempotency } from '../../../../../server/http/idempotency.ts'
import { createCheckoutRoutes } from '../../../../../server/http/routes/checkout.ts'
import { createSessionStage } from '../../../../../server/http/session.ts'
import { createSessions, type SessionHolder } from '../../../../../server/identity/sessions.ts'
import { createAttention } from '../../../../../server/usecases/attention.ts'
import { shipOrder } from '../../../../../server/usecases/ship-order.ts'
import { checkoutOrderSchema } from '../../../../../shared/contract/checkout-orders.ts'
import { createShippingWorld, type ShippingWorld } from '../../../../support/shipping-world.ts'
import { makeTools, problemOf, startApp } from '../harness.ts'

const SHOP = 'https://shop.example'
const LI_WEI = { appId: 'wx-mini', openid: 'o-liwei' }

let here: ShippingWorld
let payment: Payment
let address: string
beforeEach(async () => {
  here = await createShippingWorld()
  await here.paidOrder()
  const [paid] = await here.world.store.paymentsOfOrder('tea-1001')
  if (!paid) throw new Error('nothing is paid')
  payment = paid
  const attention = createAttention(here.world.clock, () => Promise.resolve())
  const stages = {
    session: createSessionStage({ ...here.world, sessions: sessions(), publicUrl: SHOP }).required,
    idempotent: createIdempotency(here.deps),
    stopping: new AbortController().signal,
  }
  const routes = createCheckoutRoutes({ ...here.world, attention }, stages)
  address = (await startApp(makeTools(), { parsed: [routes] })).address
})
afterEach(() => here.close())

function sessions() {
  return createSessions({ ...here.world, lifetimes: { payerMs: 3.6e6, checkoutMs: 3.6e6 } })
}

async function askAs(holder: SessionHolder, outTradeNo = payment.outTradeNo): Promise<Response> {
  const { token } = await sessions().open(holder)
  const url = `${address}/v1/checkout/orders?outTradeNo=${outTradeNo}`
  return await fetch(url, { headers: { authorization: `Bearer ${token}` } })
}

const asPayer = { payer: LI_WEI, orderRef: null }

test('the payer finds the order by the number that the order centre knows, and its parcels', async () => {
  await shipOrder(here.deps, {
    orderRef: 'tea-1001',
    method: 'express',
    isAllDelivered: true,
    correction: false,
    transactionId: undefined,
    parcels: [
      {
        company: 'SF',
        trackingNo: 'SF-1',
        itemDescription: null,
        receiverContact: '13812345678',
      },
    ],
    idempotencyKey: 'ship-key-1',
  })
  const response = await askAs(asPayer)
  expect(response.status).toBe(200)
  expect(checkoutOrderSchema.parse(await response.json())).toMatchObject({
    order: { orderRef: 'tea-1001', status: 'paid' },
    payment: { paymentId: payment.paymentId, verdict: 'paid' },
    shipments: [{ status: 'requested', parcels: [{ company: 'SF', trackingNo: 'SF-1' }] }],
  })
})

test('a shipment that WeChat refused is nothing that the payer should see', async () => {
  const fault = { kind: 'errcode', errcode: 10060003 } as const
  here.line.wechat.identity.faults.add({ endpoint: 'uploadShippingInfo', fault })
  await shipOrder(here.deps, {
    orderRef: 'tea-1001',
    method: 'pickUp',
    isAllDelivered: true,
    correction: false,
    transactionId: undefined,
    parcels: [{ company: null, trackingNo: null, itemDescription: null, receiverContact: null }],
    idempotencyKey: 'ship-key-1',
  })
  await here.work()
  expect(await here.statusOf()).toEqual(['failed'])
  expect(checkoutOrderSchema.parse(await (await askAs(asPayer)).json()).shipments).toEqual([])
})

test.each<[string, SessionHolder]>([
  ['another person', { payer: { ...LI_WEI, openid: 'o-anna' }, orderRef: null }],
  ['the same openid in another app', { payer: { ...LI_WEI, appId: 'wx-other' }, orderRef: null }],
  ['whoever holds the link to the order', { payer: null, orderRef: 'tea-1001' }],
])('%s is told that there is no such order', async (_, holder) => {
  expect(await problemOf(await askAs(holder))).toMatchObject({ status: 404, code: 'orderNotFound' })
})

test('so is the payer, for a number that is none', async () => {
  const problem = await problemOf(await askAs(asPayer, 'p-unknown'))
  expect(problem).toMatchObject({ status: 404, code: 'orderNotFound' })
})

test('without a login nobody is told anything', async () => {
  const url = `${address}/v1/checkout/orders?outTradeNo=${payment.outTradeNo}`
  expect(await problemOf(await fetch(url))).toMatchObject({ status: 401, code: 'sessionMissing' })
})
