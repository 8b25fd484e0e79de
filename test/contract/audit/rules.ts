/** What keeps a database whole by itself: taken out, so that the audit is alone with the damage. */
export const RULES = [
  'payments_one_live_per_order',
  'payments_idempotency_key',
  'refunds_out_refund_no',
  'refunds_idempotency_key',
] as const

export const FOREIGN_KEYS = [
  ['payments', 'payments_order_ref_fkey'],
  ['refunds', 'refunds_payment_id_fkey'],
  ['settlement_rows', 'settlement_rows_payment_id_fkey'],
  ['settlement_rows', 'settlement_rows_refund_id_fkey'],
] as const
