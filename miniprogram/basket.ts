/** The basket of this device. It knows what and how many, never what it costs. */
import type { ClientStorage } from 'wechat-pay-client'

export type Quantities = Readonly<Record<string, number>>

export interface Basket {
  quantities(): Quantities
  /** Zero takes the product out. */
  setQuantity(productId: string, quantity: number): void
  /**
   * The key under which this basket is ordered. It is stored before the order is sent and stays until
   * the basket changes: a second tap, or a launch after a crash, cannot order twice.
   */
  orderKey(): string
  /** After a clear refusal: the next try is another order. */
  forgetOrderKey(): void
  clear(): void
}

interface StoredBasket {
  readonly quantities: Quantities
  readonly orderKey: string | null
}

const STORAGE_KEY = 'basket'
const MAX_QUANTITY = 99

export function createBasket(options: { storage: ClientStorage; newKey: () => string }): Basket {
  const { storage, newKey } = options
  const read = () => parse(storage.get(STORAGE_KEY))
  const write = (basket: StoredBasket) => storage.set(STORAGE_KEY, JSON.stringify(basket))
  return {
    quantities: () => read().quantities,
    setQuantity(productId, quantity) {
      const { [productId]: _before, ...others } = read().quantities
      const wanted = Math.min(MAX_QUANTITY, Math.max(0, Math.trunc(quantity)))
      const quantities = wanted > 0 ? { ...others, [productId]: wanted } : others
      write({ quantities, orderKey: null })
    },
    orderKey() {
      const { quantities, orderKey } = read()
      if (orderKey) return orderKey
      const fresh = newKey()
      write({ quantities, orderKey: fresh })
      return fresh
    },
    forgetOrderKey: () => write({ quantities: read().quantities, orderKey: null }),
    clear: () => storage.remove(STORAGE_KEY),
  }
}

/** Whatever an older version left behind reads as an empty basket at worst. */
function parse(text: string | null): StoredBasket {
  const empty = { quantities: {}, orderKey: null }
  if (text === null) return empty
  try {
    const { quantities, orderKey }: { quantities?: unknown; orderKey?: unknown } = JSON.parse(text)
    return {
      quantities: Object.fromEntries(Object.entries(quantities ?? {}).filter(isLine)),
      orderKey: typeof orderKey === 'string' ? orderKey : null,
    }
  } catch {
    return empty
  }
}

function isLine(entry: [string, unknown]): entry is [string, number] {
  const quantity = entry[1]
  return typeof quantity === 'number' && Number.isInteger(quantity) && quantity > 0
}
