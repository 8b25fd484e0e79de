import { Stripe } from 'stripe'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { NotificationMessage } from '../../../sandbox/notifier.ts'
import { createWooshpay } from '../../../sandbox/providers/wooshpay/index.ts'
import { TEA_SHOP_APPS } from '../../../sandbox/wechat/apps.ts'
import { signedAtSeconds, webhookSignature } from '../../../server/providers/wooshpay/signing.ts'
import { wechatWorld } from '../../unit/sandbox/providers/wechat-world.ts'

/**
 * WooshPay's webhook signature is built as Stripe's is, so Stripe's own library is an independent
 * judge of both sides: of what the simulator sends, and of what the adapter believes. It judges the
 * written rule, not WooshPay's servers.
 */
const { webhooks } = new Stripe('sk_test_only_the_webhook_helpers_are_used')
const SECRET = 'whsec_tea_shop'
const OTHER_SECRET = 'whsec_somebody_else'
const ANY_AGE_SECONDS = 1e12
const PAYLOAD = JSON.stringify({ id: 'evt_1', type: 'payment_intent.succeeded', note: '龙井' })
const NOW_S = 1_700_000_000

const header = (secret: string, payload = PAYLOAD) =>
  webhooks.generateTestHeaderString({ payload, secret, timestamp: NOW_S })

async function sentByTheSimulator(): Promise<NotificationMessage> {
  const wechat = wechatWorld('wooshpay and stripe')
  const messages: NotificationMessage[] = []
  const appIdOf = (kind: string) => TEA_SHOP_APPS.find((app) => app.kind === kind)?.appId ?? ''
  const simulator = await createWooshpay({
    ...wechat,
    accounts: [
      {
        name: 'tea-shop',
        secretKey: 'sk_test_teashop',
        webhooks: [{ url: 'https://shop.example/hook', secret: SECRET }],
        wechat: {
          mchId: '1900040000',
          apiKey: 'key-of-the-account',
          appIds: { officialAccount: appIdOf('officialAccount') },
        },
      },
    ],
    transport(message) {
      messages.push(message)
      return Promise.resolve(200)
    },
  })
  onTestFinished(() => simulator.close())
  const response = await fetch(`${simulator.url}/v1/payment_intents`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from('sk_test_teashop:').toString('base64')}`,
    },
    body: JSON.stringify({
      amount: 1999,
      currency: 'CNY',
      confirm: true,
      description: '龙井茶 50 g',
      merchant_order_id: 'p1001',
      payment_method_data: { type: 'wechat_pay' },
      payment_method_options: {
        wechat_pay: { terminal_type: 'WEB', os_type: 'IOS', client_ip: '203.0.113.7' },
      },
    }),
  })
  expect(response.status).toBe(200)
  await simulator.notifications.idle()
  const [message] = messages
  if (!message) throw new Error('the simulator sent nothing')
  return message
}

describe('what the simulator signs', () => {
  test("passes Stripe's check, byte for byte", async () => {
    const { body, headers } = await sentByTheSimulator()
    const signature = headers['Wooshpay-Signature'] ?? headers['wooshpay-signature'] ?? ''
    const event = webhooks.constructEvent(body, signature, SECRET, ANY_AGE_SECONDS)
    expect(event).toMatchObject({ object: 'event', type: expect.stringMatching(/^payment_intent/) })
  })

  test('fails it with another secret, and with one byte changed', async () => {
    const { body, headers } = await sentByTheSimulator()
    const signature = headers['Wooshpay-Signature'] ?? headers['wooshpay-signature'] ?? ''
    const check = (payload: string, secret: string) => () =>
      webhooks.constructEvent(payload, signature, secret, ANY_AGE_SECONDS)
    expect(check(body, OTHER_SECRET)).toThrow(/signature/i)
    expect(check(body.replace('p1001', 'p1002'), SECRET)).toThrow(/signature/i)
  })
})

describe('what the adapter believes', () => {
  const bytes = Buffer.from(PAYLOAD)

  test("is what Stripe's library signs", () => {
    expect(signedAtSeconds(header(SECRET), bytes, [SECRET])).toBe(NOW_S)
  })

  test('also while one secret replaces another', () => {
    expect(signedAtSeconds(header(SECRET), bytes, [OTHER_SECRET, SECRET])).toBe(NOW_S)
  })

  test('is nothing signed with another secret, for another body or at another time', () => {
    expect(signedAtSeconds(header(OTHER_SECRET), bytes, [SECRET])).toBeNull()
    expect(signedAtSeconds(header(SECRET, `${PAYLOAD} `), bytes, [SECRET])).toBeNull()
    const moved = header(SECRET).replace(String(NOW_S), String(NOW_S + 1))
    expect(signedAtSeconds(moved, bytes, [SECRET])).toBeNull()
  })

  test("and what we sign passes Stripe's check", () => {
    const v1 = webhookSignature(String(NOW_S), bytes, SECRET)
    const event = webhooks.constructEvent(PAYLOAD, `t=${NOW_S},v1=${v1}`, SECRET, ANY_AGE_SECONDS)
    expect(event).toMatchObject({ id: 'evt_1' })
  })
})
