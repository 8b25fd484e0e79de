import { z } from 'zod'
import { CLOSE_REASONS, ORDER_STATUSES } from '../../../shared/payment-status.ts'
import type { Order } from '../../domain/order.ts'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readWord } from '../json.ts'
import type { OrdersTable } from '../schema.ts'
import { payerFromRow, rowFromPayer } from './payer.ts'

const COLUMNS = [
  'order_ref',
  'status',
  'amount_minor',
  'currency',
  'description',
  'goods_kind',
  'payer_app_id',
  'payer_openid',
  'checkout_token_hash',
  'paid_payment_id',
  'paid_late',
  'close_reason',
  'created_at_ms',
  'expires_at_ms',
  'paid_at_ms',
] as const satisfies readonly (keyof OrdersTable)[]

const status = z.enum(ORDER_STATUSES)
const closeReason = z.enum(CLOSE_REASONS).nullable()
const goodsKind = z.enum(['physical', 'virtual'])

function orderFromRow(row: OrdersTable): Order {
  return {
    orderRef: row.order_ref,
    status: readWord(status, 'orders.status', row.status),
    amount: { value: row.amount_minor, currency: row.currency },
    description: row.description,
    goodsKind: readWord(goodsKind, 'orders.goods_kind', row.goods_kind),
    payer: payerFromRow(row),
    checkoutTokenHash: row.checkout_token_hash,
    paidPaymentId: row.paid_payment_id,
    paidLate: row.paid_late === 1,
    closeReason: readWord(closeReason, 'orders.close_reason', row.close_reason),
    createdAtMs: row.created_at_ms,
    expiresAtMs: row.expires_at_ms,
    paidAtMs: row.paid_at_ms,
  }
}

/** What may change during an order's life. */
function changingColumns(order: Order) {
  return {
    status: order.status,
    description: order.description,
    goods_kind: order.goodsKind,
    ...rowFromPayer(order.payer),
    checkout_token_hash: order.checkoutTokenHash,
    paid_payment_id: order.paidPaymentId,
    paid_late: order.paidLate ? 1 : 0,
    close_reason: order.closeReason,
    expires_at_ms: order.expiresAtMs,
    paid_at_ms: order.paidAtMs,
  }
}

export async function findOrder(
  handle: Handle,
  orderRef: string,
  mode: ReadMode = 'read',
): Promise<Order | undefined> {
  const query = handle.db.selectFrom('orders').select(COLUMNS).where('order_ref', '=', orderRef)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && orderFromRow(row)
}

export async function insertOrder({ db }: Handle, order: Order): Promise<boolean> {
  const result = await db
    .insertInto('orders')
    .values({
      order_ref: order.orderRef,
      amount_minor: order.amount.value,
      currency: order.amount.currency,
      created_at_ms: order.createdAtMs,
      ...changingColumns(order),
    })
    .onConflict((conflict) => conflict.column('order_ref').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** The price is part of the condition, so that no update can ever change it. */
export async function updateOrder({ db }: Handle, order: Order): Promise<void> {
  const result = await db
    .updateTable('orders')
    .set(changingColumns(order))
    .where('order_ref', '=', order.orderRef)
    .where('amount_minor', '=', order.amount.value)
    .where('currency', '=', order.amount.currency)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`Order ${order.orderRef} is not stored with this amount; nothing was changed.`)
  }
}
