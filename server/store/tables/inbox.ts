import { z } from 'zod'
import { factsColumn, queriesColumn } from '../columns.ts'
import type { Handle } from '../handle.ts'
import { readJson, readWord } from '../json.ts'
import type { InboxTable } from '../schema.ts'
import type { InboxRow } from '../store.ts'

export const INBOX_COLUMNS = [
  'account_id',
  'event_id',
  'facts',
  'queries',
  'state',
  'received_at_ms',
  'due_at_ms',
  'attempts',
] as const satisfies readonly (keyof InboxTable)[]

export type StoredInboxRow = Pick<InboxTable, (typeof INBOX_COLUMNS)[number]>

const state = z.enum(['applied', 'waiting', 'abandoned'])

export function inboxFromRow(row: StoredInboxRow): InboxRow {
  return {
    accountId: row.account_id,
    eventId: row.event_id,
    facts: readJson(factsColumn, 'inbox.facts', row.facts),
    queries: readJson(queriesColumn, 'inbox.queries', row.queries),
    state: readWord(state, 'inbox.state', row.state),
    receivedAtMs: row.received_at_ms,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
  }
}

function changingColumns(row: InboxRow) {
  return {
    state: row.state,
    due_at_ms: row.dueAtMs,
    claimable_at_ms: row.dueAtMs,
    attempts: row.attempts,
  }
}

export async function findInboxRow(
  { db }: Handle,
  accountId: string,
  eventId: string,
): Promise<InboxRow | undefined> {
  const row = await db
    .selectFrom('inbox')
    .select(INBOX_COLUMNS)
    .where('account_id', '=', accountId)
    .where('event_id', '=', eventId)
    .executeTakeFirst()
  return row && inboxFromRow(row)
}

export async function insertInbox({ db }: Handle, row: InboxRow): Promise<boolean> {
  const result = await db
    .insertInto('inbox')
    .values({
      account_id: row.accountId,
      event_id: row.eventId,
      facts: JSON.stringify(row.facts),
      queries: JSON.stringify(row.queries),
      received_at_ms: row.receivedAtMs,
      ...changingColumns(row),
    })
    .onConflict((conflict) => conflict.columns(['account_id', 'event_id']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** What the provider said stays as it was; only our handling of it moves on. */
export async function updateInbox({ db }: Handle, row: InboxRow): Promise<void> {
  const result = await db
    .updateTable('inbox')
    .set(changingColumns(row))
    .where('account_id', '=', row.accountId)
    .where('event_id', '=', row.eventId)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`Event ${row.eventId} of account ${row.accountId} is not in the inbox.`)
  }
}
