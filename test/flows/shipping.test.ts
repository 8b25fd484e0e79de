import { afterEach, beforeEach, expect, test } from 'vitest'
import { play } from '../../scripts/demo/runs.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { type Stack, startStack } from '../../scripts/stack.ts'
import { audit } from '../../server/audit/audit.ts'
import { orderWithShipmentsSchema } from '../../shared/contract/orders.ts'
import { eventsSchema } from '../../shared/contract/webhooks.ts'
import { pairsOf, violations } from '../support/invariants.ts'

/**
 * Goal: goods that were paid in a Mini Program are told to WeChat, whatever goes wrong on the way.
 * Method: the whole line; the payer pays on the simulated phone, and WeChat's order management is the
 * sandbox's, which knows an order only seconds after it was paid.
 */

let stack: Stack
beforeEach(async () => {
  stack = await startStack({ accounts: ['wechatPay', 'worldline'], config: { logLevel: 'silent' } })
})
afterEach(() => stack.close())

async function api(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${stack.url}/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `shipping-flow-${path}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return await response.json()
}

async function paid(provider: 'wechatPay' | 'worldline', number: number): Promise<string> {
  const wish = { provider, scene: 'miniProgram', path: 'notified' } as const
  expect(await play(stack, wish, number)).toMatchObject({ verdict: 'paid' })
  return `demo-${number}`
}

async function later(ms: number): Promise<void> {
  await stack.clock.advance(ms)
  await stack.toolkit.workers.idle()
}

const EXPRESS = {
  method: 'express',
  parcels: [{ company: 'ZTO', trackingNo: 'ZTO-73100001234567' }],
}

test('an order is shipped through lost answers and refused tokens, once, and webhooks tell it', async () => {
  const orderRef = await paid('wechatPay', 1)
  const { identity } = stack.sandbox.wechat
  identity.faults.add({ endpoint: 'uploadShippingInfo', fault: { kind: 'lostAnswer' } })
  expect(await api('POST', `orders/${orderRef}/shipments`, EXPRESS)).toMatchObject({
    status: 'requested',
  })
  await later(10_000)
  await later(60_000)
  await later(60_000)
  const order = orderWithShipmentsSchema.parse(await api('GET', `orders/${orderRef}`))
  expect(order.shipments).toMatchObject([{ status: 'accepted', reason: null }])
  const [payment] = await stack.toolkit.deps.store.paymentsOfOrder(orderRef)
  const transactionId = payment?.providerPaymentId ?? ''
  const { appId = '', openid } = payment?.payer ?? {}
  const key = { kind: 'transaction', transactionId } as const
  expect(stack.sandbox.wechat.shipping.order(appId, key)).toMatchObject({
    trade: { openid, outTradeNo: payment?.outTradeNo },
    finishedCount: 1,
    parcels: [{ trackingNo: 'ZTO-73100001234567' }],
  })
  const log = eventsSchema.parse(await api('GET', 'events?limit=200'))
  const told = log.data.filter(({ data }) => data.shipment !== undefined)
  expect(told.map(({ type, data }) => [type, data.shipment?.status])).toEqual([
    ['shipment.requested', 'requested'],
    ['shipment.accepted', 'accepted'],
  ])
  const heard = stack.shop.webhooks().map(({ type }) => type)
  expect(heard).toEqual(expect.arrayContaining(['shipment.requested', 'shipment.accepted']))
  const { store } = stack.toolkit.deps
  expect(await violations(store, pairsOf(stack.sandbox), [orderRef])).toEqual([])
  expect((await audit(stack.toolkit.deps)).findings).toEqual([])
})

test('a provider that does not tell WeChat’s own number is refused in words that help', async () => {
  const orderRef = await paid('worldline', 2)
  expect(await api('POST', `orders/${orderRef}/shipments`, EXPRESS)).toMatchObject({
    status: 422,
    code: 'shipmentUnsupported',
    detail: expect.stringMatching(/worldline.*transactionId/),
  })
})
