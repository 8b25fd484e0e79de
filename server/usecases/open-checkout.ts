import type { Order } from '../domain/order.ts'
import { holdsToken } from './access.ts'
import type { Deps } from './deps.ts'
import { UseCaseError } from './errors.ts'

/**
 * The order that a checkout link opens. Throws `orderNotFound` for a wrong token exactly as for an
 * order that does not exist, so that nobody learns which orders there are.
 */
export async function openCheckout(
  deps: Pick<Deps, 'store'>,
  { orderRef, checkoutToken }: { orderRef: string; checkoutToken: string },
): Promise<Order> {
  const order = await deps.store.order(orderRef)
  if (!order || !holdsToken(order, checkoutToken)) throw new UseCaseError('orderNotFound')
  return order
}
