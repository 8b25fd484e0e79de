/** The one order that was placed and not seen decided yet; it survives a killed Mini Program. */
import type { ClientStorage } from 'wechat-pay-client'

export interface PendingOrder {
  readonly orderRef: string
  /** Lets its holder pay the order; null where the order was made for this very payer. */
  readonly checkoutToken: string | null
}

export interface PendingOrderStore {
  read(): PendingOrder | null
  /** Written before the cashier opens, so that a lost callback loses nothing. */
  write(order: PendingOrder): void
  /** Does nothing where another order has taken its place. */
  clear(orderRef: string): void
}

const STORAGE_KEY = 'pendingOrder'

export function createPendingOrderStore(storage: ClientStorage): PendingOrderStore {
  const read = () => parse(storage.get(STORAGE_KEY))
  return {
    read,
    write: (order) => storage.set(STORAGE_KEY, JSON.stringify(order)),
    clear(orderRef) {
      if (read()?.orderRef === orderRef) storage.remove(STORAGE_KEY)
    },
  }
}

function parse(text: string | null): PendingOrder | null {
  try {
    const { orderRef, checkoutToken }: { orderRef?: unknown; checkoutToken?: unknown } = JSON.parse(
      text ?? '{}',
    )
    if (typeof orderRef !== 'string') return null
    return { orderRef, checkoutToken: typeof checkoutToken === 'string' ? checkoutToken : null }
  } catch {
    return null
  }
}
