import { createHmac } from 'node:crypto'
import { ProviderError } from '../../../../../server/providers/errors.ts'
import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
  RefundInput,
} from '../../../../../server/providers/provider.ts'
import {
  createWooshpayProvider,
  type WooshpayConfig,
  wooshpayConfigSchema,
} from '../../../../../server/providers/wooshpay/index.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'

/** One account at a scripted WooshPay, and messages as the documents show them. */

export const SECRET_KEY = 'sk_test_secretofthistest'
export const WEBHOOK_SECRET = 'whsec_test'
export const PAYMENT_ID = 'pi_1666625039547498496'
export const REFUND_ID = 're_1787730829493927936'
export const NOW_MS = Date.UTC(2026, 5, 24, 10, 15)

export function aConfig(fields: Record<string, unknown> = {}): WooshpayConfig {
  return wooshpayConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1',
    secretKey: SECRET_KEY,
    webhookSecrets: [WEBHOOK_SECRET],
    ...fields,
  })
}

export interface Connected {
  readonly provider: Provider
  readonly clock: ManualClock
  readonly close: () => Promise<void>
}

export function connect(endpoint: string, fields: Record<string, unknown> = {}): Connected {
  const clock = manualClock(NOW_MS)
  const http = createHttpClient({ clock })
  const config = aConfig({ endpoint, ...fields })
  const provider = createWooshpayProvider({ accountId: 'wooshpay', config, http, clock })
  return { provider, clock, close: () => http.close() }
}

export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'p1001',
    scene: 'desktopQr',
    amount: { value: 20, currency: 'CNY' },
    payer: null,
    description: 'Tea',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: 'https://shop.example/n',
    deviceIsMobile: false,
    paymentCode: null,
    expiresAtMs: Date.UTC(2026, 5, 24, 11),
    ...fields,
  }
}

export function aReference(fields: Partial<PaymentReference> = {}): PaymentReference {
  return {
    outTradeNo: 'p1001',
    providerPaymentId: PAYMENT_ID,
    providerState: {},
    amount: { value: 20, currency: 'CNY' },
    scene: 'desktopQr',
    ...fields,
  }
}

export function aRefundWish(fields: Partial<RefundInput> = {}): RefundInput {
  return {
    payment: aReference(),
    outRefundNo: 'rf-1',
    amount: { value: 10, currency: 'CNY' },
    reason: 'the cup was broken',
    ...fields,
  }
}

/** The PaymentIntent of the WeChat Pay page, with our number. */
export function anIntent(status: string, fields: Record<string, unknown> = {}) {
  return {
    id: PAYMENT_ID,
    object: 'payment_intent',
    created: 1686189348000,
    livemode: false,
    currency: 'CNY',
    amount: 20,
    status,
    client_secret: `${PAYMENT_ID}_secret_qGj2VEg4khXSWkXvRI7Y3yZe`,
    next_action: null,
    merchant_order_id: 'p1001',
    payment_method_types: ['wechat_pay'],
    capture_method: 'automatic',
    ...fields,
  }
}

export const QR_ACTION = {
  type: 'wechat_pay_display_qr_code',
  wechat_pay_display_qr_code: { image_data_url: 'weixin://wxpay/bizpayurl?pr=lJhTByDzz' },
}

export function aRefund(status: string, fields: Record<string, unknown> = {}) {
  return {
    id: REFUND_ID,
    object: 'refund',
    amount: 10,
    created: 1686189348000,
    currency: 'CNY',
    metadata: { refund_id: 'rf-1' },
    payment_intent: PAYMENT_ID,
    reason: 'requested_by_customer',
    status,
    description: null,
    ...fields,
  }
}

export function anEvent(type: string, object: unknown, fields: Record<string, unknown> = {}) {
  return {
    id: 'evt_1',
    object: 'event',
    api_version: '1.0.1',
    created: NOW_MS,
    livemode: false,
    pending_webhooks: 1,
    type,
    data: { object },
    ...fields,
  }
}

/** A genuine notification of these bytes, signed and received now unless told otherwise. */
export function signed(
  body: unknown,
  { secret = WEBHOOK_SECRET, signedAtMs = NOW_MS, receivedAtMs = NOW_MS } = {},
): RawNotification {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const time = Math.floor(signedAtMs / 1_000)
  const text = Buffer.concat([Buffer.from(`${time}.`), bytes])
  const v1 = createHmac('sha256', secret).update(text).digest('hex')
  return {
    method: 'POST',
    headers: { 'wooshpay-signature': `t=${time},v1=${v1}` },
    query: '',
    body: bytes,
    receivedAtMs,
  }
}

/** What the ProviderError that the call throws means for the money. Throws where it throws none. */
export function outcomeOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof ProviderError && error.accountId === 'wooshpay') return error.outcome
    throw error
  }
  throw new Error('nothing was thrown')
}
