import { Merchant } from '../../../scripts/demo/merchant.ts'
import { allCases, type Case, play } from '../../../scripts/demo/runs.ts'
import { freePort } from '../../../scripts/free-port.ts'
import { sandboxAccounts } from '../../../scripts/sandbox-accounts.ts'
import { SANDBOX_API_KEY, sandboxConfig } from '../../../scripts/sandbox-config.ts'
import type { Stack } from '../../../scripts/stack.ts'
import { resolveConfig } from '../../../server/config.ts'
import type { Logger } from '../../../server/platform/logger.ts'
import { createToolkit } from '../../../server/toolkit.ts'
import { HOSTILE_BODIES } from './bodies.ts'
import type { Overhearing } from './overhear.ts'
import { RUNS } from './target.ts'

/** The stories of the demo: a few of every provider, or all of them in a long run. */
export async function tellStories(stack: Stack, errors: string[]): Promise<void> {
  const all = allCases(stack)
  const chosen =
    RUNS < 1_000 ? all.filter((wish, index) => isFirst(wish, all.slice(0, index))) : all
  for (const [number, wish] of chosen.entries()) {
    const { verdict } = await play(stack, wish, number + 1, { notifications: { forge: 'all' } })
    errors.push(verdict)
  }
}

/** One of every provider that is paid and partly given back; both logins, and a till. */
function isFirst({ provider, scene, path }: Case, before: readonly Case[]): boolean {
  if (path !== 'refunded') return false
  const isNew = !before.some((other) => other.path === path && other.provider === provider)
  return isNew || (provider === 'wechatPay' && /officialAccount|paymentCode/.test(scene))
}

interface Wrong {
  readonly stack: Stack
  readonly logger: Logger
  readonly hears: Overhearing
}

/** Providers that fail, keys that are wrong, messages that are forged, bodies that hurt. */
export async function goWrong({ stack, logger, hears }: Wrong): Promise<void> {
  await refundToABank(stack)
  await shipAndSign(stack)
  await failAtTheProvider(stack)
  await knockWithNonsense(stack.url)
  await startWithWrongKeys(stack, { logger, hears })
}

async function post(url: string, body: unknown, headers: object = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `wrong-${url.length}-${JSON.stringify(body).length}-${url.slice(-12)}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return response.json().catch(() => null)
}

async function orderAndPay(url: string, accountId: string, scene = 'desktopQr'): Promise<unknown> {
  const orderRef = `wrong-${accountId}-${scene}`
  const currency = accountId === 'saferpay' ? 'CHF' : accountId === 'payabl' ? 'EUR' : 'CNY'
  await post(`${url}/v1/orders`, { orderRef, amount: { value: 1999, currency }, description: 'x' })
  return post(`${url}/v1/payments`, { orderRef, scene, accountId, payerIp: '203.0.113.9' })
}

/** A refund that cannot arrive, and goes to the payer's bank account instead. */
async function refundToABank({ url, sandbox, clock, toolkit }: Stack): Promise<void> {
  const payment = await orderAndPay(url, 'wechatPay')
  const paymentId = textOf(payment, 'paymentId')
  await sandbox.wechatPay.pay(textOf(payment, 'outTradeNo'))
  await sandbox.wechatPay.notifications.idle()
  sandbox.wechatPay.configure({ refundEndsAs: 'ABNORMAL' })
  const merchant = new Merchant(url, SANDBOX_API_KEY)
  const money = { value: 500, currency: 'CNY' }
  const { refundId } = await merchant.refund(paymentId, 'refund-to-a-bank', money)
  await clock.advance(10 * 60_000)
  await toolkit.workers.idle()
  const to = {
    kind: 'payerBankCard',
    bankType: 'CMB_DEBIT',
    accountNumber: '62258801371234567',
    holderName: '欧阳娜娜·伊丽莎白',
  }
  for (const body of [{ to }, { to: { ...to, bankType: 'no' } }, { to, strange: true }]) {
    await post(`${url}/v1/refunds/${refundId}/continue`, body)
  }
}

/** WeChat lends tokens and a ticket, takes one of them away, and refuses what it is told. */
async function shipAndSign(stack: Stack): Promise<void> {
  const { url, sandbox, clock, toolkit } = stack
  const wish = { provider: 'wechatPay', scene: 'miniProgram', path: 'notified' } as const
  await play(stack, wish, 900)
  const { identity } = sandbox.wechat
  const parcel = { company: 'SF', receiverContact: '13812345678' }
  const ship = (trackingNo: string, fields: object = {}) =>
    post(`${url}/v1/orders/demo-900/shipments`, {
      method: 'express',
      parcels: [{ ...parcel, trackingNo }],
      ...fields,
    })
  const later = async () => {
    await clock.advance(60_000)
    await toolkit.workers.idle()
  }
  identity.faults.add({ endpoint: 'stableToken', fault: { kind: 'errcode', errcode: 40164 } })
  identity.faults.add({ endpoint: 'uploadShippingInfo', fault: { kind: 'lostAnswer' } })
  await ship('SF-900')
  await later()
  await later()
  for (const { appId } of sandbox.wechat.registry.apps()) identity.tokens.revoke(appId)
  await ship('SF-901', { correction: true })
  await later()
  await ship('SF-902', { correction: true })
  for (const page of [`${url}/pay/demo-900`, 'https://evil.example/']) {
    await fetch(`${url}/v1/jsSdkConfig?url=${encodeURIComponent(page)}`)
  }
}

async function failAtTheProvider({ url, sandbox }: Stack): Promise<void> {
  for (const { accountId } of sandboxAccounts(sandbox)) {
    for (const simulator of sandbox.providers) {
      simulator.faults.set({ calls: [{ fault: 'fail5xx', dose: 'all' }] })
    }
    await orderAndPay(url, accountId, 'mobileWeb')
    for (const simulator of sandbox.providers) simulator.faults.clear()
  }
}

async function knockWithNonsense(url: string): Promise<void> {
  const accounts = ['worldline', 'wechatPay', 'ppro', 'wooshpay', 'payabl', 'saferpay']
  const bodies = Object.values(HOSTILE_BODIES).map((make) => Buffer.from(make()).toString('utf8'))
  for (const [index, body] of bodies.entries()) {
    await post(`${url}/v1/notifications/${accounts[index % accounts.length]}`, body)
    await post(`${url}/v1/login/miniProgram`, body)
    await post(`${url}/v1/orders`, body)
  }
  await post(`${url}/v1/login/miniProgram`, {
    appId: 'wx7ea5409d31c2f6b8',
    loginCode: 'made-up-code',
  })
  await fetch(`${url}/v1/login/officialAccount/callback?code=made-up-oauth-code&state=abc`)
  await fetch(`${url}/pay/tea-none?t=made-up-checkout-token`, { redirect: 'manual' })
}

/** The same accounts with a key that is wrong at each: the provider turns every call down. */
async function startWithWrongKeys(
  { sandbox, clock }: Stack,
  { logger, hears }: Pick<Wrong, 'logger' | 'hears'>,
): Promise<void> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const database = { kind: 'sqlite', path: ':memory:' } as const
  const plain = sandboxConfig(sandbox, { publicUrl: url, port, database })
  const accounts = sandboxAccounts(sandbox).map((account) => ({
    ...account,
    config: { ...account.config, ...wrongKeys(account.config) },
  }))
  const config = resolveConfig({ ...plain, logLevel: 'debug', accounts }, {})
  const toolkit = await createToolkit(config, { clock, logger, http: hears.http })
  await toolkit.listen()
  hears.listenTo({ sandbox, url })
  for (const { accountId } of accounts) await orderAndPay(url, accountId)
  await toolkit.close()
}

const WRONG: Readonly<Record<string, unknown>> = {
  secretApiKey: 'a-wrong-worldline-secret',
  password: 'a-wrong-ppro-password',
  secretKey: 'sk_test_awrongwooshpaykey',
  secret: 'a-wrong-payabl-secret',
  credentials: { username: 'API_WRONG', password: 'a-wrong-saferpay-password' },
  apiV3Key: 'a-wrong-wechat-pay-v3-key-000000',
}

function wrongKeys(config: object): object {
  return Object.fromEntries(Object.entries(WRONG).filter(([name]) => name in config))
}

function textOf(value: unknown, name: string): string {
  const text: unknown = Reflect.get(Object(value), name)
  return typeof text === 'string' ? text : ''
}
