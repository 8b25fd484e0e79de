import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import { type CustomTypesConfig, type Pool, type PoolClient, TypeOverrides } from 'pg'
import { sha256Hex } from '../platform/hash.ts'

/** PostgreSQL's `bigint`, which the driver would hand out as text because it may not fit. */
const INT8_OID = 20

/** How values come back: 64-bit integers as exact numbers, or not at all. */
export function valueTypes(): CustomTypesConfig {
  const types = new TypeOverrides()
  types.setTypeParser(INT8_OID, safeInteger)
  return types
}

/** Throws RangeError beyond the whole numbers that JavaScript holds exactly. */
export function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('a stored number is beyond 2^53 - 1')
  return value
}

/**
 * The pool as Kysely wants it, where each statement with values is prepared once per connection: the
 * toolkit has few texts and sends them all day. Each goes by a name made of its text.
 */
export function preparingPool(pool: Pool): PostgresPool {
  const names = new Map<string, string>()
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? sha256Hex(text).slice(0, 32)
    names.set(text, name)
    return name
  }
  return {
    options: pool.options,
    connect: async () => new PreparingClient(await pool.connect(), nameOf),
    end: () => pool.end(),
  }
}

class PreparingClient implements PostgresPoolClient {
  readonly #client: PoolClient
  readonly #nameOf: (text: string) => string

  constructor(client: PoolClient, nameOf: (text: string) => string) {
    this.#client = client
    this.#nameOf = nameOf
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  query(text: string | PostgresCursor<unknown>, values: readonly unknown[] = []): unknown {
    if (typeof text !== 'string') throw new TypeError('The store does not stream rows.')
    if (values.length === 0) return this.#client.query(text)
    return this.#client.query({ name: this.#nameOf(text), text, values: [...values] })
  }

  release(destroy?: boolean): void {
    this.#client.release(destroy)
  }
}
