import { planOrderCentre, registerOrderCentre } from '../usecases/register-order-centre.ts'
import type { ShippingDeps } from '../usecases/shipping-deps.ts'
import type { WorkKind } from './loop.ts'

/** The order pages of the configuration, at WeChat's order centre: planned once at a start. */
export function registerOrderCentrePaths(deps: ShippingDeps): WorkKind {
  let planned = false
  return {
    name: 'registerOrderCentrePaths',
    nextAtMs: ({ orderCentrePaths }) => orderCentrePaths,
    async plan() {
      if (!planned) await planOrderCentre(deps)
      planned = true
    },
    async claim(claim) {
      const paths = await deps.store.claimDueOrderCentrePaths(claim)
      return paths.map((path) => () => registerOrderCentre(deps, path))
    },
  }
}
