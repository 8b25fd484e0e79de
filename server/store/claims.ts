import { type RawBuilder, sql } from 'kysely'
import type { Payment } from '../domain/payment.ts'
import type { Refund } from '../domain/refund.ts'
import type { Shipment } from '../domain/shipment.ts'
import type { ClaimedDelivery } from '../domain/webhook.ts'
import type { Handle } from './handle.ts'
import type { WebhookDeliveriesTable } from './schema.ts'
import type { Claim, InboxRow, NextDue, OrderCentrePath, SettlementDay } from './store.ts'
import { INBOX_COLUMNS, inboxFromRow, type StoredInboxRow } from './tables/inbox.ts'
import {
  ORDER_CENTRE_COLUMNS,
  type OrderCentreRow,
  orderCentreFromRow,
} from './tables/order-centre.ts'
import { PAYMENT_COLUMNS, type PaymentRow, paymentFromRow } from './tables/payments.ts'
import { REFUND_COLUMNS, type RefundRow, refundFromRow } from './tables/refunds.ts'
import {
  SETTLEMENT_DAY_COLUMNS,
  type SettlementDayRow,
  settlementDayFromRow,
} from './tables/settlement-days.ts'
import { SHIPMENT_COLUMNS, type ShipmentRow, shipmentFromRow } from './tables/shipments.ts'
import { DELIVERY_COLUMNS, deliveryFromRow } from './tables/webhook-deliveries.ts'
import type { DeliveryClaim } from './webhook-port.ts'

/** Earliest due first; never the same row to two claimants while the lease lasts. */
export async function claimDuePayments(handle: Handle, claim: Claim): Promise<readonly Payment[]> {
  const rows = await claimRows<PaymentRow>(handle, claim, {
    name: 'payments',
    key: ['payment_id'],
    columns: PAYMENT_COLUMNS,
  })
  return rows.map(paymentFromRow)
}

export async function claimDueRefunds(handle: Handle, claim: Claim): Promise<readonly Refund[]> {
  const rows = await claimRows<RefundRow>(handle, claim, {
    name: 'refunds',
    key: ['refund_id'],
    columns: REFUND_COLUMNS,
  })
  return rows.map(refundFromRow)
}

export async function claimDueInbox(handle: Handle, claim: Claim): Promise<readonly InboxRow[]> {
  const rows = await claimRows<StoredInboxRow>(handle, claim, {
    name: 'inbox',
    key: ['account_id', 'event_id'],
    columns: INBOX_COLUMNS,
  })
  return rows.map(inboxFromRow)
}

export async function claimDueSettlementDays(
  handle: Handle,
  claim: Claim,
): Promise<readonly SettlementDay[]> {
  const rows = await claimRows<SettlementDayRow>(handle, claim, {
    name: 'settlement_days',
    key: ['account_id', 'day'],
    columns: SETTLEMENT_DAY_COLUMNS,
  })
  return rows.map(settlementDayFromRow)
}

export async function claimDueShipments(
  handle: Handle,
  claim: Claim,
): Promise<readonly Shipment[]> {
  const rows = await claimRows<ShipmentRow>(handle, claim, {
    name: 'shipments',
    key: ['shipment_id'],
    columns: SHIPMENT_COLUMNS,
  })
  return rows.map(shipmentFromRow)
}

export async function claimDueOrderCentrePaths(
  handle: Handle,
  claim: Claim,
): Promise<readonly OrderCentrePath[]> {
  const rows = await claimRows<OrderCentreRow>(handle, claim, {
    name: 'order_centre_paths',
    key: ['app_id'],
    columns: ORDER_CENTRE_COLUMNS,
  })
  return rows.map(orderCentreFromRow)
}

/** Of one endpoint only, so that each gets its share of hands. */
export async function claimDueDeliveries(
  handle: Handle,
  claim: DeliveryClaim,
): Promise<readonly ClaimedDelivery[]> {
  const rows = await claimRows<WebhookDeliveriesTable>(handle, claim, {
    name: 'webhook_deliveries',
    key: ['delivery_id'],
    columns: DELIVERY_COLUMNS,
    only: sql`endpoint_id = ${claim.endpointId}`,
  })
  const leasedUntilMs = claim.nowMs + claim.leaseMs
  return rows.map((row) => ({ ...deliveryFromRow(row), leasedUntilMs }))
}

interface ClaimedTable {
  readonly name:
    | 'payments'
    | 'refunds'
    | 'inbox'
    | 'settlement_days'
    | 'shipments'
    | 'order_centre_paths'
    | 'webhook_deliveries'
  readonly key: readonly string[]
  readonly columns: readonly string[]
  readonly only?: RawBuilder<unknown>
}

/**
 * One statement: no two claimants can read the same row between looking and taking. The rows are
 * chosen in a common table expression, which PostgreSQL evaluates once, so that it never locks more
 * than `limit` of them; `skip locked` passes by rows that somebody is writing at this moment.
 */
async function claimRows<Row extends { due_at_ms: number | null }>(
  handle: Handle,
  { nowMs, leaseMs, limit }: Claim,
  table: ClaimedTable,
): Promise<Row[]> {
  const target = sql.table(table.name)
  const chosen = sql.join(
    table.key.map((column) => sql`${sql.ref(column)} as ${chosenRef(column)}`),
  )
  const isChosen = sql.join(
    table.key.map((column) => sql`${sql.ref(`${table.name}.${column}`)} = ${chosenRef(column)}`),
    sql` and `,
  )
  const returned = sql.join(table.columns.map((column) => sql.ref(column)))
  const { rows } = await sql<Row>`
    with chosen as (
      select ${chosen} from ${target} where claimable_at_ms <= ${nowMs}
      ${table.only ? sql`and ${table.only}` : sql``}
      order by claimable_at_ms limit ${limit}
      ${handle.rowLocks ? sql`for update skip locked` : sql``}
    )
    update ${target} set claimable_at_ms = ${nowMs + leaseMs}, attempts = attempts + 1
    from chosen where ${isChosen}
    returning ${returned}
  `.execute(handle.db)
  return rows.toSorted((left, right) => (left.due_at_ms ?? 0) - (right.due_at_ms ?? 0))
}

function chosenRef(column: string) {
  return sql.ref(`chosen_${column}`)
}

/**
 * One look at all kinds of work. A leased row counts from the end of its lease: then its claimant is
 * taken for dead.
 */
export async function nextDue({ db }: Handle): Promise<NextDue> {
  const { rows } = await sql<Record<keyof NextDue, number | null>>`
    select
      (select min(claimable_at_ms) from payments) as payments,
      (select min(claimable_at_ms) from refunds) as refunds,
      (select min(claimable_at_ms) from inbox) as inbox,
      (select min(claimable_at_ms) from settlement_days) as "settlementDays",
      (select min(claimable_at_ms) from shipments) as shipments,
      (select min(claimable_at_ms) from order_centre_paths) as "orderCentrePaths",
      (select 1 from webhook_deliveries where claimable_at_ms is not null limit 1) as deliveries
  `.execute(db)
  const [row] = rows
  return {
    payments: row?.payments ?? null,
    refunds: row?.refunds ?? null,
    inbox: row?.inbox ?? null,
    settlementDays: row?.settlementDays ?? null,
    shipments: row?.shipments ?? null,
    orderCentrePaths: row?.orderCentrePaths ?? null,
    deliveries: (row?.deliveries ?? null) !== null,
  }
}
