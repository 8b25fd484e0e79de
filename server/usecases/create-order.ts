import { type Money, sameMoney } from '../../shared/money.ts'
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
  /**
   * The secret that lets its holder pay; kept only as a hash. The same on every repeat of the same
   * wish, so that a repeat after a crash is known for what it is.
   */
  readonly checkoutToken: string
}

const DEFAULT_LIFETIME_MS = 2 * 60 * 60 * 1000
const LONGEST_LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

/**
 * Writes down what is sold and for how much. The same wish again gets the same order. Throws
 * `orderRefTaken`, and `invalidRequest` for a time that cannot be.
 */
export async function createOrder(deps: Deps, input: CreateOrderInput): Promise<Order> {
  const nowMs = deps.clock.nowMs()
  const expiresAtMs = input.expiresAtMs ?? nowMs + DEFAULT_LIFETIME_MS
  if (expiresAtMs <= nowMs || expiresAtMs > nowMs + LONGEST_LIFETIME_MS) {
    throw new UseCaseError('invalidRequest', {
      detail: 'expiresAt must be in the future, and within 30 days.',
    })
  }
  const order: Order = {
    orderRef: input.orderRef,
    status: 'open',
    amount: input.amount,
    description: input.description,
    goodsKind: input.goodsKind,
    payer: input.payer,
    checkoutTokenHash: sha256Hex(input.checkoutToken),
    paidPaymentId: null,
    paidLate: false,
    closeReason: null,
    createdAtMs: nowMs,
    expiresAtMs,
    paidAtMs: null,
  }
  return deps.store.transaction(async (tx) => {
    const { orderRef } = order
    if (!(await tx.insertOrder(order))) {
      const stored = await tx.order(orderRef)
      if (stored && isSameWish(stored, order)) return stored
      throw new UseCaseError('orderRefTaken')
    }
    await tx.insertEvents(
      [{ type: 'order.created', orderRef, paymentId: null, refundId: null }],
      nowMs,
    )
    return order
  })
}

function isSameWish(stored: Order, wish: Order): boolean {
  return (
    stored.checkoutTokenHash === wish.checkoutTokenHash &&
    sameMoney(stored.amount, wish.amount) &&
    stored.description === wish.description &&
    stored.goodsKind === wish.goodsKind &&
    stored.payer?.openid === wish.payer?.openid &&
    stored.payer?.appId === wish.payer?.appId
  )
}
