/**
 * What may be there only once: PostgreSQL names the broken rule, SQLite its columns. The rules
 * themselves stand in the migrations.
 */
const COLUMNS_OF_RULE: Readonly<Record<string, string>> = {
  orders_pkey: 'orders.order_ref',
  payments_pkey: 'payments.payment_id',
  payments_out_trade_no: 'payments.account_id, payments.out_trade_no',
  payments_provider_payment_id: 'payments.account_id, payments.provider_payment_id',
  payments_idempotency_key: 'payments.order_ref, payments.idempotency_key',
  payments_one_live_per_order: 'payments.order_ref',
  refunds_pkey: 'refunds.refund_id',
  refunds_out_refund_no: 'refunds.out_refund_no',
  refunds_idempotency_key: 'refunds.payment_id, refunds.idempotency_key',
  shipments_pkey: 'shipments.shipment_id',
  shipments_idempotency_key: 'shipments.order_ref, shipments.idempotency_key',
  quarantine_pkey: 'quarantine.quarantine_id',
  sessions_pkey: 'sessions.token_hash',
  login_states_pkey: 'login_states.state_hash',
  webhook_endpoints_pkey: 'webhook_endpoints.endpoint_id',
  webhook_deliveries_pkey: 'webhook_deliveries.delivery_id',
  webhook_deliveries_one_per_event: 'webhook_deliveries.endpoint_id, webhook_deliveries.event_seq',
}

/** The rule's name on PostgreSQL, for columns as SQLite lists them; the columns where none is known. */
export function ruleOfColumns(columns: string): string {
  const found = Object.entries(COLUMNS_OF_RULE).find(([, known]) => known === columns)
  return found?.[0] ?? columns
}
