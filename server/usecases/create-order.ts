import type { Money } from '../../shared/money.ts'
import type { Order } from '../domain/order.ts'
import { sha256Hex } from '../platform/hash.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'

export interface CreateOrderInput {
  readonly orderRef: string
  readonly amount: Money
  readonly description: string
  readonly payer: { readonly appId: string; readonly openid: string } | null
  readonly goodsKind: 'physical' | 'virtual'
  readonly expiresAtMs: number | null
}

export interface CreatedOrder {
  readonly order: Order
  /** The secret that lets its holder pay; shown once, kept only as a hash. */
  readonly checkoutToken: string
}

const DEFAULT_LIFETIME_MS = 2 * 60 * 60 * 1000
const LONGEST_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

/** Writes down what is sold and for how much. Throws `orderRefTaken`, or `invalidRequest` in time. */
export async function createOrder(deps: Deps, input: CreateOrderInput): Promise<CreatedOrder> {
  const nowMs = deps.clock.nowMs()
  const expiresAtMs = input.expiresAtMs ?? nowMs + DEFAULT_LIFETIME_MS
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + LONGEST_LIFETIME_MS) {
    throw new UseCaseError('invalidRequest', {
      detail: 'expiresAt must be in the future, and within 30 days.',
    })
  }
  const checkoutToken = deps.ids.secret()
  const order: Order = {
    orderRef: input.orderRef,
    status: 'open',
    amount: input.amount,
    description: input.description,
    goodsKind: input.goodsKind,
    payer: input.payer,
    checkoutTokenHash: sha256Hex(checkoutToken),
    paidPaymentId: null,
    paidLate: false,
    closeReason: null,
    createdAtMs: nowMs,
    expiresAtMs,
    paidAtMs: null,
  }
  await deps.store.transaction(async (tx) => {
    if (!(await tx.insertOrder(order))) throw new UseCaseError('orderRefTaken')
    const { orderRef } = order
    await tx.insertEvents(
      [{ type: 'order.created', orderRef, paymentId: null, refundId: null }],
      nowMs,
    )
  })
  return { order, checkoutToken }
}
