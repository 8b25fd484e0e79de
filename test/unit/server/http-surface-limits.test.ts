import { expect, onTestFinished, test } from 'vitest'
import { resolveConfig } from '../../../server/config.ts'
import { silentLogger } from '../../../server/platform/logger.ts'
import { createToolkit } from '../../../server/toolkit.ts'
import { ENV, ppro } from './config/fixtures.ts'

/** That the limits of the configuration stand where they should, in front of the real routes. */

const KEY = 'sandbox-merchant-key'
const TIGHT = { perMinute: 1, burst: 2 }

async function start(limits: object) {
  const config = resolveConfig(
    {
      mode: 'sandbox',
      publicUrl: 'http://127.0.0.1:1',
      listen: { port: 0 },
      database: { kind: 'sqlite', path: ':memory:' },
      merchant: { apiKeys: [{ keyId: 'shop', key: KEY }] },
      accounts: [ppro],
      limits,
    },
    ENV,
  )
  const toolkit = await createToolkit(config, { logger: silentLogger })
  onTestFinished(() => toolkit.close())
  const url = await toolkit.listen()
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { redirect: 'manual', ...init })
  const statuses = async (path: string, init: RequestInit = {}) => {
    const told: number[] = []
    for (let call = 0; call < 3; call += 1) told.push((await ask(path, init)).status)
    return told
  }
  return { ask, statuses }
}

const json = (headers: Record<string, string>, body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})
const asMerchant = { authorization: `Bearer ${KEY}` }

test.each<[string, string, RequestInit, number]>([
  ['addressPages', '/pay/tea-1', {}, 404],
  ['addressPages', '/v1/checkout/returns/p1', {}, 404],
  ['addressLogins', '/v1/login/officialAccount', {}, 400],
  ['addressRefusals', '/v1/orders/tea-1', { headers: { authorization: 'Bearer guess' } }, 401],
  ['addressRefusals', '/v1/checkout/payments/p1', {}, 401],
  ['apiKeyRequests', '/v1/orders/tea-1', { headers: asMerchant }, 404],
  ['forgedNotifications', '/v1/notifications/ppro-eu', { method: 'POST', body: 'forged' }, 401],
])('%s limits %s', async (name, path, init, status) => {
  const limited = await start({ [name]: TIGHT })
  expect(await limited.statuses(path, init)).toEqual([status, status, 429])
  const free = await start({})
  expect(await free.statuses(path, init)).toEqual([status, status, status])
})

test.each([
  ['payerVerdicts', '/v1/checkout/payments/p1', 'GET', 404],
  ['payerPayments', '/v1/checkout/tea-1/payments', 'POST', 422],
])('%s limits %s', async (name, path, method, status) => {
  const { ask, statuses } = await start({ [name]: TIGHT })
  const order = { orderRef: 'tea-1', amount: { value: 1, currency: 'CNY' }, description: 'Tea' }
  const made = await ask(
    '/v1/orders',
    json({ ...asMerchant, 'idempotency-key': 'order-number-1' }, order),
  )
  const checkoutUrl: unknown = Reflect.get(Object(await made.json()), 'checkoutUrl')
  const link = new URL(String(checkoutUrl))
  const entered = await ask(link.pathname + link.search)
  const cookie = String(entered.headers.getSetCookie()[0]?.split(';')[0])
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'idempotency-key': 'payment-1' }
  // No account serves this scene: an answer that needs no provider.
  const init = method === 'GET' ? { headers } : json(headers, { scene: 'app' })
  expect(await statuses(path, init)).toEqual([status, status, 429])
})
