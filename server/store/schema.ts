/**
 * The tables as they stand after the newest migration; one schema for SQLite and PostgreSQL.
 *
 * Times and money are 64-bit integers, flags are 0 or 1, words and JSON are text. Nothing here is
 * believed when it is read: `tables/` parses words and JSON before the domain sees them.
 *
 * `claimable_at_ms` is when a worker may take the row: the time it is due, or the end of the lease of
 * the worker that holds it. Null: nothing is due.
 */
export interface Database {
  orders: OrdersTable
  payments: PaymentsTable
  refunds: RefundsTable
  inbox: InboxTable
  events: EventsTable
  quarantine: QuarantineTable
  sessions: SessionsTable
  login_states: LoginStatesTable
  idempotency: IdempotencyTable
  settlement_rows: SettlementRowsTable
  settlement_days: SettlementDaysTable
  webhook_endpoints: WebhookEndpointsTable
  webhook_deliveries: WebhookDeliveriesTable
  wechat_credentials: WechatCredentialsTable
  shipments: ShipmentsTable
  order_centre_paths: OrderCentrePathsTable
}

export interface OrdersTable {
  order_ref: string
  status: string
  amount_minor: number
  currency: string
  description: string
  goods_kind: string
  payer_app_id: string | null
  payer_openid: string | null
  checkout_token_hash: string
  paid_payment_id: string | null
  paid_late: number
  close_reason: string | null
  created_at_ms: number
  expires_at_ms: number
  paid_at_ms: number | null
}

export interface PaymentsTable {
  payment_id: string
  order_ref: string
  account_id: string
  scene: string
  status: string
  reason: string | null
  amount_minor: number
  currency: string
  out_trade_no: string
  provider_payment_id: string | null
  provider_reference: string | null
  payer_app_id: string | null
  payer_openid: string | null
  app_id: string | null
  client_action: string | null
  provider_state: string
  request: string
  idempotency_key: string
  duplicate: number
  late: number
  settlement: string | null
  created_at_ms: number
  expires_at_ms: number
  paid_at_ms: number | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
  last_query_at_ms: number | null
  version: number
}

export interface RefundsTable {
  refund_id: string
  payment_id: string
  status: string
  amount_minor: number
  currency: string
  reason: string | null
  out_refund_no: string
  provider_refund_id: string | null
  advice: string | null
  idempotency_key: string
  settlement: string | null
  created_at_ms: number
  succeeded_at_ms: number | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
  sent: number
  /** Null in rows from before the column, which count as sent when they were made. */
  sent_at_ms: number | null
  busy_until_ms: number | null
  version: number
}

export interface InboxTable {
  account_id: string
  event_id: string
  facts: string
  queries: string
  state: string
  received_at_ms: number
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
}

interface EventsTable {
  seq: number
  type: string
  order_ref: string
  payment_id: string | null
  refund_id: string | null
  /** Null in events of anything else. */
  shipment_id: string | null
  at_ms: number
  /** The objects of the event as they stood; null where nobody was to hear of it. */
  objects: string | null
  /** The fact that caused it, as JSON; null in rows from before the column. */
  evidence: string | null
}

interface QuarantineTable {
  quarantine_id: string
  account_id: string
  payment_id: string | null
  reason: string
  fact: string
  at_ms: number
}

interface SessionsTable {
  token_hash: string
  payer_app_id: string | null
  payer_openid: string | null
  order_ref: string | null
  created_at_ms: number
  expires_at_ms: number
}

interface LoginStatesTable {
  state_hash: string
  browser_hash: string
  app_id: string
  return_to: string
  payer_app_id: string | null
  payer_openid: string | null
  expires_at_ms: number
}

interface IdempotencyTable {
  scope: string
  idempotency_key: string
  fingerprint: string
  claimed_at_ms: number
  /** Null while the work is running. */
  answer_status: number | null
  answer_body: string | null
}

/** `booked_at_ms`: when it happened, or was imported where its source does not say. */
export interface SettlementRowsTable {
  account_id: string
  row_id: string
  kind: string
  status: string | null
  source: string
  line: number
  out_trade_no: string | null
  provider_payment_id: string | null
  out_refund_no: string | null
  provider_refund_id: string | null
  app_id: string | null
  payment_id: string | null
  refund_id: string | null
  amount_minor: number | null
  amount_currency: string | null
  settled_minor: number | null
  settled_currency: string | null
  fee_minor: number | null
  fee_currency: string | null
  rate: string | null
  provider_status: string
  unknown_status: number
  occurred_at_ms: number | null
  booked_at_ms: number
  imported_at_ms: number
  state: string
  problem: string | null
}

export interface SettlementDaysTable {
  account_id: string
  day: string
  state: string
  reason: string | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
}

export interface WebhookEndpointsTable {
  endpoint_id: string
  url: string
  description: string | null
  /** JSON list of event types; null for all. */
  events: string | null
  secrets: string
  state: string
  disabled_reason: string | null
  created_at_ms: number
}

export interface WebhookDeliveriesTable {
  delivery_id: string
  endpoint_id: string
  event_seq: number | null
  webhook_id: string
  type: string
  body: string
  state: string
  attempts: number
  failures: number
  last_status: number | null
  last_reason: string | null
  last_attempt_at_ms: number | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  delivered_at_ms: number | null
  created_at_ms: number
}

export interface ShipmentsTable {
  shipment_id: string
  order_ref: string
  payment_id: string
  status: string
  content: string
  reason: string | null
  idempotency_key: string
  created_at_ms: number
  accepted_at_ms: number | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
  sent_at_ms: number | null
  version: number
}

export interface OrderCentrePathsTable {
  app_id: string
  path: string
  state: string
  reason: string | null
  due_at_ms: number | null
  claimable_at_ms: number | null
  attempts: number
}

export interface WechatCredentialsTable {
  app_id: string
  kind: string
  /** Opened by the secret of the app only; null while there is none. */
  sealed: string | null
  refresh_at_ms: number | null
  expires_at_ms: number | null
  lease_until_ms: number | null
  /** JSON list of times. */
  forced_at_ms: string
}
