import { vi } from 'vitest'
import { HttpError } from '../../../miniprogram/api/http.ts'
import type { ShopOrder } from '../../../miniprogram/api/shop.ts'
import { createBasket } from '../../../miniprogram/basket.ts'
import type { Parts } from '../../../miniprogram/parts.ts'
import {
  createPendingOrderStore,
  type PendingOrder,
} from '../../../miniprogram/pay/pending-order.ts'
import type { Screen } from '../../../miniprogram/pay/screen.ts'
import { type Locale, textsFor } from '../../../miniprogram/texts/language.ts'
import { memoryStorage } from './memory-storage.ts'

export const OFFLINE = new HttpError('offline', 0, 'request:fail')
export const REFUSED = new HttpError('refused', 422, 'no')
export const MISSING = new HttpError('refused', 404, 'no')

export const ORDER: ShopOrder = {
  orderRef: 'TEA-1',
  status: 'open',
  amount: { value: 19_600, currency: 'CNY' },
  description: 'Longjing × 2',
  lines: [
    {
      productId: 'longjing',
      name: 'Longjing',
      quantity: 2,
      subtotal: { value: 19_600, currency: 'CNY' },
    },
  ],
  paidAt: null,
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
  /** Errors are thrown. */
  order: ShopOrder | Error = ORDER
  products: ReturnType<typeof product>[] | Error = [
    product('longjing', 9_800),
    product('shou-puer', 3_990),
  ]
  placing: Error | null = null
  resumed: Screen | null = null
  /** Ends the payment that runs. */
  endPay: (screen: Screen) => void = () => undefined
  #keys = 0
  readonly #storage = memoryStorage()
  readonly parts: Parts

  constructor(locale: Locale = 'en') {
    this.parts = {
      locale,
      texts: textsFor(locale),
      basket: createBasket({ storage: this.#storage, newKey: () => this.#newKey() }),
      pendingOrders: createPendingOrderStore(this.#storage),
      shop: {
        products: async () => orThrow(this.products),
        order: async () => orThrow(this.order),
        placeOrder: async (basket) => {
          this.placed.push(basket)
          if (this.placing) throw this.placing
          return { orderRef: 'TEA-1', checkoutToken: 'secret' }
        },
      },
      cashier: {
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
    })
    return this
  }
}

function orThrow<Value>(value: Value | Error): Value {
  if (value instanceof Error) throw value
  return value
}
