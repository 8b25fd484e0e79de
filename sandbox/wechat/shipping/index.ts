import type { Clock } from '../../../shared/clock.ts'
import type { Route } from '../../http.ts'
import type { Random } from '../../random.ts'
import type { Identity } from '../identity/index.ts'
import { createShippingBook, type ShippingBook, type ShippingSettings } from './book.ts'
import { shippingRoutes } from './routes.ts'
import type { Trades } from './trades.ts'

/** WeChat's order management of Mini Programs: shipping information and the order centre. */
export interface Shipping extends Pick<ShippingBook, 'order' | 'confirm'> {
  readonly settings: ShippingSettings
  /** The order page that each Mini Program has registered. */
  readonly orderPaths: ReadonlyMap<string, string>
  readonly routes: readonly Route[]
  reset(): void
}

/** A payment arrives in order management after some seconds. */
const SYNC_MS = 3_000

export function createShipping(parts: {
  clock: Clock
  random: Random
  trades: Trades
  identity: Identity
}): Shipping {
  const { identity, trades, ...surroundings } = parts
  const settings: ShippingSettings = { syncMs: SYNC_MS }
  const book = createShippingBook({ ...surroundings, trades, settings })
  const orderPaths = new Map<string, string>()
  const { faults, tokens } = identity
  const routes = shippingRoutes({
    ...surroundings,
    settings: identity.settings,
    faults,
    tokens,
    book,
    orderPaths,
  })
  return {
    settings,
    orderPaths,
    routes,
    order: (appId, key) => book.order(appId, key),
    confirm: (transactionId) => book.confirm(transactionId),
    reset() {
      book.reset()
      orderPaths.clear()
      settings.syncMs = SYNC_MS
    },
  }
}
