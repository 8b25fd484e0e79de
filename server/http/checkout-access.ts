import { formatMoney } from '../../shared/money.ts'
import { SCENES, type Scene } from '../../shared/payment-status.ts'
import type { Order } from '../domain/order.ts'
import type { OpenedSession, Sessions } from '../identity/sessions.ts'
import type { PageData, PageOrder } from '../pages/checkout/page-data.ts'
import type { Session } from '../store/store.ts'
import { holdsToken, mayPay, payerOf } from '../usecases/access.ts'
import type { Deps } from '../usecases/deps.ts'
import { UseCaseError } from '../usecases/errors.ts'
import { readOrder } from '../usecases/read-order.ts'

/** What the checkout pages ask of the toolkit. */
export interface CheckoutAccess {
  /** A session for whoever holds the order's token; null where there is no such pair. */
  open(link: { orderRef: string; checkoutToken: string }): Promise<OpenedSession | null>
  /** The order as this visitor may see it; null where there is none for them. */
  read(visit: Visit): Promise<SeenOrder | null>
}

interface Visit {
  readonly orderRef: string
  readonly sessions: readonly Session[]
  /** What the browser kept of the link by which it came. */
  readonly linkToken: string | undefined
}

interface SeenOrder extends Pick<PageData, 'scenes'> {
  readonly order: PageOrder
  /** The word that the visitor brought is the order's. */
  readonly knowsToken: boolean
}

export function createCheckoutAccess(deps: Deps, sessions: Pick<Sessions, 'open'>): CheckoutAccess {
  return {
    async open({ orderRef, checkoutToken }) {
      const order = await deps.store.order(orderRef)
      if (!order || !holdsToken(order, checkoutToken)) return null
      return sessions.open({ payer: null, orderRef })
    },
    async read({ orderRef, sessions: visitors, linkToken }) {
      const reading = await readOrder(deps, orderRef).catch(nullIfMissing)
      if (!reading) return null
      const { order } = reading
      if (!mayPay(order, { sessions: visitors, checkoutToken: undefined })) return null
      return {
        order: viewOf(order),
        scenes: SCENES.filter((scene) => canServe(deps, { scene, order, visitors })),
        knowsToken: linkToken !== undefined && holdsToken(order, linkToken),
      }
    },
  }
}

function viewOf(order: Order): PageOrder {
  const { orderRef, status, amount, description, expiresAtMs, paidAtMs } = order
  return {
    orderRef,
    status,
    amount: formatMoney(amount),
    description,
    expiresAt: new Date(expiresAtMs).toISOString(),
    paidAt: paidAtMs === null ? null : new Date(paidAtMs).toISOString(),
  }
}

/**
 * Whether an account takes this order in that scene. A payer who has yet to log in counts as one who
 * will: the page leads through the login. In a Mini Program it is another login than this browser's.
 */
function canServe(
  { accounts }: Pick<Deps, 'accounts'>,
  { scene, order, visitors }: { scene: Scene; order: Order; visitors: readonly Session[] },
): boolean {
  const payer = scene === 'officialAccount' ? payerOf(visitors) : null
  const wish = { scene, amount: order.amount, accountId: undefined }
  try {
    return accounts.route({ ...wish, payerAppId: payer?.appId ?? null }).length > 0
  } catch (error) {
    if (!(error instanceof UseCaseError)) throw error
    return error.code === 'payerRequired'
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof UseCaseError && error.code === 'orderNotFound') return null
  throw error
}
