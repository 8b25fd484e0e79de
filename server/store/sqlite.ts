import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import type { Clock } from '../../shared/clock.ts'
import { systemClock } from '../platform/clock.ts'
import { WAKE_UP } from './changes.ts'
import type { Engine } from './engine.ts'
import { NodeSqliteDialect } from './node-sqlite-dialect.ts'
import type { Database } from './schema.ts'
import { createSqlStore } from './sql-store.ts'
import { type Change, DuplicateRow, type Store } from './store.ts'
import { ruleOfColumns } from './unique-rules.ts'

/** SQLite's own result codes: https://www.sqlite.org/rescode.html, read 2026-08. */
const SQLITE_BUSY = 5

/**
 * How long SQLite itself waits for another process's lock. Short, because it blocks this whole
 * process meanwhile; beyond it the store waits without blocking.
 */
const BUSY_TIMEOUT_MS = 20

/** When opening, which blocks anyway: processes that start at once set the file up in turn. */
const OPENING_TIMEOUT_MS = 5_000

/** How often the file is asked whether another process has written. */
const WATCH_EVERY_MS = 50

const PRAGMAS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma busy_timeout = ${BUSY_TIMEOUT_MS};
`

export interface SqliteStoreOptions {
  /** A file, made with its folder where missing, or `:memory:`. */
  readonly path: string
  /** Opens a file that is there already, and refuses every write; leaves it as it was. */
  readonly readOnly?: boolean
  /** For pauses between repeats while another process writes. */
  readonly clock?: Clock
}

/**
 * A store in one file, durable at every commit (write-ahead log, `synchronous=FULL`). Several processes
 * may open the same file, such as a server and a tool beside it: writers take turns, and each hears
 * of the other's changes as a wake-up. Throws when the file cannot be opened or is no SQLite database.
 */
export function createSqliteStore(options: SqliteStoreOptions): Store {
  const database = options.readOnly ? openToRead(options.path) : openDatabase(options.path)
  return createSqlStore(new SqliteEngine(database, options.path), options.clock ?? systemClock)
}

/**
 * A store on a database that is open already, and whose file nobody else writes meanwhile: it does
 * not look for the changes of others. Closing the store closes the database.
 */
export function createSqliteStoreOn(database: DatabaseSync, clock: Clock): Store {
  database.exec(PRAGMAS)
  return createSqlStore(new SqliteEngine(database, ALONE), clock)
}

const ALONE = ':memory:'

function openDatabase(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    if (path !== ':memory:') createPrivateFile(path)
    database = new DatabaseSync(path, { timeout: OPENING_TIMEOUT_MS })
    database.exec(PRAGMAS)
    return database
  } catch (error) {
    database?.close()
    throw cannotOpen(path, error)
  }
}

function openToRead(path: string): DatabaseSync {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: OPENING_TIMEOUT_MS })
    // Opening reads nothing: this is where a file of another kind shows.
    database.exec('select count(*) from sqlite_schema')
    return database
  } catch (error) {
    database?.close()
    throw cannotOpen(path, error)
  }
}

function cannotOpen(path: string, error: unknown): Error {
  const where = path === ':memory:' ? path : resolve(path)
  return new Error(`The SQLite database ${where} cannot be opened: ${messageOf(error)}`, {
    cause: error,
  })
}

/** Payers' identities are in it: only for the user who runs the server. */
function createPrivateFile(path: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true })
  closeSync(openSync(path, 'a', 0o600))
}

class SqliteEngine implements Engine {
  readonly db: Kysely<Database>
  readonly rowLocks = false
  readonly #database: DatabaseSync
  readonly #path: string
  #watch: NodeJS.Timeout | undefined

  constructor(database: DatabaseSync, path: string) {
    this.#database = database
    this.#path = path
    this.db = new Kysely<Database>({ dialect: new NodeSqliteDialect(database) })
  }

  /** Through a connection of its own, so that this process goes on; memory has only the one. */
  async snapshot<T>(work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    if (this.#path === ':memory:') return atOneMoment(this.db, work)
    const dialect = new NodeSqliteDialect(openToRead(this.#path))
    const db = new Kysely<Database>({ dialect })
    try {
      return await atOneMoment(db, work)
    } finally {
      await db.destroy()
    }
  }

  isWorthRepeating(error: unknown): boolean {
    // The low byte is the kind; the others tell variants of it.
    return (resultCodeOf(error) ?? 0) % 256 === SQLITE_BUSY
  }

  translate(error: unknown): unknown {
    if (this.isWorthRepeating(error)) {
      return new Error(
        `Another process has kept the SQLite database ${this.#path} locked for too long. End it, or use PostgreSQL where several processes write.`,
        { cause: error },
      )
    }
    const columns = /^UNIQUE constraint failed: (.+)$/.exec(messageOf(error))?.[1]
    return columns === undefined
      ? error
      : new DuplicateRow(ruleOfColumns(columns), { cause: error })
  }

  /** The one writer holds the lock already. */
  async lockEvents(): Promise<void> {}

  /** Other processes see the commit in the file. */
  async announce(): Promise<void> {}

  /**
   * The timer is the machine's own, not the injected clock: it watches other processes, whose time a
   * simulated clock does not rule. It does not keep the process alive.
   */
  hearOthers(tell: (changes: readonly Change[]) => void): void {
    if (this.#path === ':memory:' || this.#watch) return
    const version = this.#database.prepare('pragma data_version')
    let known = JSON.stringify(version.get())
    this.#watch = setInterval(() => {
      const current = JSON.stringify(version.get())
      if (current === known) return
      known = current
      tell([WAKE_UP])
    }, WATCH_EVERY_MS).unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    // Queues behind whatever is running.
    await this.db.connection().execute(async () => {})
    await this.db.destroy()
  }
}

/** A deferred transaction takes no lock for writing: what it first reads is what it sees. */
function atOneMoment<T>(
  db: Kysely<Database>,
  work: (db: Kysely<Database>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`begin`.execute(connection)
    try {
      return await work(connection)
    } finally {
      await sql`rollback`.execute(connection)
    }
  })
}

function resultCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined
  return typeof error.errcode === 'number' ? error.errcode : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
