import type { Kysely, SelectQueryBuilder } from 'kysely'
import type { Database } from './schema.ts'

/** A way into the database: a connection of its own, or one transaction. */
export interface Handle {
  readonly db: Kysely<Database>
  /** PostgreSQL locks rows; SQLite has one writer, whose transaction locks everything. */
  readonly rowLocks: boolean
}

/** `lock`: nobody else writes the row, or locks it, until this transaction ends. */
export type ReadMode = 'read' | 'lock'

export function inMode<DB, TB extends keyof DB, O>(
  handle: Handle,
  mode: ReadMode,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return mode === 'lock' && handle.rowLocks ? query.forUpdate() : query
}
