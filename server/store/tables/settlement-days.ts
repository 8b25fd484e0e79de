import { z } from 'zod'
import type { Handle } from '../handle.ts'
import { readWord } from '../json.ts'
import type { SettlementDaysTable } from '../schema.ts'
import type { SettlementDay } from '../store.ts'

export const SETTLEMENT_DAY_COLUMNS = [
  'account_id',
  'day',
  'state',
  'reason',
  'due_at_ms',
  'attempts',
] as const satisfies readonly (keyof SettlementDaysTable)[]

export type SettlementDayRow = Pick<SettlementDaysTable, (typeof SETTLEMENT_DAY_COLUMNS)[number]>

const state = z.enum(['waiting', 'imported', 'failed'])

export function settlementDayFromRow(row: SettlementDayRow): SettlementDay {
  return {
    accountId: row.account_id,
    day: row.day,
    state: readWord(state, 'settlement_days.state', row.state),
    reason: row.reason,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
  }
}

function changingColumns(day: SettlementDay) {
  return {
    state: day.state,
    reason: day.reason,
    due_at_ms: day.dueAtMs,
    claimable_at_ms: day.dueAtMs,
    attempts: day.attempts,
  }
}

export async function findSettlementDay(
  { db }: Handle,
  accountId: string,
  day: string,
): Promise<SettlementDay | undefined> {
  const row = await db
    .selectFrom('settlement_days')
    .select(SETTLEMENT_DAY_COLUMNS)
    .where('account_id', '=', accountId)
    .where('day', '=', day)
    .executeTakeFirst()
  return row && settlementDayFromRow(row)
}

/** Newest first. */
export async function settlementDays(
  { db }: Handle,
  accountId: string,
  limit: number,
): Promise<readonly SettlementDay[]> {
  const rows = await db
    .selectFrom('settlement_days')
    .select(SETTLEMENT_DAY_COLUMNS)
    .where('account_id', '=', accountId)
    .orderBy('day', 'desc')
    .limit(limit)
    .execute()
  return rows.map(settlementDayFromRow)
}

export async function insertSettlementDay({ db }: Handle, day: SettlementDay): Promise<boolean> {
  const result = await db
    .insertInto('settlement_days')
    .values({ account_id: day.accountId, day: day.day, ...changingColumns(day) })
    .onConflict((conflict) => conflict.columns(['account_id', 'day']).doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

export async function updateSettlementDay({ db }: Handle, day: SettlementDay): Promise<void> {
  const result = await db
    .updateTable('settlement_days')
    .set(changingColumns(day))
    .where('account_id', '=', day.accountId)
    .where('day', '=', day.day)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) {
    throw new Error(`The settlement of account ${day.accountId} for ${day.day} is not planned.`)
  }
}
