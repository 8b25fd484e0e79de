import { sql } from 'kysely'
import { z } from 'zod'
import type { EventObjects } from '../../../shared/contract/webhooks.ts'
import { type DomainEvent, EVENT_TYPES } from '../../domain/event.ts'
import type { Fact } from '../../domain/fact.ts'
import type { LoggedEvent } from '../../domain/webhook-body.ts'
import { isRecord } from '../../platform/record.ts'
import { factColumn } from '../columns.ts'
import type { Handle } from '../handle.ts'
import { readJson, readNullableJson, readWord, writeNullableJson } from '../json.ts'
import type { Database } from '../schema.ts'
import type { QuarantineRow, StoredEvent } from '../store.ts'

export interface TimedEvent {
  readonly event: DomainEvent
  readonly atMs: number
  /** What a provider said that caused it; null for what we did ourselves. */
  readonly evidence: Fact | null
}

const eventType = z.enum(EVENT_TYPES)
/** Told as it was written, by whatever version wrote it: views grow, and the log does not change. */
const objectsColumn = z.custom<EventObjects>((value) => isRecord(value) && 'order' in value)

const EVENT_COLUMNS = [
  'seq',
  'type',
  'order_ref',
  'payment_id',
  'refund_id',
  'shipment_id',
  'at_ms',
] as const

type EventRow = Pick<Database['events'], (typeof EVENT_COLUMNS)[number]>

function eventFromRow(row: EventRow): StoredEvent {
  return {
    seq: row.seq,
    type: readWord(eventType, 'events.type', row.type),
    orderRef: row.order_ref,
    paymentId: row.payment_id,
    refundId: row.refund_id,
    ...(row.shipment_id === null ? {} : { shipmentId: row.shipment_id }),
    atMs: row.at_ms,
  }
}

export async function eventsAfter(
  { db }: Handle,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<readonly StoredEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select(EVENT_COLUMNS)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(eventFromRow)
}

export async function eventsWithObjects(
  { db }: Handle,
  { afterSeq, limit }: { afterSeq: number; limit: number },
): Promise<readonly (StoredEvent & { readonly objects: EventObjects | null })[]> {
  const rows = await db
    .selectFrom('events')
    .select([...EVENT_COLUMNS, 'objects'])
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    ...eventFromRow(row),
    objects: readNullableJson(objectsColumn, 'events.objects', row.objects),
  }))
}

export async function firstSeqSince({ db }: Handle, atMs: number): Promise<number | null> {
  const row = await db
    .selectFrom('events')
    .select(({ fn }) => fn.min('seq').as('first'))
    .where('at_ms', '>=', atMs)
    .executeTakeFirst()
  return row?.first ?? null
}

/**
 * Gives each event the next number. Only for a caller that keeps every other writer of events out
 * until it commits: numbers then appear in their order, and a reader that remembers the last one it
 * saw misses none. Answers with the events as they stand in the log.
 */
export async function appendEvents(
  { db }: Handle,
  events: readonly (TimedEvent & { readonly objects: EventObjects | null })[],
): Promise<readonly LoggedEvent[]> {
  const rows = await db
    .insertInto('events')
    .values(
      events.map(({ event, atMs, evidence, objects }, index) => ({
        seq: sql<number>`(select coalesce(max(seq), 0) from events) + ${sql.lit(index + 1)}`,
        type: event.type,
        order_ref: event.orderRef,
        payment_id: event.paymentId,
        refund_id: event.refundId,
        shipment_id: event.shipmentId ?? null,
        at_ms: atMs,
        objects: writeNullableJson(objects),
        evidence: JSON.stringify(evidence),
      })),
    )
    .returning('seq')
    .execute()
  // Nothing says in which order the rows come back, but the numbers rise with the events.
  const seqs = rows.map(({ seq }) => seq).toSorted((left, right) => left - right)
  return events.flatMap(({ event, atMs }, index) => {
    const seq = seqs[index]
    return seq === undefined ? [] : [{ ...event, seq, atMs }]
  })
}

/** Newest first. */
export async function quarantined(
  { db }: Handle,
  limit: number,
): Promise<readonly QuarantineRow[]> {
  const rows = await db
    .selectFrom('quarantine')
    .select(['quarantine_id', 'account_id', 'payment_id', 'reason', 'fact', 'at_ms'])
    .orderBy('at_ms', 'desc')
    .orderBy('quarantine_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    quarantineId: row.quarantine_id,
    accountId: row.account_id,
    paymentId: row.payment_id,
    reason: row.reason,
    fact: readJson(factColumn, 'quarantine.fact', row.fact),
    atMs: row.at_ms,
  }))
}

export async function insertQuarantine({ db }: Handle, row: QuarantineRow): Promise<void> {
  await db
    .insertInto('quarantine')
    .values({
      quarantine_id: row.quarantineId,
      account_id: row.accountId,
      payment_id: row.paymentId,
      reason: row.reason,
      fact: JSON.stringify(row.fact),
      at_ms: row.atMs,
    })
    .onConflict((conflict) => conflict.column('quarantine_id').doNothing())
    .execute()
}
