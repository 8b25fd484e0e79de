import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { expect, test, vi } from 'vitest'
import { NodeSqliteDialect } from '../../../../server/store/node-sqlite-dialect.ts'

function open() {
  const database = new DatabaseSync(':memory:')
  database.exec('create table cups (name text not null)')
  return { database, db: new Kysely<Cups>({ dialect: new NodeSqliteDialect(database) }) }
}

interface Cups {
  cups: { name: string }
}

test('a statement is prepared once, however often it runs', async () => {
  const { database, db } = open()
  const prepare = vi.spyOn(database, 'prepare')
  for (const name of ['a', 'b', 'c']) {
    await db.insertInto('cups').values({ name }).execute()
  }
  expect(prepare).toHaveBeenCalledTimes(1)
  expect(await db.selectFrom('cups').select('name').execute()).toHaveLength(3)
  await db.destroy()
})

test('statements still work after more texts than are kept', async () => {
  const { db } = open()
  for (let number = 0; number < 600; number += 1) {
    const { rows } = await sql<{ n: number }>`select ${sql.lit(number)} as n`.execute(db)
    expect(rows).toEqual([{ n: number }])
  }
  await db.destroy()
})

test('a prepared statement survives a change of the schema', async () => {
  const { database, db } = open()
  const insert = () => db.insertInto('cups').values({ name: 'a' }).returningAll().execute()
  expect(await insert()).toEqual([{ name: 'a' }])
  database.exec("alter table cups add column glaze text default 'celadon'")
  expect(await insert()).toMatchObject([{ name: 'a' }])
  await db.destroy()
})

test('a transaction takes the write lock before it reads', async () => {
  const { database, db } = open()
  const prepare = vi.spyOn(database, 'prepare')
  await db.transaction().execute((tx) => tx.selectFrom('cups').selectAll().execute())
  expect(prepare.mock.calls.map(([text]) => text)[0]).toBe('begin immediate')
  await db.destroy()
})

test('a value that SQLite has no type for is refused, not stored as something else', async () => {
  const { db } = open()
  await expect(sql`insert into cups values (${true})`.execute(db)).rejects.toThrow(TypeError)
  await expect(sql`insert into cups values (${new Date(0)})`.execute(db)).rejects.toThrow(TypeError)
  await db.destroy()
})

test('migrations that fail half-way leave the schema as it was', async () => {
  const { database, db } = open()
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async () => ({
        '1': { up: (step) => step.schema.createTable('pots').addColumn('name', 'text').execute() },
        '2': { up: () => Promise.reject(new Error('power failure')) },
      }),
    },
  })
  expect(await migrator.migrateToLatest()).toMatchObject({ error: { message: 'power failure' } })
  const pots = database.prepare("select name from sqlite_master where name = 'pots'").all()
  expect(pots).toEqual([])
  await db.destroy()
})
