import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  AbortedTransactionError,
  CompiledQuery,
  type DatabaseConnection,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely'

/** More texts than the toolkit has; a guard against growing for ever, not a tuning knob. */
const CACHED_STATEMENTS = 500

/** Kysely on the SQLite of Node itself: one connection, which Kysely hands out to one user at a time. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: PreparedDatabase

  constructor(database: DatabaseSync) {
    const prepared = new PreparedDatabase(database)
    super({ database: prepared })
    this.#database = prepared
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter()
  }
}

/** Migrations run in one transaction: a crash half-way leaves the old schema, not half a new one. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/**
 * Takes the write lock at the start, so that what a transaction read is still true when it writes,
 * also with a second process on the file. As on PostgreSQL, a failed statement dooms its transaction:
 * work that swallowed the error must not commit the rest.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #database: PreparedDatabase

  constructor(database: PreparedDatabase) {
    super({ database })
    this.#database = database
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    this.#database.failed = false
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    if (!this.#database.failed) return super.commitTransaction(connection)
    // Kysely takes a transaction that ends with this error for rolled back already.
    await this.rollbackTransaction(connection)
    throw new AbortedTransactionError()
  }

  /** On some failures, such as a full disk, SQLite has rolled back already. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/** Prepares each text once. */
class PreparedDatabase implements SqliteDatabase {
  /** Whether a statement failed since the transaction began. */
  failed = false
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction
  }

  prepare(text: string): SqliteStatement {
    const known = this.#statements.get(text)
    if (known) return known
    const statement = this.#adapt(this.#noting(() => this.#database.prepare(text)))
    if (this.#statements.size === CACHED_STATEMENTS) this.#statements.clear()
    this.#statements.set(text, statement)
    return statement
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #adapt(statement: StatementSync): SqliteStatement {
    return {
      reader: statement.columns().length > 0,
      all: (values) => this.#noting(() => statement.all(...values.map(inputValue))),
      run: (values) => this.#noting(() => statement.run(...values.map(inputValue))),
      iterate: (values) => statement.iterate(...values.map(inputValue)),
    }
  }

  #noting<T>(execute: () => T): T {
    try {
      return execute()
    } catch (error) {
      this.failed = true
      throw error
    }
  }
}

function inputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'bigint' || value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
}
