import { Client } from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase, providePostgres } from '../../support/postgres.ts'

async function databaseName(connectionString: string): Promise<unknown> {
  const client = new Client({ connectionString })
  try {
    await client.connect()
    const { rows } = await client.query('select current_database() as name, version() as version')
    return rows[0]
  } finally {
    await client.end()
  }
}

test('a PostgreSQL of their own runs while the tests need it, and is gone afterwards', async () => {
  const postgres = await providePostgres(undefined)
  expect(await databaseName(postgres.url)).toMatchObject({
    name: 'postgres',
    version: expect.stringContaining('PostgreSQL 18'),
  })
  await postgres.stop()
  await expect(databaseName(postgres.url)).rejects.toThrow('ECONNREFUSED')
})

test('a DATABASE_URL where nobody answers fails with what to do', async () => {
  const nobody = providePostgres('postgres://user:secret@127.0.0.1:1/test')
  await expect(nobody).rejects.toThrow('Start it, or unset DATABASE_URL')
})

test('a DATABASE_URL that answers is used as it is, and not stopped', async () => {
  const database = await freshDatabase()
  const given = await providePostgres(database.connectionString)
  await given.stop()
  expect(given.url).toBe(database.connectionString)
  expect(await databaseName(given.url)).toBeDefined()
  await database.drop()
})

test('databases of two test files share nothing, and a dropped one is gone', async () => {
  const [left, right] = await Promise.all([freshDatabase(), freshDatabase()])
  expect(left.connectionString).not.toBe(right.connectionString)
  await Promise.all([left.drop(), right.drop()])
  await expect(databaseName(left.connectionString)).rejects.toThrow('does not exist')
})
