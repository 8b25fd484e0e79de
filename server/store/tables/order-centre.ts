import { z } from 'zod'
import type { Handle } from '../handle.ts'
import { readWord } from '../json.ts'
import type { OrderCentrePathsTable } from '../schema.ts'
import { ORDER_CENTRE_STATES, type OrderCentrePath } from '../wechat-port.ts'

export const ORDER_CENTRE_COLUMNS = [
  'app_id',
  'path',
  'state',
  'reason',
  'due_at_ms',
  'attempts',
] as const satisfies readonly (keyof OrderCentrePathsTable)[]

export type OrderCentreRow = Pick<OrderCentrePathsTable, (typeof ORDER_CENTRE_COLUMNS)[number]>

const stateWord = z.enum(ORDER_CENTRE_STATES)

export function orderCentreFromRow(row: OrderCentreRow): OrderCentrePath {
  return {
    appId: row.app_id,
    path: row.path,
    state: readWord(stateWord, 'order_centre_paths.state', row.state),
    reason: row.reason,
    dueAtMs: row.due_at_ms,
    attempts: row.attempts,
  }
}

export async function findOrderCentrePath(
  { db }: Handle,
  appId: string,
): Promise<OrderCentrePath | undefined> {
  const row = await db
    .selectFrom('order_centre_paths')
    .select(ORDER_CENTRE_COLUMNS)
    .where('app_id', '=', appId)
    .executeTakeFirst()
  return row && orderCentreFromRow(row)
}

export async function putOrderCentrePath({ db }: Handle, put: OrderCentrePath): Promise<void> {
  const columns = {
    path: put.path,
    state: put.state,
    reason: put.reason,
    due_at_ms: put.dueAtMs,
    claimable_at_ms: put.dueAtMs,
    attempts: put.attempts,
  }
  await db
    .insertInto('order_centre_paths')
    .values({ app_id: put.appId, ...columns })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet(columns))
    .execute()
}
