import { z } from 'zod'
import { type CreatedOrder, createdOrderSchema } from '../../shared/contract/orders.ts'
import {
  type CreatedPaymentView,
  createdPaymentSchema,
  type PaymentView,
  paymentSchema,
} from '../../shared/contract/payments.ts'
import { problemSchema } from '../../shared/contract/problem.ts'
import { type RefundView, refundSchema } from '../../shared/contract/refunds.ts'
import type { Money } from '../../shared/money.ts'
import { Refused } from './front-end.ts'

/** The merchant's backend as it talks to the toolkit: an API key over real HTTP. */
export class Merchant {
  readonly #server: string
  readonly #apiKey: string
  readonly #network: typeof fetch

  constructor(server: string, apiKey: string, network: typeof fetch = fetch) {
    this.#server = server
    this.#apiKey = apiKey
    this.#network = network
  }

  async order(orderRef: string, amount: Money, expiresAt?: Date): Promise<CreatedOrder> {
    const end = expiresAt ? { expiresAt: expiresAt.toISOString() } : {}
    const body = { orderRef, amount, description: 'Longjing, 50 g', ...end }
    return createdOrderSchema.parse(await this.#post('/v1/orders', `order-${orderRef}`, body))
  }

  /** A payment with the code that was scanned from the payer's phone. */
  async payByCode(wish: {
    orderRef: string
    accountId: string
    paymentCode: string
  }): Promise<CreatedPaymentView> {
    const body = { ...wish, scene: 'paymentCode' }
    const answer = await this.#post('/v1/payments', `till-${wish.orderRef}`, body)
    return createdPaymentSchema.parse(answer)
  }

  async close(orderRef: string): Promise<void> {
    await this.#post(`/v1/orders/${orderRef}/close`, `close-${orderRef}`, {})
  }

  async payment(paymentId: string): Promise<PaymentView> {
    return paymentSchema.parse(await this.#get(`/v1/payments/${paymentId}`))
  }

  async payments(orderRef: string): Promise<readonly PaymentView[]> {
    const answer = await this.#get(`/v1/payments?orderRef=${orderRef}`)
    return z.object({ data: z.array(paymentSchema) }).parse(answer).data
  }

  /** Without an amount: all that is left. */
  async refund(paymentId: string, key: string, amount?: Money): Promise<RefundView> {
    const answer = await this.#post(`/v1/payments/${paymentId}/refunds`, key, { amount })
    return refundSchema.parse(answer)
  }

  async refundById(refundId: string): Promise<RefundView> {
    return refundSchema.parse(await this.#get(`/v1/refunds/${refundId}`))
  }

  #get(path: string): Promise<unknown> {
    return this.#call(path, {})
  }

  #post(path: string, key: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    return this.#call(path, { method: 'POST', headers, body: JSON.stringify(body) })
  }

  async #call(path: string, init: { method?: string; headers?: object; body?: string }) {
    const headers = { ...init.headers, authorization: `Bearer ${this.#apiKey}` }
    const network = this.#network
    const response = await network(this.#server + path, { ...init, headers })
    const json: unknown = await response.json()
    if (response.ok) return json
    throw new Refused(problemSchema.parse(json))
  }
}
