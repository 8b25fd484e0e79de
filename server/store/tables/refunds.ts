import { z } from 'zod'
import { REFUND_STATUSES } from '../../../shared/payment-status.ts'
import type { Refund } from '../../domain/refund.ts'
import { settlementColumn } from '../columns.ts'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readNullableJson, readWord, writeNullableJson } from '../json.ts'
import type { RefundsTable } from '../schema.ts'
import { type RefundNumber, StaleWrite } from '../store.ts'

export const REFUND_COLUMNS = [
  'refund_id',
  'payment_id',
  'status',
  'amount_minor',
  'currency',
  'reason',
  'out_refund_no',
  'provider_refund_id',
  'advice',
  'idempotency_key',
  'settlement',
  'created_at_ms',
  'succeeded_at_ms',
  'due_at_ms',
  'attempts',
  'sent',
  'sent_at_ms',
  'busy_until_ms',
  'version',
] as const satisfies readonly (keyof RefundsTable)[]

export type RefundRow = Pick<RefundsTable, (typeof REFUND_COLUMNS)[number]>

const status = z.enum(REFUND_STATUSES)

export function refundFromRow(row: RefundRow): Refund {
  return {
    refundId: row.refund_id,
    paymentId: row.payment_id,
    status: readWord(status, 'refunds.status', row.status),
    amount: { value: row.amount_minor, currency: row.currency },
    reason: row.reason,
    outRefundNo: row.out_refund_no,
    providerRefundId: row.provider_refund_id,
    advice: row.advice,
    idempotencyKey: row.idempotency_key,
    settlement: readNullableJson(settlementColumn, 'refunds.settlement', row.settlement),
    createdAtMs: row.created_at_ms,
    succeededAtMs: row.succeeded_at_ms,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
    sentAtMs: row.sent === 0 ? null : (row.sent_at_ms ?? row.created_at_ms),
    busyUntilMs: row.busy_until_ms,
    version: row.version,
  }
}

/** What names a refund and its money: never changes once it is written. */
function fixedColumns(refund: Refund) {
  return {
    refund_id: refund.refundId,
    payment_id: refund.paymentId,
    amount_minor: refund.amount.value,
    currency: refund.amount.currency,
    out_refund_no: refund.outRefundNo,
    idempotency_key: refund.idempotencyKey,
  }
}

function changingColumns(refund: Refund) {
  return {
    status: refund.status,
    reason: refund.reason,
    provider_refund_id: refund.providerRefundId,
    advice: refund.advice,
    settlement: writeNullableJson(refund.settlement),
    created_at_ms: refund.createdAtMs,
    succeeded_at_ms: refund.succeededAtMs,
    due_at_ms: refund.dueAtMs,
    claimable_at_ms: refund.dueAtMs,
    attempts: refund.attempts,
    sent: refund.sentAtMs === null ? 0 : 1,
    sent_at_ms: refund.sentAtMs,
    busy_until_ms: refund.busyUntilMs,
  }
}

export async function findRefund(
  handle: Handle,
  refundId: string,
  mode: ReadMode = 'read',
): Promise<Refund | undefined> {
  const query = handle.db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('refund_id', '=', refundId)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && refundFromRow(row)
}

/** Oldest first. */
export async function refundsOfPayment(
  { db }: Handle,
  paymentId: string,
): Promise<readonly Refund[]> {
  const rows = await db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('payment_id', '=', paymentId)
    .orderBy('created_at_ms')
    .orderBy('refund_id')
    .execute()
  return rows.map(refundFromRow)
}

/** A refund belongs to the account of its payment. */
export async function refundByNumber(
  { db }: Handle,
  { accountId, outRefundNo, providerRefundId }: RefundNumber,
): Promise<Refund | undefined> {
  const rows = await db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where((is) =>
      is.or([
        ...(outRefundNo === null ? [] : [is('out_refund_no', '=', outRefundNo)]),
        ...(providerRefundId === null ? [] : [is('provider_refund_id', '=', providerRefundId)]),
      ]),
    )
    .where('payment_id', 'in', (payments) =>
      payments.selectFrom('payments').select('payment_id').where('account_id', '=', accountId),
    )
    .limit(2)
    .execute()
  const [row] = rows
  return row && rows.length === 1 ? refundFromRow(row) : undefined
}

export async function insertRefund({ db }: Handle, refund: Refund): Promise<void> {
  await db
    .insertInto('refunds')
    .values({ ...fixedColumns(refund), ...changingColumns(refund), version: refund.version })
    .execute()
}

/** Compares the version and all that must not change, then sets the rest. */
export async function updateRefund(handle: Handle, refund: Refund): Promise<void> {
  const result = await handle.db
    .updateTable('refunds')
    .set({ ...changingColumns(refund), version: refund.version + 1 })
    .where((is) => is.and(fixedColumns(refund)))
    .where('version', '=', refund.version)
    .executeTakeFirst()
  if (result.numUpdatedRows === 1n) return
  const stored = await findRefund(handle, refund.refundId)
  if (stored?.version === refund.version) {
    throw new Error(
      `The payment, amount and number of refund ${refund.refundId} cannot be changed.`,
    )
  }
  throw new StaleWrite(
    `Refund ${refund.refundId} is not stored in version ${refund.version}; read it again.`,
  )
}
