import { onTestFinished } from 'vitest'
import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import {
  createSaferpayProvider,
  type SaferpayConfig,
  saferpayConfigSchema,
} from '../../../../../server/providers/saferpay/index.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'
import { type Heard, type Peer, type Reply, startPeer } from '../support/peer.ts'

/** One terminal at a scripted Saferpay, and messages as the documents show them. */

export const PASSWORD = 'JsonApiPwd1_topsecret'
export const NOTIFICATION_SECRET = 'a-secret-of-this-test-alone'
export const END_MS = Date.UTC(2026, 5, 24, 10, 35)
export const TOKEN = '234uhfh78234hlasdfh8234e1234'

export function aConfig(fields: Record<string, unknown> = {}): SaferpayConfig {
  return saferpayConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1/api',
    customerId: '123456',
    terminalId: '12345678',
    credentials: { username: 'API_123456_1', password: PASSWORD },
    notificationSecret: NOTIFICATION_SECRET,
    ...fields,
  })
}

/** One call as Saferpay heard it. */
export interface HeardCall {
  readonly path: string
  readonly headers: Heard['headers']
  readonly body: Record<string, unknown> & { RequestHeader: Record<string, unknown> }
}

/** What the other side answers; its RequestId is put in, as Saferpay echoes it. */
export type Scripted =
  | { readonly status?: number; readonly json: object }
  | { readonly raw: Reply }
  | 'reset'
  /** Never answers; the connection stays. */
  | 'silence'

export interface Connected {
  readonly provider: Provider
  readonly clock: ManualClock
  readonly peer: Peer
  readonly calls: () => readonly HeardCall[]
}

/** The answers of each call, by the last word of its path, in their order; the last one stays. */
export async function connect(
  script: Record<string, readonly Scripted[]>,
  fields: Record<string, unknown> = {},
): Promise<Connected> {
  const turns = new Map<string, number>()
  const peer = await startPeer((heard) => {
    const name = heard.path.split('/').at(-1) ?? ''
    const answers = script[name] ?? []
    const turn = turns.get(name) ?? 0
    turns.set(name, turn + 1)
    const answer = answers[Math.min(turn, answers.length - 1)]
    if (answer === undefined) return { status: 599, body: `nothing scripted for ${name}` }
    if (answer === 'reset') return 'reset'
    if (answer === 'silence') return new Promise(() => undefined)
    return 'raw' in answer ? answer.raw : jsonReply(answer, readCall(heard))
  })
  const clock = manualClock()
  const http = createHttpClient({ clock })
  onTestFinished(async () => {
    await http.close()
    await peer.close()
  })
  const config = aConfig({ endpoint: `${peer.url}/api`, ...fields })
  const provider = createSaferpayProvider({ accountId: 'saferpay', config, http, clock })
  return { provider, clock, peer, calls: () => peer.heard.map(readCall) }
}

function jsonReply(answer: { status?: number; json: object }, { body }: HeardCall): Reply {
  const ResponseHeader = { SpecVersion: '1.53', RequestId: body.RequestHeader['RequestId'] }
  return {
    status: answer.status ?? 200,
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ ResponseHeader, ...answer.json }),
  }
}

function readCall({ path, headers, body }: Heard): HeardCall {
  return { path, headers, body: JSON.parse(body) }
}

/** The wish behind the specification's Initialize example. */
export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'order-1001',
    scene: 'desktopQr',
    amount: { value: 1999, currency: 'CHF' },
    payer: null,
    description: 'Tea, 2 boxes',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return/abc',
    notifyUrl: 'https://shop.example/v1/notifications/saferpay',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 11),
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'order-1001',
    providerPaymentId: null,
    providerState: { token: TOKEN, expiresAtMs: String(END_MS) },
    amount: { value: 1999, currency: 'CHF' },
    scene: 'desktopQr',
    ...fields,
  }
}

export const INITIALIZED = {
  Token: TOKEN,
  Expiration: '2026-06-24T12:35:00.000+02:00',
  RedirectUrl: `https://test.saferpay.com/vt2/api/PaymentPage/123456/12345678/${TOKEN}`,
}

export function transaction(fields: Record<string, unknown> = {}) {
  return {
    Transaction: {
      Type: 'PAYMENT',
      Status: 'CAPTURED',
      Id: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA',
      CaptureId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA_c',
      Date: '2026-06-24T12:20:22.258+02:00',
      Amount: { Value: '1999', CurrencyCode: 'CHF' },
      OrderId: 'order-1001',
      AcquirerName: 'WeChat',
      SixTransactionReference: '0:0:3:MUOGAWA9pKr6rAv5dUKIbAjrCGYA',
      SomethingNew: { since: 'yesterday' },
      ...fields,
    },
    PaymentMeans: { Brand: { PaymentMethod: 'WECHATPAY', Name: 'WeChat Pay' }, DisplayText: '' },
  }
}

export function refundTransaction(fields: Record<string, unknown> = {}) {
  return transaction({
    Type: 'REFUND',
    Id: 'refundTransaction1',
    CaptureId: 'refundTransaction1_c',
    Amount: { Value: '500', CurrencyCode: 'CHF' },
    OrderId: 'refund-1001-1',
    ...fields,
  })
}

export function refused(
  ErrorName: string,
  fields: { status?: number } & Record<string, unknown> = {},
): { status: number; json: object } {
  const { status = 402, ...more } = fields
  return { status, json: { Behavior: 'DO_NOT_RETRY', ErrorName, ErrorMessage: 'No.', ...more } }
}

export function called(url: string, fields: Partial<RawNotification> = {}): RawNotification {
  const query = new URL(url).search.slice(1)
  return { method: 'GET', headers: {}, query, body: new Uint8Array(), receivedAtMs: 0, ...fields }
}
