import { type Kysely, sql } from 'kysely'
import type { Money } from '../../../shared/money.ts'
import type {
  BookedEvent,
  BookedOrder,
  BookedPayment,
  BookedRefund,
  BookedRow,
  BookedShipment,
  Evidence,
  Ledger,
  LedgerPage,
} from '../books.ts'
import { factColumn } from '../columns.ts'
import type { Handle } from '../handle.ts'
import type { Database, SettlementRowsTable } from '../schema.ts'

/** Which orders a page is about; the same for all that belongs to them, so that all texts are few. */
interface Stretch extends Pick<LedgerPage, 'sinceMs' | 'untilMs'> {
  readonly first: string
  readonly last: string
}

export async function ledgers(handle: Handle, page: LedgerPage): Promise<readonly Ledger[]> {
  const orders = await ordersAfter(handle, page)
  const [first, last] = [orders.at(0)?.orderRef, orders.at(-1)?.orderRef]
  if (first === undefined || last === undefined) return []
  const stretch = { ...page, first, last }
  const payments = await paymentsIn(handle, stretch)
  const orderOf = new Map(payments.map(({ paymentId, orderRef }) => [paymentId, orderRef]))
  const ofOrder = ({ orderRef }: { orderRef: string }) => orderRef
  const ofPayment = ({ paymentId }: { paymentId: string | null }) => orderOf.get(paymentId ?? '')
  const paymentsBy = Map.groupBy(payments, ofOrder)
  const eventsBy = Map.groupBy(await eventsIn(handle, stretch), ofOrder)
  const refundsBy = Map.groupBy(await refundsIn(handle, stretch), ofPayment)
  const shipmentsBy = Map.groupBy(await shipmentsIn(handle, stretch), ofOrder)
  const rowsBy = Map.groupBy(await rowsIn(handle, stretch), ofPayment)
  return orders.map((order) => ({
    order,
    payments: paymentsBy.get(order.orderRef) ?? [],
    refunds: refundsBy.get(order.orderRef) ?? [],
    shipments: shipmentsBy.get(order.orderRef) ?? [],
    events: eventsBy.get(order.orderRef) ?? [],
    rows: rowsBy.get(order.orderRef) ?? [],
  }))
}

async function ordersAfter(
  { db }: Handle,
  { after, limit, sinceMs, untilMs }: LedgerPage,
): Promise<readonly BookedOrder[]> {
  const rows = await db
    .selectFrom('orders')
    .select(['order_ref', 'status', 'amount_minor', 'currency', 'paid_payment_id', 'paid_late'])
    .select(['created_at_ms', 'paid_at_ms'])
    .where('order_ref', '>', after)
    .where('created_at_ms', '>=', sinceMs)
    .where('created_at_ms', '<', untilMs)
    .orderBy('order_ref')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    orderRef: row.order_ref,
    status: row.status,
    amount: amountFrom(row),
    paidPaymentId: row.paid_payment_id,
    paidLate: row.paid_late === 1,
    createdAtMs: row.created_at_ms,
    paidAtMs: row.paid_at_ms,
  }))
}

function within({ first, last, sinceMs, untilMs }: Stretch) {
  return sql<boolean>`orders.order_ref between ${first} and ${last}
    and orders.created_at_ms >= ${sinceMs} and orders.created_at_ms < ${untilMs}`
}

async function paymentsIn({ db }: Handle, stretch: Stretch): Promise<readonly BookedPayment[]> {
  const rows = await withPayments(db, stretch)
    .select(['payment_id', 'payments.order_ref', 'account_id', 'payments.status'])
    .select(['payments.amount_minor', 'payments.currency', 'out_trade_no', 'provider_payment_id'])
    .select(['app_id', 'idempotency_key', 'duplicate', 'late', 'payments.expires_at_ms'])
    .select(['payments.paid_at_ms', 'due_at_ms'])
    .orderBy('payments.created_at_ms')
    .orderBy('payment_id')
    .execute()
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderRef: row.order_ref,
    accountId: row.account_id,
    status: row.status,
    amount: amountFrom(row),
    outTradeNo: row.out_trade_no,
    providerPaymentId: row.provider_payment_id,
    appId: row.app_id,
    idempotencyKey: row.idempotency_key,
    duplicate: row.duplicate === 1,
    late: row.late === 1,
    expiresAtMs: row.expires_at_ms,
    paidAtMs: row.paid_at_ms,
    dueAtMs: row.due_at_ms,
  }))
}

function withPayments(db: Kysely<Database>, stretch: Stretch) {
  return db
    .selectFrom('orders')
    .innerJoin('payments', 'payments.order_ref', 'orders.order_ref')
    .where(within(stretch))
}

async function refundsIn({ db }: Handle, stretch: Stretch): Promise<readonly BookedRefund[]> {
  const rows = await withPayments(db, stretch)
    .innerJoin('refunds', 'refunds.payment_id', 'payments.payment_id')
    .select(['refund_id', 'refunds.payment_id', 'refunds.status', 'refunds.amount_minor'])
    .select(['refunds.currency', 'out_refund_no', 'provider_refund_id', 'succeeded_at_ms'])
    .select(['refunds.due_at_ms'])
    .orderBy('refunds.created_at_ms')
    .orderBy('refund_id')
    .execute()
  return rows.map((row) => ({
    refundId: row.refund_id,
    paymentId: row.payment_id,
    status: row.status,
    amount: amountFrom(row),
    outRefundNo: row.out_refund_no,
    providerRefundId: row.provider_refund_id,
    succeededAtMs: row.succeeded_at_ms,
    dueAtMs: row.due_at_ms,
  }))
}

async function shipmentsIn({ db }: Handle, stretch: Stretch): Promise<readonly BookedShipment[]> {
  const rows = await db
    .selectFrom('orders')
    .innerJoin('shipments', 'shipments.order_ref', 'orders.order_ref')
    .where(within(stretch))
    .select(['shipment_id', 'shipments.order_ref', 'shipments.status'])
    .orderBy('shipment_id')
    .execute()
  return rows.map((row) => ({
    shipmentId: row.shipment_id,
    orderRef: row.order_ref,
    status: row.status,
  }))
}

async function eventsIn({ db }: Handle, stretch: Stretch): Promise<readonly BookedEvent[]> {
  const rows = await db
    .selectFrom('orders')
    .innerJoin('events', 'events.order_ref', 'orders.order_ref')
    .where(within(stretch))
    .select(['seq', 'type', 'events.order_ref', 'payment_id', 'refund_id', 'shipment_id'])
    .select(['at_ms', 'evidence'])
    .orderBy('seq')
    .execute()
  return rows.map((row) => ({
    seq: row.seq,
    type: row.type,
    orderRef: row.order_ref,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    shipmentId: row.shipment_id,
    atMs: row.at_ms,
    evidence: () => evidenceFrom(row.evidence),
  }))
}

function evidenceFrom(text: string | null): Evidence {
  if (text === null) return { kind: 'notKept' }
  if (text === 'null') return { kind: 'none' }
  const fact = readFact(text)
  return fact === null ? { kind: 'unreadable' } : { kind: 'fact', fact }
}

function readFact(text: string) {
  try {
    return factColumn.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

async function rowsIn({ db }: Handle, stretch: Stretch): Promise<readonly BookedRow[]> {
  const rows = await withPayments(db, stretch)
    .innerJoin('settlement_rows', 'settlement_rows.payment_id', 'payments.payment_id')
    .select(BOOKED_ROW_COLUMNS)
    .orderBy('settlement_rows.booked_at_ms')
    .orderBy('settlement_rows.row_id')
    .execute()
  return rows.map(bookedRowFrom)
}

export const BOOKED_ROW_COLUMNS = [
  'settlement_rows.account_id',
  'settlement_rows.row_id',
  'settlement_rows.kind',
  'settlement_rows.status',
  'settlement_rows.unknown_status',
  'settlement_rows.state',
  'settlement_rows.problem',
  'settlement_rows.payment_id',
  'settlement_rows.refund_id',
  'settlement_rows.out_trade_no',
  'settlement_rows.provider_payment_id',
  'settlement_rows.amount_minor',
  'settlement_rows.amount_currency',
] as const

export function bookedRowFrom(row: Omit<SettlementRowsTable, NotBooked>): BookedRow {
  const { amount_minor: value, amount_currency: currency } = row
  return {
    accountId: row.account_id,
    rowId: row.row_id,
    kind: row.kind,
    status: row.status,
    unknownStatus: row.unknown_status === 1,
    state: row.state,
    problem: row.problem,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    outTradeNo: row.out_trade_no,
    providerPaymentId: row.provider_payment_id,
    amount: value === null || currency === null ? null : { value, currency },
  }
}

type NotBooked =
  | 'source'
  | 'line'
  | 'out_refund_no'
  | 'provider_refund_id'
  | 'app_id'
  | `settled_${'minor' | 'currency'}`
  | `fee_${'minor' | 'currency'}`
  | 'rate'
  | 'provider_status'
  | `${'occurred' | 'booked' | 'imported'}_at_ms`

function amountFrom(row: { amount_minor: number; currency: string }): Money {
  return { value: row.amount_minor, currency: row.currency }
}
