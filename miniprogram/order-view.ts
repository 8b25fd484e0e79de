/** An order as the pages show it: plain words and numbers, all from the server. */
import { formatMoney } from 'wechat-pay-client/money'
import type { ShopOrder } from './api/shop'
import { formatInstant } from './texts/instant'

/** What a payer calls the state of an order. */
export type OrderState = 'open' | 'paid' | 'shipped' | 'closed' | 'refunded' | 'partlyRefunded'

export interface OrderView {
  readonly orderRef: string
  readonly state: OrderState
  readonly description: string
  /** The goods by name in the language of today, or what the order was called when it was made. */
  readonly title: string
  /** Minor units. */
  readonly value: number
  readonly currency: string
  readonly lines: readonly {
    readonly productId: string
    readonly name: string
    readonly quantity: number
    readonly value: number
    readonly currency: string
  }[]
  readonly createdAt: string
  readonly paidAt: string
  /** With its currency's sign; empty where nothing went back. */
  readonly refunded: string
}

export function orderView(order: ShopOrder): OrderView {
  const { orderRef, description, amount, lines, createdAt, paidAt, refunded } = order
  return {
    orderRef,
    state: stateOf(order),
    description,
    title: titleOf(order),
    ...amount,
    lines: lines.map(({ subtotal, ...line }) => ({ ...line, ...subtotal })),
    createdAt: formatInstant(createdAt),
    paidAt: formatInstant(paidAt),
    refunded: refunded.value > 0 ? formatMoney(refunded) : '',
  }
}

function titleOf({ lines, description }: ShopOrder): string {
  const names = lines.map(({ name, quantity }) => (quantity > 1 ? `${name} × ${quantity}` : name))
  return names.join(' · ') || description
}

function stateOf({ status, refunded, amount, shipment }: ShopOrder): OrderState {
  if (refunded.value > 0) return refunded.value < amount.value ? 'partlyRefunded' : 'refunded'
  return status === 'paid' && shipment ? 'shipped' : status
}
