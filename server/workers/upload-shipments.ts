import type { ShippingDeps } from '../usecases/shipping-deps.ts'
import { uploadShipment } from '../usecases/upload-shipment.ts'
import type { WorkKind } from './loop.ts'

/** Shipments that WeChat has not heard of yet. */
export function uploadShipments(deps: ShippingDeps): WorkKind {
  return {
    name: 'uploadShipments',
    nextAtMs: ({ shipments }) => shipments,
    async claim(claim) {
      const rows = await deps.store.claimDueShipments(claim)
      return rows.map((shipment) => () => uploadShipment(deps, shipment))
    },
  }
}
