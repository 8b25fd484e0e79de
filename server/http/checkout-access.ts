import type { OpenedSession, Sessions } from '../identity/sessions.ts'
import type { PageOrder } from '../pages/checkout/page-data.ts'
import type { Session } from '../store/store.ts'
import { holdsToken, mayPay } from '../usecases/access.ts'
import type { Deps } from '../usecases/deps.ts'
import { UseCaseError } from '../usecases/errors.ts'
import { readOrder } from '../usecases/read-order.ts'

/** What the checkout pages ask of the toolkit. */
export interface CheckoutAccess {
  /** A session for whoever holds the order's token; null where there is no such pair. */
  open(link: { orderRef: string; checkoutToken: string }): Promise<OpenedSession | null>
  /** The order as these visitors may see it; null where there is none for them. */
  read(visit: { orderRef: string; sessions: readonly Session[] }): Promise<PageOrder | null>
}

export function createCheckoutAccess(deps: Deps, sessions: Pick<Sessions, 'open'>): CheckoutAccess {
  return {
    async open({ orderRef, checkoutToken }) {
      const order = await deps.store.order(orderRef)
      if (!order || !holdsToken(order, checkoutToken)) return null
      return sessions.open({ payer: null, orderRef })
    },
    async read({ orderRef, sessions: visitors }) {
      const reading = await readOrder(deps, orderRef).catch(nullIfMissing)
      if (!reading) return null
      const { order } = reading
      if (!mayPay(order, { sessions: visitors, checkoutToken: undefined })) return null
      const { status, amount, description, expiresAtMs, paidAtMs } = order
      return {
        orderRef,
        status,
        amount,
        description,
        expiresAt: new Date(expiresAtMs).toISOString(),
        paidAt: paidAtMs === null ? null : new Date(paidAtMs).toISOString(),
      }
    },
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof UseCaseError && error.code === 'orderNotFound') return null
  throw error
}
