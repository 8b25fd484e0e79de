import { vi } from 'vitest'
import { HttpError } from '../../../miniprogram/api/http.ts'
import type { ShopOrder } from '../../../miniprogram/api/shop.ts'
import { createBasket } from '../../../miniprogram/basket.ts'
import type { Parts } from '../../../miniprogram/parts.ts'
import type { Locale } from '../../../miniprogram/payment/locale.ts'
import type { Outcome } from '../../../miniprogram/payment/outcome.ts'
import {
  createPendingOrderStore,
  type PendingOrder,
} from '../../../miniprogram/payment/pending-order.ts'
import { textsFor } from '../../../miniprogram/texts/language.ts'
import { memoryStorage } from './memory-storage.ts'

export const OFFLINE = new HttpError('offline', 0, 'request:fail')
export const REFUSED = new HttpError('refused', 422, 'no')
export const MISSING = new HttpError('refused', 404, 'no')

export const ORDER: ShopOrder = {
  orderRef: 'TEA-1',
  status: 'open',
  amount: { value: 19_600, currency: 'CNY' },
  refunded: { value: 0, currency: 'CNY' },
  description: 'Longjing × 2',
  lines: [
    {
      productId: 'longjing',
      name: 'Longjing',
      quantity: 2,
      subtotal: { value: 19_600, currency: 'CNY' },
    },
  ],
  createdAt: '2026-06-24T02:00:00.000Z',
  paidAt: null,
  shipment: null,
}

const product = (productId: string, value: number) => ({
  productId,
  name: productId,
  note: 'note',
  unit: 'tin',
  price: { value, currency: 'CNY' },
  picture: 'https://tea.example/x.svg',
})

/** What the pages find in `getApp()`: real stores, and a shop and a cashier that the test plays. */
export class FakeParts {
  readonly pays: PendingOrder[] = []
  readonly resumes: PendingOrder[] = []
  readonly placed: { quantities: object; idempotencyKey: string }[] = []
  readonly went: string[] = []
  readonly toasts: string[] = []
  readonly asked: string[] = []
  /** Errors are thrown. */
  order: ShopOrder | Error = ORDER
  products: ReturnType<typeof product>[] | Error = [
    product('longjing', 9_800),
    product('shou-puer', 3_990),
  ]
  placing: Error | null = null
  resumed: Outcome | null = null
  orders: ShopOrder[] | Error = [ORDER]
  /** What order centre numbers lead to. */
  found: PendingOrder | null | Error = null
  hindrance: Outcome | null = null
  /** Pages on the stack, the one in front last. */
  stack = ['pages/catalogue/catalogue']
  /** Ends the payment that runs. */
  endPay: (outcome: Outcome) => void = () => undefined
  #keys = 0
  readonly #storage = memoryStorage()
  /** More of `wx`, where a test has it. */
  readonly wx: Record<string, unknown> = {}
  readonly parts: Parts

  constructor(locale: Locale = 'en') {
    const pendingOrders = createPendingOrderStore(this.#storage)
    this.parts = {
      locale,
      texts: textsFor(locale),
      webUrl: (path) => (path === '' ? '' : `https://tea.example${path}`),
      basket: createBasket({ storage: this.#storage, newKey: () => this.#newKey() }),
      shop: {
        products: async () => orThrow(this.products),
        order: async () => orThrow(this.order),
        myOrders: async () => orThrow(this.orders),
        placeOrder: async (basket) => {
          this.placed.push(basket)
          if (this.placing) throw this.placing
          return { orderRef: 'TEA-1', checkoutToken: 'secret' }
        },
      },
      payment: {
        pendingOrders,
        whyNotHere: () => this.hindrance,
        findOrder: async (outTradeNo) => {
          this.asked.push(outTradeNo)
          return orThrow(this.found)
        },
        pay: (order) => {
          this.pays.push(order)
          return new Promise((resolve) => {
            this.endPay = resolve
          })
        },
        resume: async (order) => {
          this.resumes.push(order)
          return this.resumed
        },
      },
    }
  }

  #newKey(): string {
    this.#keys += 1
    return `key-${this.#keys}`
  }

  /** Puts it where pages look, and keeps where they go. */
  install(): this {
    const go = (name: string) => (option?: { url?: string }) =>
      void this.went.push([name, option?.url].filter(Boolean).join(' '))
    vi.stubGlobal('getApp', () => ({ parts: this.parts }))
    vi.stubGlobal('wx', {
      setNavigationBarTitle: () => undefined,
      stopPullDownRefresh: () => undefined,
      navigateTo: go('navigateTo'),
      redirectTo: go('redirectTo'),
      reLaunch: go('reLaunch'),
      navigateBack: go('navigateBack'),
      showToast: ({ title }: { title: string }) => void this.toasts.push(title),
      ...this.wx,
    })
    vi.stubGlobal('getCurrentPages', () => this.stack.map((route) => ({ route })))
    return this
  }
}

function orThrow<Value>(value: Value | Error): Value {
  if (value instanceof Error) throw value
  return value
}
