import { createHash } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { createPayabl, type PayablMerchant } from '../../../../../sandbox/providers/payabl/index.ts'
import type { PayablBehaviourInput } from '../../../../../sandbox/providers/payabl/options.ts'
import { TEA_SHOP_APPS } from '../../../../../sandbox/wechat/apps.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

export type Form = Readonly<Record<string, string>>

const officialAccount = TEA_SHOP_APPS.find(({ kind }) => kind === 'officialAccount')

/** The merchant and the secret that payabl. publishes for its shared sandbox. */
export const MERCHANT: PayablMerchant = {
  merchantId: 'gateway_test',
  secret: 'b185',
  wechat: {
    mchId: '1900040000',
    appId: officialAccount?.appId ?? '',
    apiKey: 'sandboxpayablwechatkey0000000000',
  },
}

/** SHA-1 over the values by the order of their names, and the secret. */
export function sign(form: Form, secret = MERCHANT.secret): string {
  const names = Object.keys(form).toSorted()
  const text = names.map((name) => form[name]).join('') + secret
  return createHash('sha1').update(Buffer.from(text, 'latin1')).digest('hex')
}

/** The simulator with one merchant, a listening notification endpoint, and a client of its own. */
export async function payablWorld(behaviour: PayablBehaviourInput = {}) {
  const wechat = wechatWorld('payabl')
  const sink = await startSink()
  const simulator = await createPayabl({ ...wechat, merchants: [MERCHANT], behaviour })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const raw = async (operation: string, form: Form) => {
    const body = Object.entries(form).map(([name, value]) => `${name}=${inLatin1(value)}`)
    const response = await fetch(`${simulator.url}/pay/backoffice/${operation}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.join('&'),
    })
    return { status: response.status, text: await response.text() }
  }
  /** Signed, and with the answer as text. */
  const text = async (operation: string, form: Form) => {
    const named = { merchantid: MERCHANT.merchantId, ...form }
    return (await raw(operation, { ...named, signature: sign(named) })).text
  }
  const call = async (operation: string, form: Form): Promise<Record<string, string>> =>
    Object.fromEntries(new URLSearchParams(await text(operation, form)))
  const payment: Form = {
    orderid: 'order-1001',
    amount: '19.99',
    currency: 'EUR',
    payment_method: '5',
    custom2: 'wechatpay',
    accountname: 'Li Wei',
    email: 'payments@shop.example',
    firstname: 'Wei',
    lastname: 'Li',
    bankcountry: 'CN',
    customerip: '203.0.113.7',
    url_return: 'https://shop.example/return',
    url_success: 'https://shop.example/thanks',
    url_failed: 'https://shop.example/sorry',
    notification_url: sink.url,
  }
  const notifications = () =>
    sink.bodies().map((body) => Object.fromEntries(new URLSearchParams(body)))
  return { ...wechat, simulator, sink, raw, text, call, payment, notifications }
}

export type PayablWorld = Awaited<ReturnType<typeof payablWorld>>

export async function started(world: PayablWorld, changes: Form = {}) {
  const answer = await world.call('payment_preauthorize', { ...world.payment, ...changes })
  return answer['transactionid'] ?? ''
}

export async function paid(world: PayablWorld, changes: Form = {}) {
  const id = await started(world, changes)
  await world.simulator.pay(id)
  await world.simulator.notifications.idle()
  return id
}

/** What stands in the elements of that name. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}(?:/>|>([^<]*)</${name}>)`, 'g'))].map(
    ([, text = '']) => text,
  )
}

/** Latin-1 percent-encoding. */
function inLatin1(text: string): string {
  return Array.from(
    Buffer.from(text, 'latin1'),
    (byte) => `%${byte.toString(16).padStart(2, '0')}`,
  ).join('')
}
