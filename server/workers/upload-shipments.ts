import type { ShippingDeps } from '../usecases/shipping-deps.ts'
import { uploadShipment } from '../usecases/upload-shipment.ts'
import type { WorkKind } from './loop.ts'

/** At one time in this process: a WeChat that does not answer leaves the loop's hands to money. */
const MOST_AT_ONCE = 8

/** Shipments that WeChat has not heard of yet. */
export function uploadShipments(deps: ShippingDeps): WorkKind {
  let inHand = 0
  return {
    name: 'uploadShipments',
    /** What waits while there is no room is looked at when an upload has ended. */
    nextAtMs: ({ shipments }) => (inHand < MOST_AT_ONCE ? shipments : null),
    async claim({ limit, ...claim }) {
      const room = Math.min(limit, MOST_AT_ONCE - inHand)
      if (room <= 0) return []
      const rows = await deps.store.claimDueShipments({ ...claim, limit: room })
      inHand += rows.length
      return rows.map((shipment) => async () => {
        try {
          await uploadShipment(deps, shipment)
        } finally {
          inHand -= 1
        }
      })
    },
  }
}
