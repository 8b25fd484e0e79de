/** An order as the pages of the cashier show it: plain words and numbers, all from the server. */
import type { ShopOrder } from '../api/shop'
import { formatInstant } from '../texts/instant'

export interface OrderView {
  readonly orderRef: string
  readonly description: string
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
  readonly paidAt: string
}

export function orderView(order: ShopOrder): OrderView {
  const { orderRef, description, amount, lines, paidAt } = order
  return {
    orderRef,
    description,
    ...amount,
    lines: lines.map(({ subtotal, ...line }) => ({ ...line, ...subtotal })),
    paidAt: formatInstant(paidAt),
  }
}
