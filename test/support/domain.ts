import type { PaymentFact, RefundFact } from '../../server/domain/fact.ts'
import type { Order } from '../../server/domain/order.ts'
import type { Payment } from '../../server/domain/payment.ts'
import type { Refund } from '../../server/domain/refund.ts'

/** Builders: a whole, plausible object, and the few fields that a test is about. */

export function anOrder(fields: Partial<Order> = {}): Order {
  return {
    orderRef: 'tea-1001',
    status: 'open',
    amount: { value: 1999, currency: 'CNY' },
    description: 'Longjing, 50 g',
    goodsKind: 'physical',
    payer: null,
    checkoutTokenHash: 'a'.repeat(64),
    paidPaymentId: null,
    paidLate: false,
    closeReason: null,
    createdAtMs: 1_000,
    expiresAtMs: 7_201_000,
    paidAtMs: null,
    ...fields,
  }
}

export function aPayment(fields: Partial<Payment> = {}): Payment {
  return {
    paymentId: 'pay_1',
    orderRef: 'tea-1001',
    accountId: 'worldline',
    scene: 'miniProgram',
    status: 'pending',
    reason: null,
    amount: { value: 1999, currency: 'CNY' },
    outTradeNo: 'p1',
    providerPaymentId: '000000850010000188180000200001',
    payer: { appId: 'wx-mini', openid: 'o-liwei' },
    appId: 'wx-mini',
    clientAction: null,
    providerState: {},
    request: {
      description: 'Longjing, 50 g',
      locale: 'zh-CN',
      payerIp: '203.0.113.7',
      returnUrl: 'https://shop.example/return',
      notifyUrl: 'https://shop.example/notify',
      deviceIsMobile: true,
      paymentCode: null,
    },
    idempotencyKey: 'key-00000001',
    duplicate: false,
    late: false,
    settlement: null,
    createdAtMs: 2_000,
    expiresAtMs: 7_202_000,
    paidAtMs: null,
    dueAtMs: 5_000,
    attempts: 0,
    lastQueryAtMs: null,
    version: 1,
    ...fields,
  }
}

export function aRefund(fields: Partial<Refund> = {}): Refund {
  return {
    refundId: 'rf_1',
    paymentId: 'pay_1',
    status: 'requested',
    amount: { value: 500, currency: 'CNY' },
    reason: null,
    outRefundNo: 'rf1',
    providerRefundId: null,
    advice: null,
    idempotencyKey: 'refund-key-1',
    settlement: null,
    createdAtMs: 3_000,
    succeededAtMs: null,
    dueAtMs: null,
    attempts: 0,
    sentAtMs: 3_000,
    busyUntilMs: null,
    version: 1,
    ...fields,
  }
}

export function aPaymentFact(fields: Partial<PaymentFact> = {}): PaymentFact {
  return {
    kind: 'payment',
    source: 'notification',
    accountId: 'worldline',
    outTradeNo: 'p1',
    providerPaymentId: '000000850010000188180000200001',
    status: 'paid',
    amount: { value: 1999, currency: 'CNY' },
    appId: null,
    occurredAtMs: null,
    settlement: null,
    providerStatus: 'CAPTURED',
    unknownStatus: false,
    ...fields,
  }
}

export function aRefundFact(fields: Partial<RefundFact> = {}): RefundFact {
  return {
    kind: 'refund',
    source: 'query',
    accountId: 'worldline',
    outRefundNo: 'rf1',
    providerRefundId: 'R-1',
    providerPaymentId: null,
    status: 'succeeded',
    amount: { value: 500, currency: 'CNY' },
    advice: null,
    settlement: null,
    providerStatus: 'REFUNDED',
    unknownStatus: false,
    ...fields,
  }
}
