import type { ShipmentContent, ShippedOrder } from '../domain/shipment.ts'

/**
 * WeChat's order management of our Mini Programs, as use cases see it. Nothing here throws for what
 * WeChat or the line does.
 */
export interface OrderManagement {
  /** Whether this is a Mini Program of the configuration. */
  has(appId: string): boolean
  /** The order pages that the configuration wants WeChat's order centre to lead to. */
  readonly orderPaths: readonly { readonly appId: string; readonly path: string }[]
  setOrderPath(appId: string, path: string): Promise<Said>
  upload(content: ShipmentContent, shippedAtMs: number): Promise<Said>
  /** What WeChat has of an order; null where it does not know the order (yet). */
  look(
    content: Pick<ShipmentContent, 'appId' | 'transactionId'>,
  ): Promise<{ readonly kind: 'known'; readonly shipped: ShippedOrder | null } | Later>
}

export type Said = { readonly kind: 'done' } | Refused | Later

/** WeChat will not take this, however often it is sent. */
export interface Refused {
  readonly kind: 'refused'
  /** For people, with WeChat's own words. */
  readonly reason: string
}

/** The same may be taken later. */
export interface Later {
  readonly kind: 'later'
  readonly reason: string
  /** True where it may have been carried out all the same: then look before repeating. */
  readonly mayBeDone: boolean
}
