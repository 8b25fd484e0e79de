/** The tea shop's own backend: catalogue and orders. Prices come from here and nowhere else. */
import type { Session } from 'wechat-pay-client'
import type { Locale } from '../payment/locale'
import { HttpError, requestJson } from './http'
import { fieldOf, listIn, type Money, moneyIn, textIn, wholeIn } from './read'
import { withSession } from './shop-session'

export interface Product {
  readonly productId: string
  readonly name: string
  readonly note: string
  readonly unit: string
  readonly price: Money
  /** Full address. */
  readonly picture: string
}

export interface OrderLine {
  readonly productId: string
  readonly name: string
  readonly quantity: number
  readonly subtotal: Money
}

export interface PlacedOrder {
  readonly orderRef: string
  /** The secret that lets its holder pay the order. */
  readonly checkoutToken: string
}

export interface ShopOrder {
  readonly orderRef: string
  readonly status: 'open' | 'paid' | 'closed'
  readonly amount: Money
  /** Zero where nothing went back. */
  readonly refunded: Money
  readonly description: string
  /** Empty where the shop no longer has them. */
  readonly lines: readonly OrderLine[]
  readonly createdAt: string
  readonly paidAt: string | null
  /** Set once the goods are on their way: what WeChat's confirm-receipt page wants to know. */
  readonly shipment: Shipment | null
}

/** How WeChat knows the payment behind a shipment: its own number, or the merchant's two. */
export interface Shipment {
  readonly transactionId: string
  readonly merchantId: string
  readonly outTradeNo: string
}

export interface ShopApi {
  products(): Promise<Product[]>
  /** The same key with the same basket gives the same order, however often it is sent. */
  placeOrder(basket: NewOrder): Promise<PlacedOrder>
  order(orderRef: string): Promise<ShopOrder>
  /** The orders of whoever holds this phone, newest first. */
  myOrders(): Promise<ShopOrder[]>
}

export interface NewOrder {
  readonly quantities: Readonly<Record<string, number>>
  readonly idempotencyKey: string
}

/** Every method throws HttpError: `offline`, or `refused` with the status. */
export function createShopApi(options: {
  shopUrl: string
  locale: Locale
  session: Session
}): ShopApi {
  const { shopUrl, locale, session } = options
  return {
    async products() {
      const body = await requestJson({ method: 'GET', url: `${shopUrl}/shop/products` })
      return understood(() => listIn(body, 'products').map((one) => readProduct(one, options)))
    },
    async placeOrder({ quantities, idempotencyKey }) {
      const items = Object.entries(quantities).map(([productId, quantity]) => ({
        productId,
        quantity,
      }))
      const url = `${shopUrl}/shop/orders`
      const request = { method: 'POST', url, body: { items, locale }, idempotencyKey } as const
      const body = await withSession(session, (token) => requestJson({ ...request, token }))
      return understood(() => ({
        orderRef: textIn(body, 'orderRef'),
        checkoutToken: textIn(body, 'checkoutToken'),
      }))
    },
    async order(orderRef) {
      const url = `${shopUrl}/shop/orders/${encodeURIComponent(orderRef)}`
      const body = await requestJson({ method: 'GET', url })
      return understood(() => readOrder(body, locale))
    },
    async myOrders() {
      const request = { method: 'GET', url: `${shopUrl}/shop/my/orders` } as const
      const body = await withSession(session, (token) => requestJson({ ...request, token }))
      return understood(() => listIn(body, 'orders').map((order) => readOrder(order, locale)))
    },
  }
}

function readProduct(body: unknown, options: { shopUrl: string; locale: Locale }): Product {
  const { shopUrl, locale } = options
  return {
    productId: textIn(body, 'productId'),
    name: textIn(fieldOf(body, 'name'), locale),
    note: textIn(fieldOf(body, 'note'), locale),
    unit: textIn(fieldOf(body, 'unit'), locale),
    price: moneyIn(body, 'price'),
    picture: shopUrl + textIn(body, 'picture'),
  }
}

function readOrder(body: unknown, locale: Locale): ShopOrder {
  const status = textIn(body, 'status')
  if (status !== 'open' && status !== 'paid' && status !== 'closed') {
    throw new TypeError(`unknown order status ${status}`)
  }
  const items = fieldOf(body, 'items') === null ? [] : listIn(body, 'items')
  const paidAt = fieldOf(body, 'paidAt')
  return {
    orderRef: textIn(body, 'orderRef'),
    status,
    amount: moneyIn(body, 'amount'),
    refunded: moneyIn(body, 'refunded'),
    description: textIn(body, 'description'),
    lines: items.map((item) => ({
      productId: textIn(item, 'productId'),
      name: textIn(fieldOf(item, 'name'), locale),
      quantity: wholeIn(item, 'quantity'),
      subtotal: moneyIn(item, 'subtotal'),
    })),
    createdAt: textIn(body, 'createdAt'),
    paidAt: typeof paidAt === 'string' ? paidAt : null,
    shipment: fieldOf(body, 'shipment') ? readShipment(fieldOf(body, 'shipment')) : null,
  }
}

function readShipment(body: unknown): Shipment {
  return {
    transactionId: textIn(body, 'transactionId'),
    merchantId: textIn(body, 'merchantId'),
    outTradeNo: textIn(body, 'outTradeNo'),
  }
}

/** An answer that is not the shop's, as of a hotel's login page, counts as a refusal. */
function understood<Value>(read: () => Value): Value {
  try {
    return read()
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    throw new HttpError('refused', 200, `not the shop's answer: ${reason}`)
  }
}
