import type { Kysely } from 'kysely'
import type { Handle } from './handle.ts'
import type { Database } from './schema.ts'
import type { Change } from './store.ts'

/** What the two databases do differently; everything else is one code. */
export interface Engine {
  readonly db: Kysely<Database>
  readonly rowLocks: boolean
  /** The database as it stands at one moment, for reading only, while others go on writing. */
  snapshot<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T>
  /** True where the database gave the work up because of others, and running it again may succeed. */
  isWorthRepeating(error: unknown): boolean
  /** The same failure in words that both databases share, without any of the row's content. */
  translate(error: unknown): unknown
  /** Keeps other writers of events waiting until this transaction ends. */
  lockEvents(handle: Handle): Promise<void>
  /** Tells other processes, as part of the transaction: they hear of it when it is committed. */
  announce(handle: Handle, changes: readonly Change[]): Promise<void>
  /** Starts to listen to other processes. */
  hearOthers(tell: (changes: readonly Change[]) => void): void
  close(): Promise<void>
}
