import { z } from 'zod'
import { reasonSchema } from '../../../shared/contract/payments.ts'
import { PAYMENT_STATUSES, SCENES } from '../../../shared/payment-status.ts'
import type { Payment } from '../../domain/payment.ts'
import {
  clientActionColumn,
  providerStateColumn,
  requestColumn,
  settlementColumn,
} from '../columns.ts'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readJson, readNullableJson, readWord, writeNullableJson } from '../json.ts'
import type { PaymentsTable } from '../schema.ts'
import { type PaymentNumber, StaleWrite } from '../store.ts'
import { payerFromRow, rowFromPayer } from './payer.ts'

export const PAYMENT_COLUMNS = [
  'payment_id',
  'order_ref',
  'account_id',
  'scene',
  'status',
  'reason',
  'amount_minor',
  'currency',
  'out_trade_no',
  'provider_payment_id',
  'provider_reference',
  'payer_app_id',
  'payer_openid',
  'app_id',
  'client_action',
  'provider_state',
  'request',
  'idempotency_key',
  'duplicate',
  'late',
  'settlement',
  'created_at_ms',
  'expires_at_ms',
  'paid_at_ms',
  'due_at_ms',
  'attempts',
  'last_query_at_ms',
  'version',
] as const satisfies readonly (keyof PaymentsTable)[]

export type PaymentRow = Pick<PaymentsTable, (typeof PAYMENT_COLUMNS)[number]>

const scene = z.enum(SCENES)
const status = z.enum(PAYMENT_STATUSES)
const reason = reasonSchema.nullable()

export function paymentFromRow(row: PaymentRow): Payment {
  return {
    paymentId: row.payment_id,
    orderRef: row.order_ref,
    accountId: row.account_id,
    scene: readWord(scene, 'payments.scene', row.scene),
    status: readWord(status, 'payments.status', row.status),
    reason: readWord(reason, 'payments.reason', row.reason),
    amount: { value: row.amount_minor, currency: row.currency },
    outTradeNo: row.out_trade_no,
    providerPaymentId: row.provider_payment_id,
    ...(row.provider_reference === null ? {} : { providerReference: row.provider_reference }),
    payer: payerFromRow(row),
    appId: row.app_id,
    clientAction: readNullableJson(clientActionColumn, 'payments.client_action', row.client_action),
    providerState: readJson(providerStateColumn, 'payments.provider_state', row.provider_state),
    request: readJson(requestColumn, 'payments.request', row.request),
    idempotencyKey: row.idempotency_key,
    duplicate: row.duplicate === 1,
    late: row.late === 1,
    settlement: readNullableJson(settlementColumn, 'payments.settlement', row.settlement),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    paidAtMs: row.paid_at_ms,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
    lastQueryAtMs: row.last_query_at_ms,
    version: row.version,
  }
}

/** What names a payment and its money: never changes once it is written. */
function fixedColumns(payment: Payment) {
  return {
    payment_id: payment.paymentId,
    order_ref: payment.orderRef,
    account_id: payment.accountId,
    amount_minor: payment.amount.value,
    currency: payment.amount.currency,
    out_trade_no: payment.outTradeNo,
    idempotency_key: payment.idempotencyKey,
  }
}

function changingColumns(payment: Payment) {
  return {
    scene: payment.scene,
    status: payment.status,
    reason: payment.reason,
    provider_payment_id: payment.providerPaymentId,
    provider_reference: payment.providerReference ?? null,
    ...rowFromPayer(payment.payer),
    app_id: payment.appId,
    client_action: writeNullableJson(payment.clientAction),
    provider_state: JSON.stringify(payment.providerState),
    request: JSON.stringify(payment.request),
    duplicate: payment.duplicate ? 1 : 0,
    late: payment.late ? 1 : 0,
    settlement: writeNullableJson(payment.settlement),
    created_at_ms: payment.createdAtMs,
    expires_at_ms: payment.expiresAtMs,
    paid_at_ms: payment.paidAtMs,
    due_at_ms: payment.dueAtMs,
    claimable_at_ms: payment.dueAtMs,
    attempts: payment.attempts,
    last_query_at_ms: payment.lastQueryAtMs,
  }
}

export async function findPayment(
  handle: Handle,
  paymentId: string,
  mode: ReadMode = 'read',
): Promise<Payment | undefined> {
  const query = handle.db
    .selectFrom('payments')
    .select(PAYMENT_COLUMNS)
    .where('payment_id', '=', paymentId)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && paymentFromRow(row)
}

/** Oldest first. */
export async function paymentsOfOrder(
  { db }: Handle,
  orderRef: string,
): Promise<readonly Payment[]> {
  const rows = await db
    .selectFrom('payments')
    .select(PAYMENT_COLUMNS)
    .where('order_ref', '=', orderRef)
    .orderBy('created_at_ms')
    .orderBy('payment_id')
    .execute()
  return rows.map(paymentFromRow)
}

export async function paymentByNumber(
  { db }: Handle,
  { accountId, outTradeNo, providerPaymentId, providerReference }: PaymentNumber,
): Promise<Payment | undefined> {
  const rows = await db
    .selectFrom('payments')
    .select(PAYMENT_COLUMNS)
    .where('account_id', '=', accountId)
    .where((is) =>
      is.or([
        ...(outTradeNo === null ? [] : [is('out_trade_no', '=', outTradeNo)]),
        ...(providerPaymentId === null ? [] : [is('provider_payment_id', '=', providerPaymentId)]),
        ...(providerReference ? [is('provider_reference', '=', providerReference)] : []),
      ]),
    )
    .execute()
  const [row] = rows
  return row && rows.length === 1 ? paymentFromRow(row) : undefined
}

export async function insertPayment({ db }: Handle, payment: Payment): Promise<void> {
  await db
    .insertInto('payments')
    .values({ ...fixedColumns(payment), ...changingColumns(payment), version: payment.version })
    .execute()
}

/** Compares the version and all that must not change, then sets the rest. */
export async function updatePayment(handle: Handle, payment: Payment): Promise<void> {
  const result = await handle.db
    .updateTable('payments')
    .set({ ...changingColumns(payment), version: payment.version + 1 })
    .where((is) => is.and(fixedColumns(payment)))
    .where('version', '=', payment.version)
    .executeTakeFirst()
  if (result.numUpdatedRows === 1n) return
  const stored = await findPayment(handle, payment.paymentId)
  if (stored?.version === payment.version) {
    throw new Error(
      `The order, account, amount and numbers of payment ${payment.paymentId} cannot be changed.`,
    )
  }
  throw new StaleWrite(
    `Payment ${payment.paymentId} is not stored in version ${payment.version}; read it again.`,
  )
}
