import { onTestFinished } from 'vitest'
import { createSaferpay } from '../../../../../sandbox/providers/saferpay/index.ts'
import type {
  SaferpayBehaviourInput,
  SaferpayTerminal,
} from '../../../../../sandbox/providers/saferpay/options.ts'
import { TEA_SHOP_APPS } from '../../../../../sandbox/wechat/apps.ts'
import { startSink } from '../../core/sink.ts'
import { wechatWorld } from '../wechat-world.ts'

export const TERMINAL: SaferpayTerminal = {
  customerId: '245294',
  terminalId: '17925578',
  username: 'API_245294_1',
  password: 'sandbox-saferpay-password',
  currencies: ['CHF', 'EUR', 'CNY'],
  wechat: {
    mchId: '1900040000',
    appId: TEA_SHOP_APPS.find(({ kind }) => kind === 'officialAccount')?.appId ?? '',
    apiKey: 'sandboxsaferpaywechatkey00000000',
  },
}

export interface Told {
  readonly status: number
  readonly type: string
  readonly json: Record<string, unknown>
}

/** The simulator with one terminal, a listening notification endpoint, and a client of its own. */
export async function saferpayWorld(behaviour: SaferpayBehaviourInput = {}) {
  const wechat = wechatWorld('saferpay')
  const sink = await startSink()
  const simulator = await createSaferpay({ ...wechat, terminals: [TERMINAL], behaviour })
  onTestFinished(async () => {
    await simulator.close()
    await sink.close()
  })
  const requests = { count: 0 }
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${simulator.url}/api/Payment/v1/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        Accept: 'application/json',
        Authorization: `Basic ${btoa(`${TERMINAL.username}:${TERMINAL.password}`)}`,
        ...headers,
      },
      body: JSON.stringify(body),
    })
    const type = response.headers.get('content-type') ?? ''
    const text = await response.text()
    const json = type.includes('json') ? JSON.parse(text) : {}
    const told: Told = { status: response.status, type, json }
    return told
  }
  const header = (changes: object = {}) => {
    requests.count += 1
    const own = { SpecVersion: '1.53', CustomerId: TERMINAL.customerId, RetryIndicator: 0 }
    return { ...own, RequestId: `r-${requests.count}`, ...changes }
  }
  const call = (path: string, body: object, changes: object = {}) =>
    post(path, { RequestHeader: header(changes), ...body })
  const page = {
    TerminalId: TERMINAL.terminalId,
    Payment: {
      Amount: { Value: '1999', CurrencyCode: 'CHF' },
      OrderId: 'order-1001',
      Description: 'Tea, <2> boxes',
    },
    PaymentMethods: ['WECHATPAY'],
    Payer: { LanguageCode: 'zh', IpAddress: '203.0.113.7' },
    ReturnUrl: { Url: 'https://shop.example/return/abc?x=1' },
    Notification: {
      SuccessNotifyUrl: `${sink.url}?ok=1`,
      FailNotifyUrl: `${sink.url}?ok=0`,
    },
  }
  const notified = () => sink.received.map(({ method, query }) => `${method} ${query}`)
  return { ...wechat, simulator, sink, post, header, call, page, notified }
}

export type SaferpayWorld = Awaited<ReturnType<typeof saferpayWorld>>

export async function started(world: SaferpayWorld, Payment: object = {}) {
  const body = { ...world.page, Payment: { ...world.page.Payment, ...Payment } }
  const { json } = await world.call('PaymentPage/Initialize', body)
  return { token: String(json['Token']), url: String(json['RedirectUrl']) }
}

export async function paid(world: SaferpayWorld, Payment: object = {}) {
  const page = await started(world, Payment)
  await world.simulator.pay(page.token)
  await world.simulator.notifications.idle()
  return page
}

export function assert(world: SaferpayWorld, token: string) {
  return world.call('PaymentPage/Assert', { Token: token })
}

export function inquire(world: SaferpayWorld, TransactionReference: object) {
  return world.call('Transaction/Inquire', { TransactionReference })
}
