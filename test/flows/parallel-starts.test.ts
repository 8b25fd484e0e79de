import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { type Dialect, Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool } from 'pg'
import { afterEach, describe, expect, test } from 'vitest'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { freePort } from '../../scripts/free-port.ts'
import { SANDBOX_API_KEY } from '../../scripts/sandbox-config.ts'
import { MIGRATIONS } from '../../server/store/migrations/index.ts'
import { NodeSqliteDialect } from '../../server/store/node-sqlite-dialect.ts'
import { openPlace, type Place } from '../support/place.ts'
import { freshDatabase } from '../support/postgres.ts'
import { ServerProcess } from '../support/server-process.ts'

/**
 * Goal: new processes may start all at once, on an empty database and beside old ones that still work
 * on the schema before. Method: real server processes; the old process is played by the statements
 * that it would send.
 */

const STEPS = Object.keys(MIGRATIONS)

interface Database {
  readonly place: Place
  readonly processes: number
  readonly dialect: () => Dialect
  readonly close: () => Promise<void>
}

async function onSqlite(): Promise<Database> {
  const inFolder = (folder: string) => join(folder, 'toolkit.db')
  const place = await openPlace('starts', (folder) => ({ kind: 'sqlite', path: inFolder(folder) }))
  const path = inFolder(place.folder)
  return {
    place,
    processes: 2,
    // Longer than every honest transaction takes.
    dialect: () => new NodeSqliteDialect(new DatabaseSync(path, { timeout: 5_000 })),
    close: async () => {
      await place.close()
    },
  }
}

async function onPostgres(): Promise<Database> {
  const database = await freshDatabase()
  const url = database.connectionString
  const place = await openPlace('starts', () => ({ kind: 'postgres', url }))
  return {
    place,
    processes: 4,
    dialect: () => new PostgresDialect({ pool: new Pool({ connectionString: url }) }),
    close: async () => {
      await place.close()
      await database.drop()
    },
  }
}

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

function connect({ dialect }: Database): Kysely<unknown> {
  const db = new Kysely<unknown>({ dialect: dialect() })
  ends.push(() => db.destroy())
  return db
}

async function startAllAtOnce({ place, processes }: Database): Promise<readonly ServerProcess[]> {
  const ports = await Promise.all(Array.from({ length: processes }, () => freePort()))
  const servers = ports.map(
    (port) => new ServerProcess(join(place.folder, `${port}`), place.configAt(port), place.script),
  )
  place.later(() => Promise.all(servers.map((server) => server.kill())))
  await Promise.all(servers.map((server) => server.start()))
  return servers
}

async function stepsDone(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db)
  return rows.map(({ name }) => name)
}

/** SQLite's own word on its file; PostgreSQL has no such question. */
async function integrity(kind: string, db: Kysely<unknown>): Promise<string> {
  if (kind !== 'sqlite') return 'ok'
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(db)
  return rows.map((row) => row.integrity_check).join()
}

describe.each([
  { kind: 'sqlite', open: onSqlite },
  { kind: 'postgres', open: onPostgres },
])('on $kind', { timeout: 60_000 }, ({ kind, open }) => {
  test('processes that start at once on an empty database all serve it', async () => {
    const database = await open()
    ends.push(database.close)
    const servers = await startAllAtOnce(database)
    const amount = { value: 1999, currency: 'CNY' }
    const orders = await Promise.all(
      servers.map(({ url }, index) =>
        new Merchant(url, SANDBOX_API_KEY).order(`start-${index}`, amount),
      ),
    )
    expect(orders.map(({ status }) => status)).toEqual(servers.map(() => 'open'))
    const db = connect(database)
    expect(await stepsDone(db)).toEqual(STEPS)
    expect(await integrity(kind, db)).toBe('ok')
  })

  test('new processes bring the schema up to date while an old one goes on working', async () => {
    const database = await open()
    ends.push(database.close)
    const db = connect(database)
    const provider = { getMigrations: async () => ({ ...MIGRATIONS }) }
    await new Migrator({ db, provider }).migrateTo(STEPS.at(-2) ?? '')
    expect(await stepsDone(db)).toEqual(STEPS.slice(0, -1))
    let working = true
    let written = 0
    const oldProcess = (async () => {
      while (working) {
        written += 1
        await insertOrder(db, `old-${written}`)
        await setTimeout(5)
      }
    })()

    const [server] = await startAllAtOnce(database)

    working = false
    await oldProcess
    expect(written).toBeGreaterThan(1)
    expect(await stepsDone(db)).toEqual(STEPS)
    expect(await integrity(kind, db)).toBe('ok')
    const { rows } = await sql<{ n: number }>`
      select count(*) as n from orders where order_ref like 'old-%'`.execute(db)
    expect(Number(rows[0]?.n)).toBe(written)
    const closed = new Merchant(server?.url ?? '', SANDBOX_API_KEY).close(`old-${written}`)
    await expect(closed).resolves.toBeUndefined()
  })
})

/** An order as every version has written it. */
async function insertOrder(db: Kysely<unknown>, orderRef: string): Promise<void> {
  const nowMs = Date.now()
  await sql`insert into orders (order_ref, status, amount_minor, currency, description, goods_kind,
      checkout_token_hash, paid_late, created_at_ms, expires_at_ms)
    values (${orderRef}, 'open', 1999, 'CNY', 'Longjing', 'physical', ${`hash of ${orderRef}`}, 0,
      ${nowMs}, ${nowMs + 3_600_000})`.execute(db)
}
