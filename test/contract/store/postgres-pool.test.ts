import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { preparingPool, valueTypes } from '../../../server/store/postgres-pool.ts'
import { freshDatabase } from '../../support/postgres.ts'

test('a statement with values is prepared once for each text, and keeps its integers exact', async () => {
  const database = await freshDatabase()
  const pool = preparingPool(new Pool({ ...database, types: valueTypes() }))
  const client = await pool.connect()
  for (const value of [1, Number.MAX_SAFE_INTEGER]) {
    const { rows } = await client.query('select $1::bigint as value', [value])
    expect(rows).toEqual([{ value }])
  }
  await client.query('select $1::text as value', ['x'])
  await client.query('select 1', [])
  const prepared = await client.query(
    'select statement from pg_prepared_statements order by prepare_time',
    [],
  )
  expect(prepared.rows).toEqual([
    { statement: 'select $1::bigint as value' },
    { statement: 'select $1::text as value' },
  ])
  await expect(client.query('select 9007199254740992::bigint', [])).rejects.toThrow(RangeError)
  client.release()
  await pool.end()
  await database.drop()
})
