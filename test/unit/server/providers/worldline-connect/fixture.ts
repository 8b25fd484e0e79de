import { createHmac } from 'node:crypto'
import { createHttpClient } from '../../../../../server/providers/http-undici.ts'
import type {
  CreatePaymentInput,
  PaymentReference,
  Provider,
  RawNotification,
} from '../../../../../server/providers/provider.ts'
import {
  createWorldlineConnectProvider,
  type WorldlineConnectConfig,
  worldlineConnectConfigSchema,
} from '../../../../../server/providers/worldline-connect/index.ts'
import { type ManualClock, manualClock } from '../support/manual-clock.ts'

/** One account at a scripted Worldline, and messages as the documents show them. */

export const SECRET_API_KEY = 'secret-api-key-of-this-test'
export const WEBHOOK_SECRET = 'hello+world'
export const PAYMENT_ID = '000000850010000188180000200001'

export function aConfig(fields: Record<string, unknown> = {}): WorldlineConnectConfig {
  return worldlineConnectConfigSchema.parse({
    endpoint: 'http://127.0.0.1:1',
    merchantId: '20000',
    apiKeyId: 'a-key-id',
    secretApiKey: SECRET_API_KEY,
    webhookKeys: { 'dummy-key-id': WEBHOOK_SECRET },
    ...fields,
  })
}

export interface Connected {
  readonly provider: Provider
  readonly clock: ManualClock
  readonly close: () => Promise<void>
}

export function connect(endpoint: string, fields: Record<string, unknown> = {}): Connected {
  const clock = manualClock()
  const http = createHttpClient({ clock })
  const config = aConfig({ endpoint, ...fields })
  const provider = createWorldlineConnectProvider({ accountId: 'worldline', config, http, clock })
  return { provider, clock, close: () => http.close() }
}

export function aWish(fields: Partial<CreatePaymentInput> = {}): CreatePaymentInput {
  return {
    orderRef: 'order-1001',
    outTradeNo: 'p1001',
    scene: 'miniProgram',
    amount: { value: 1999, currency: 'USD' },
    payer: { appId: 'wx-mini', openid: 'oUpF8uMuAJO' },
    description: 'Tea',
    locale: 'zh-CN',
    payerIp: '203.0.113.7',
    returnUrl: 'https://shop.example/return',
    notifyUrl: 'https://shop.example/n',
    deviceIsMobile: true,
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
    amount: { value: 1999, currency: 'USD' },
    scene: 'miniProgram',
    ...fields,
  }
}

/** A payment object as the reference shows it. */
export function aPayment(status: string, fields: Record<string, unknown> = {}) {
  return {
    id: PAYMENT_ID,
    paymentOutput: {
      amountOfMoney: { amount: 1999, currencyCode: 'USD' },
      references: { merchantReference: 'p1001', paymentReference: '850010000188' },
      paymentMethod: 'redirect',
      redirectPaymentMethodSpecificOutput: { paymentProductId: 863 },
      ...fields,
    },
    status,
    statusOutput: {
      isCancellable: false,
      isRefundable: false,
      statusCategory: 'PENDING_PAYMENT',
      statusCode: 50,
      statusCodeChangeDateTime: '20260624101500',
    },
  }
}

export function aRefund(status: string, fields: Record<string, unknown> = {}) {
  return {
    id: '00000085001000018818-00001',
    refundOutput: {
      amountOfMoney: { amount: 500, currencyCode: 'USD' },
      references: { merchantReference: 'rf1001' },
      ...fields,
    },
    status,
    statusOutput: { statusCode: 800 },
  }
}

export function aWebhook(fields: Record<string, unknown>): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    id: '8ee793f6-4553-4749-85dc-f2ef095c5ab0',
    created: '2026-06-24T10:15:00.040+0200',
    merchantId: '20000',
    ...fields,
  }
}

/** A genuine notification of these bytes. */
export function signed(
  body: string | Uint8Array,
  { keyId = 'dummy-key-id', secret = WEBHOOK_SECRET } = {},
): RawNotification {
  const bytes = Buffer.from(body)
  const signature = createHmac('sha256', secret).update(bytes).digest('base64')
  return {
    method: 'POST',
    headers: { 'x-gcs-keyid': keyId, 'x-gcs-signature': signature },
    query: '',
    body: bytes,
    receivedAtMs: 0,
  }
}
