import { changes } from './suite/changes.ts'
import { claims } from './suite/claims.ts'
import { history } from './suite/history.ts'
import { idempotency } from './suite/idempotency.ts'
import { identity } from './suite/identity.ts'
import { orderCentre } from './suite/order-centre.ts'
import { orders } from './suite/orders.ts'
import { payments } from './suite/payments.ts'
import { refunds } from './suite/refunds.ts'
import { settlement } from './suite/settlement.ts'
import { shipments } from './suite/shipments.ts'
import { transactions } from './suite/transactions.ts'
import { uniqueRules } from './suite/unique-rules.ts'
import { webhookDeliveries } from './suite/webhook-deliveries.ts'
import { webhooks } from './suite/webhooks.ts'
import { wechatCredentials } from './suite/wechat-credentials.ts'
import type { OpenWorld } from './suite/world.ts'

/** What every store promises, whatever database is under it. */
export function storeContract(open: OpenWorld): void {
  orders(open)
  payments(open)
  refunds(open)
  uniqueRules(open)
  history(open)
  settlement(open)
  shipments(open)
  webhooks(open)
  webhookDeliveries(open)
  identity(open)
  wechatCredentials(open)
  orderCentre(open)
  idempotency(open)
  claims(open)
  changes(open)
  transactions(open)
}
