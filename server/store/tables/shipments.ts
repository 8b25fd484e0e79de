import { z } from 'zod'
import { SHIPMENT_STATUSES, SHIPPING_METHODS } from '../../../shared/contract/shipments.ts'
import type { Shipment, ShipmentContent } from '../../domain/shipment.ts'
import { type Handle, inMode, type ReadMode } from '../handle.ts'
import { readJson, readWord } from '../json.ts'
import type { ShipmentsTable } from '../schema.ts'
import { StaleWrite } from '../store.ts'

export const SHIPMENT_COLUMNS = [
  'shipment_id',
  'order_ref',
  'payment_id',
  'status',
  'content',
  'reason',
  'idempotency_key',
  'created_at_ms',
  'accepted_at_ms',
  'due_at_ms',
  'attempts',
  'sent_at_ms',
  'version',
] as const satisfies readonly (keyof ShipmentsTable)[]

export type ShipmentRow = Pick<ShipmentsTable, (typeof SHIPMENT_COLUMNS)[number]>

const statusWord = z.enum(SHIPMENT_STATUSES)
const contentColumn: z.ZodType<ShipmentContent> = z.object({
  appId: z.string(),
  openid: z.string(),
  transactionId: z.string(),
  method: z.enum(SHIPPING_METHODS),
  isSplit: z.boolean(),
  isAllDelivered: z.boolean(),
  isCorrection: z.boolean(),
  parcels: z.array(
    z.object({
      company: z.string().nullable(),
      trackingNo: z.string().nullable(),
      itemDescription: z.string(),
      receiverContact: z.string().nullable(),
    }),
  ),
})

export function shipmentFromRow(row: ShipmentRow): Shipment {
  return {
    shipmentId: row.shipment_id,
    orderRef: row.order_ref,
    paymentId: row.payment_id,
    status: readWord(statusWord, 'shipments.status', row.status),
    content: readJson(contentColumn, 'shipments.content', row.content),
    reason: row.reason,
    idempotencyKey: row.idempotency_key,
    createdAtMs: row.created_at_ms,
    acceptedAtMs: row.accepted_at_ms,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
    sentAtMs: row.sent_at_ms,
    version: row.version,
  }
}

function changingColumns(shipment: Shipment) {
  return {
    status: shipment.status,
    reason: shipment.reason,
    accepted_at_ms: shipment.acceptedAtMs,
    due_at_ms: shipment.dueAtMs,
    claimable_at_ms: shipment.dueAtMs,
    attempts: shipment.attempts,
    sent_at_ms: shipment.sentAtMs,
  }
}

export async function findShipment(
  handle: Handle,
  shipmentId: string,
  mode: ReadMode = 'read',
): Promise<Shipment | undefined> {
  const query = handle.db
    .selectFrom('shipments')
    .select(SHIPMENT_COLUMNS)
    .where('shipment_id', '=', shipmentId)
  const row = await inMode(handle, mode, query).executeTakeFirst()
  return row && shipmentFromRow(row)
}

/** Oldest first. */
export async function shipmentsOfOrder(
  { db }: Handle,
  orderRef: string,
): Promise<readonly Shipment[]> {
  const rows = await db
    .selectFrom('shipments')
    .select(SHIPMENT_COLUMNS)
    .where('order_ref', '=', orderRef)
    .orderBy('created_at_ms')
    .orderBy('shipment_id')
    .execute()
  return rows.map(shipmentFromRow)
}

export async function insertShipment({ db }: Handle, shipment: Shipment): Promise<void> {
  await db
    .insertInto('shipments')
    .values({
      shipment_id: shipment.shipmentId,
      order_ref: shipment.orderRef,
      payment_id: shipment.paymentId,
      content: JSON.stringify(shipment.content),
      idempotency_key: shipment.idempotencyKey,
      created_at_ms: shipment.createdAtMs,
      version: shipment.version,
      ...changingColumns(shipment),
    })
    .execute()
}

/** What is shipped stays as it was written; only its way moves on. */
export async function updateShipment({ db }: Handle, shipment: Shipment): Promise<void> {
  const result = await db
    .updateTable('shipments')
    .set({ ...changingColumns(shipment), version: shipment.version + 1 })
    .where('shipment_id', '=', shipment.shipmentId)
    .where('version', '=', shipment.version)
    .executeTakeFirst()
  if (result.numUpdatedRows === 1n) return
  throw new StaleWrite(
    `Shipment ${shipment.shipmentId} is not stored in version ${shipment.version}; read it again.`,
  )
}
