import { z } from 'zod'
import type { Clock } from '../../shared/clock.ts'
import { idempotencyKeySchema, orderRefSchema } from '../../shared/contract/common.ts'
import type { OrderView } from '../../shared/contract/orders.ts'
import type { Money } from '../../shared/money.ts'
import type { Random } from '../random.ts'
import { findProduct, LOCALES, type Locale, type Localized, type Product } from './catalogue.ts'
import type { Payer } from './payers.ts'
import { ShopProblem } from './problems.ts'
import type { ToolkitClient } from './toolkit-client.ts'

const MAX_QUANTITY = 99
const MAX_LINES = 20
/** Repeats of the same basket come within minutes; the book of keys need not grow for ever. */
const REMEMBERED_BASKETS = 1_000
const LISTED_ORDERS = 50

/** `POST /shop/orders`. It has no field for a price: the catalogue alone knows prices. */
export const basketSchema = z.strictObject({
  items: z
    .array(
      z.strictObject({
        productId: z.string().max(64),
        quantity: z.int('a whole number').min(1).max(MAX_QUANTITY),
      }),
    )
    .min(1, 'the basket is empty')
    .max(MAX_LINES),
  locale: z.enum(LOCALES).default('zh-CN'),
})
export type Basket = z.infer<typeof basketSchema>

export interface OrderLine {
  readonly productId: string
  readonly name: Localized
  readonly quantity: number
  readonly price: Money
  readonly subtotal: Money
}

/** Answer to `POST /shop/orders`: what a front end needs to let the payer pay. */
export interface PlacedOrder {
  readonly orderRef: string
  readonly checkoutToken: string
  readonly checkoutUrl: string
  readonly amount: Money
  readonly items: readonly OrderLine[]
}

export interface OrderDesk {
  /**
   * Places the order at the toolkit. With a key, a repeat of the same basket answers the same order,
   * also while the first is still under way; another basket with that key is refused. With a payer,
   * the order is that payer's: nobody else pays it without its token.
   */
  place(
    basket: unknown,
    by: { idempotencyKey: string | null; payer: Payer | null },
  ): Promise<PlacedOrder>
  /** The toolkit's word on the order; lines and shipment where this shop still has them. */
  read(orderRef: string): Promise<ReadOrder>
  /** What that payer ordered here, newest first; the last fifty. */
  ordersOf(payer: Payer): Promise<readonly ReadOrder[]>
  /** The goods are on their way; `shipment` says how WeChat knows the payment. */
  ship(orderRef: string, shipment: Shipment): void
}

export type ReadOrder = OrderView & {
  readonly items: readonly OrderLine[] | null
  readonly shipment: Shipment | null
}

/** What WeChat's confirm-receipt page wants to know: its own number, or the merchant's two. */
export interface Shipment {
  readonly transactionId: string
  readonly merchantId: string
  readonly outTradeNo: string
}

export interface OrderDeskOptions {
  readonly toolkit: ToolkitClient
  readonly clock: Clock
  readonly random: Random
}

interface KeptBasket {
  readonly fingerprint: string
  readonly orderRef: string
  placing: Promise<PlacedOrder> | null
}

export function createOrderDesk({ toolkit, clock, random }: OrderDeskOptions): OrderDesk {
  const baskets = new Map<string, KeptBasket>()
  const linesByOrder = new Map<string, readonly OrderLine[]>()
  const shipments = new Map<string, Shipment>()
  const refsByPayer = new Map<string, readonly string[]>()

  const place = async (orderRef: string, basket: Basket, payer: Payer | null) => {
    const items = priceLines(basket)
    const order = { orderRef, amount: total(items), description: describe(items, basket.locale) }
    const created = await toolkit.createOrder(
      payer ? { ...order, payer } : order,
      `tea-shop-${orderRef}`,
    )
    remember(linesByOrder, orderRef, items)
    if (payer) noteOrder(refsByPayer, payer, orderRef)
    const { checkoutToken, checkoutUrl, amount } = created
    return { orderRef, checkoutToken, checkoutUrl, amount, items }
  }
  const read = async (orderRef: string): Promise<ReadOrder> => ({
    ...(await toolkit.readOrder(orderRef)),
    items: linesByOrder.get(orderRef) ?? null,
    shipment: shipments.get(orderRef) ?? null,
  })

  return {
    async place(body, { idempotencyKey, payer }) {
      const basket = mergeLines(parseBasket(body))
      if (idempotencyKey === null) return place(newOrderRef(clock, random), basket, payer)
      const key = parseKey(idempotencyKey)
      const fingerprint = JSON.stringify([basket, payer])
      const kept = baskets.get(key) ?? {
        fingerprint,
        orderRef: newOrderRef(clock, random),
        placing: null,
      }
      if (kept.fingerprint !== fingerprint) throw keyReused()
      remember(baskets, key, kept)
      kept.placing ??= place(kept.orderRef, basket, payer)
      try {
        return await kept.placing
      } catch (error) {
        // The next repeat asks again, under the same order number: nothing can be ordered twice.
        kept.placing = null
        throw error
      }
    },
    async read(orderRef) {
      if (orderRefSchema.safeParse(orderRef).success) return read(orderRef)
      const message = 'There is no such order.'
      throw new ShopProblem({ status: 404, code: 'orderNotFound', message })
    },
    ordersOf: (payer) => Promise.all((refsByPayer.get(payerKey(payer)) ?? []).map(read)),
    ship: (orderRef, shipment) => remember(shipments, orderRef, shipment),
  }
}

function noteOrder(book: Map<string, readonly string[]>, payer: Payer, orderRef: string): void {
  const key = payerKey(payer)
  const others = (book.get(key) ?? []).filter((known) => known !== orderRef)
  remember(book, key, [orderRef, ...others].slice(0, LISTED_ORDERS))
}

/** An openid means nothing without its app. */
function payerKey({ appId, openid }: Payer): string {
  return `${appId} ${openid}`
}

function parseBasket(body: unknown): Basket {
  const parsed = basketSchema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new ShopProblem({
    status: 400,
    code: 'invalidBasket',
    message:
      'Send {"items": [{"productId": …, "quantity": 1 to 99}], "locale": "zh-CN", "zh-TW" or "en"}.',
    issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  })
}

function parseKey(idempotencyKey: string): string {
  const parsed = idempotencyKeySchema.safeParse(idempotencyKey)
  if (parsed.success) return parsed.data
  throw new ShopProblem({
    status: 400,
    code: 'invalidIdempotencyKey',
    message: 'An Idempotency-Key is 8 to 128 visible ASCII characters.',
  })
}

function keyReused(): ShopProblem {
  return new ShopProblem({
    status: 409,
    code: 'idempotencyKeyReused',
    message: 'This Idempotency-Key was used with another basket. Make a new key for this one.',
  })
}

/** Two lines of one product are one line: the same basket always has the same shape. */
function mergeLines(basket: Basket): Basket {
  const quantities = new Map<string, number>()
  for (const { productId, quantity } of basket.items) {
    quantities.set(productId, (quantities.get(productId) ?? 0) + quantity)
  }
  const items = [...quantities].map(([productId, quantity]) => ({ productId, quantity }))
  return parseBasket({ items, locale: basket.locale })
}

function priceLines({ items }: Basket): OrderLine[] {
  const unknown = items.findIndex(({ productId }) => !findProduct(productId))
  if (unknown >= 0) {
    throw new ShopProblem({
      status: 422,
      code: 'productUnknown',
      message: 'The shop does not sell this. See GET /shop/products.',
      issues: [{ path: `items.${unknown}.productId`, message: 'not in the catalogue' }],
    })
  }
  return items.flatMap(({ productId, quantity }) => {
    const product = findProduct(productId)
    return product ? [lineOf(product, quantity)] : []
  })
}

function lineOf({ productId, name, price }: Product, quantity: number): OrderLine {
  const subtotal = { value: price.value * quantity, currency: price.currency }
  return { productId, name, quantity, price, subtotal }
}

function total(lines: readonly OrderLine[]): Money {
  return {
    value: lines.reduce((sum, { subtotal }) => sum + subtotal.value, 0),
    currency: lines[0]?.price.currency ?? 'CNY',
  }
}

/** What stands on the payer's bill: the first tea by name, and how many pieces there are in all. */
function describe(lines: readonly OrderLine[], locale: Locale): string {
  const first = lines[0]?.name[locale] ?? ''
  const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0)
  if (pieces === 1) return first
  if (lines.length === 1) return `${first} × ${pieces}`
  return locale === 'en' ? `${first} and more, ${pieces} pieces` : `${first}等 ${pieces} 件`
}

/** `TEA-20261121-1Z2Y3X-8K3FQZ7M2P`: the moment, then fifty random bits that nobody guesses. */
function newOrderRef(clock: Clock, random: Random): string {
  const nowMs = clock.nowMs()
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '')
  const moment = (nowMs % 86_400_000).toString(36).toUpperCase().padStart(6, '0')
  return `TEA-${day}-${moment}-${random.word(10, '0123456789ABCDEFGHJKMNPQRSTVWXYZ')}`
}

function remember<Value>(book: Map<string, Value>, key: string, value: Value): void {
  book.delete(key)
  book.set(key, value)
  const oldest = book.keys().next()
  if (book.size > REMEMBERED_BASKETS && !oldest.done) book.delete(oldest.value)
}
