import type { HttpClient } from '../../server/providers/http.ts'
import type { Provider } from '../../server/providers/provider.ts'
import {
  createSaferpayProvider,
  saferpayConfigSchema,
} from '../../server/providers/saferpay/index.ts'
import { manualClock } from '../unit/server/providers/support/manual-clock.ts'
import { aReference, aWish } from './golden.ts'

/** One call of ours, as Saferpay reads it. */
export interface Call {
  readonly path: string
  readonly body: unknown
}

/**
 * The page prints rules and no messages, so these are the least that the JSON API's specification
 * allows, by the last word of the path that they answer.
 */
export const ANSWERS = {
  Initialize: {
    Token: '234uhfh78234hlasdfh8234e1234',
    Expiration: '2026-06-24T12:35:00.000+02:00',
    RedirectUrl: 'https://test.saferpay.com/vt2/api/PaymentPage/123456/12345678/234uhfh',
  },
  Assert: {
    Transaction: {
      Type: 'PAYMENT',
      Status: 'CAPTURED',
      Id: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA',
      CaptureId: 'MUOGAWA9pKr6rAv5dUKIbAjrCGYA_c',
      Amount: { Value: '1999', CurrencyCode: 'CHF' },
      OrderId: 'order-1001',
    },
  },
  Refund: {
    Transaction: {
      Type: 'REFUND',
      Status: 'CAPTURED',
      Id: 'refundTransaction1',
      Amount: { Value: '500', CurrencyCode: 'CHF' },
      OrderId: 'refund-1001-1',
    },
  },
} as const

export const WISH = aWish({
  outTradeNo: 'order-1001',
  amount: { value: 1999, currency: 'CHF' },
})
export const PAYMENT = aReference({
  outTradeNo: 'order-1001',
  amount: { value: 1999, currency: 'CHF' },
  providerState: { token: ANSWERS.Initialize.Token },
})
export const REFUND_WISH = {
  payment: PAYMENT,
  outRefundNo: 'refund-1001-1',
  amount: { value: 500, currency: 'CHF' },
  reason: null,
}

/** A terminal that gives these answers; one with a `Behavior` is a refusal. */
export function saferpayAnswering(
  answers: Readonly<Record<string, object>> = ANSWERS,
  fields: Record<string, unknown> = {},
): { readonly provider: Provider; readonly calls: readonly Call[] } {
  const calls: Call[] = []
  const http: HttpClient = ({ url, body }) => {
    const path = url.split('/v1/')[1] ?? url
    const request: { RequestHeader?: object } = JSON.parse(Buffer.from(body ?? []).toString())
    calls.push({ path, body: request })
    const answer = answers[path.split('/')[1] ?? '']
    if (!answer) throw new Error(`nothing to answer ${path} with`)
    const text = JSON.stringify({ ResponseHeader: request.RequestHeader, ...answer })
    return Promise.resolve({
      status: 'Behavior' in answer ? 402 : 200,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(text),
    })
  }
  const config = saferpayConfigSchema.parse({
    endpoint: 'https://test.saferpay.com/api',
    customerId: '123456',
    terminalId: '12345678',
    credentials: { username: 'API_123456_1', password: 'golden' },
    notificationSecret: 'golden-notification-secret',
    ...fields,
  })
  const clock = manualClock()
  return { provider: createSaferpayProvider({ accountId: 'saferpay', config, http, clock }), calls }
}
