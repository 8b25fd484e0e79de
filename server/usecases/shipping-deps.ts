import type { OrderManagement } from '../mini-program/port.ts'
import type { Deps } from './deps.ts'

/** What the use cases of shipping touch besides all others' ports. */
export interface ShippingDeps extends Deps {
  readonly orderManagement: OrderManagement
}
