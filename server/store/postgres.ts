import { randomUUID } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { type ClientConfig, DatabaseError, Pool } from 'pg'
import type { Clock } from '../../shared/clock.ts'
import { systemClock } from '../platform/clock.ts'
import type { Logger } from '../platform/logger.ts'
import type { Engine } from './engine.ts'
import type { Handle } from './handle.ts'
import {
  CHANGES_PER_NOTICE,
  CHANNEL,
  type ListenerOptions,
  PostgresListener,
  writeNotice,
} from './postgres-listener.ts'
import { preparingPool, valueTypes } from './postgres-pool.ts'
import type { Database } from './schema.ts'
import { createSqlStore } from './sql-store.ts'
import { type Change, DuplicateRow, type Store } from './store.ts'

/** PostgreSQL's error codes: manual, appendix A. */
const UNIQUE_VIOLATION = '23505'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK_DETECTED = '40P01'

/** Any number that nobody else in this database uses for an advisory lock. */
const EVENTS_LOCK = 7_301_946_552_018

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with `?sslmode=…` where it applies. */
  readonly connectionString: string
  /** Connections for statements, one more listens; 10 without it. */
  readonly maxConnections?: number
  /** For pauses between repeats, reconnecting and heartbeats. */
  readonly clock?: Clock
  /** Hears of a lost listening connection. */
  readonly logger?: Logger
}

/**
 * A store that any number of processes share. It needs sessions of its own: through a pooler, use
 * its session mode. Connects when first used; `ping` tells whether the database is there.
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  const clock = options.clock ?? systemClock
  return createSqlStore(new PostgresEngine(options, clock), clock)
}

class PostgresEngine implements Engine {
  readonly db: Kysely<Database>
  readonly rowLocks = true
  /** Names this store among all that share the database; nothing is decided by it. */
  readonly #self = randomUUID()
  readonly #listening: Omit<ListenerOptions, 'tell'>
  #listener: PostgresListener | undefined

  constructor(options: PostgresStoreOptions, clock: Clock) {
    const connection = connectionConfig(options.connectionString)
    const pool = new Pool({
      ...connection,
      application_name: 'wechat-pay-toolkit',
      max: options.maxConnections ?? 10,
      types: valueTypes(),
      // A process that stops dead inside a transaction must not hold its locks for ever.
      idle_in_transaction_session_timeout: 60_000,
    })
    // An idle connection was lost. The pool has let go of it, and the next statement gets another.
    pool.on('error', () => {})
    // One was lost in use: its statement fails, which is enough; unheard, this would end the process.
    pool.on('connect', (client) => client.on('error', () => {}))
    this.db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: preparingPool(pool) }) })
    this.#listening = { connection, self: this.#self, clock, logger: options.logger }
  }

  snapshot<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    const reading = this.db.transaction().setIsolationLevel('repeatable read')
    return reading.setAccessMode('read only').execute(work)
  }

  isWorthRepeating(error: unknown): boolean {
    const code = codeOf(error)
    return code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED
  }

  /** `detail` quotes the row, with all that is secret in it, and would go wherever errors go. */
  translate(error: unknown): unknown {
    if (!(error instanceof DatabaseError)) return error
    error.detail = undefined
    error.where = undefined
    if (error.code !== UNIQUE_VIOLATION) return error
    return new DuplicateRow(error.constraint ?? 'unknown', { cause: error })
  }

  async lockEvents({ db }: Handle): Promise<void> {
    await sql`select pg_advisory_xact_lock(${sql.lit(EVENTS_LOCK)})`.execute(db)
  }

  async announce({ db }: Handle, changes: readonly Change[]): Promise<void> {
    for (let start = 0; start < changes.length; start += CHANGES_PER_NOTICE) {
      const notice = writeNotice(this.#self, changes.slice(start, start + CHANGES_PER_NOTICE))
      await sql`select pg_notify(${CHANNEL}, ${notice})`.execute(db)
    }
  }

  hearOthers(tell: (changes: readonly Change[]) => void): void {
    this.#listener ??= new PostgresListener({ ...this.#listening, tell })
  }

  async close(): Promise<void> {
    await this.#listener?.stop()
    await this.db.destroy()
  }
}

function connectionConfig(connectionString: string): ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(connectionString)) {
    throw new Error('The address of the database begins with postgres:// or postgresql://.')
  }
  return { connectionString, connectionTimeoutMillis: 10_000 }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}
