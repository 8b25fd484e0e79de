import { Client } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { createWorld } from '../../support/world.ts'
import { FOREIGN_KEYS, RULES } from './rules.ts'
import { auditContract } from './suite.ts'

const TABLES =
  'orders, payments, refunds, shipments, inbox, events, quarantine, idempotency, settlement_rows, webhook_deliveries'

describe('an audit on PostgreSQL', () => {
  let database: FreshDatabase
  let byHand: Client

  beforeAll(async () => {
    database = await freshDatabase()
    byHand = new Client({ connectionString: database.connectionString })
    await byHand.connect()
    const store = createPostgresStore(database)
    await store.migrate()
    await store.close()
    for (const rule of RULES) await byHand.query(`drop index ${rule}`)
    for (const [table, key] of FOREIGN_KEYS) {
      await byHand.query(`alter table ${table} drop constraint ${key}`)
    }
  })

  afterAll(async () => {
    await byHand.end()
    await database.drop()
  })

  auditContract(async () => {
    await byHand.query(`truncate ${TABLES}, settlement_days`)
    const world = await createWorld({ store: createPostgresStore(database) })
    return {
      world,
      async damage(statements) {
        await byHand.query(statements)
      },
      close: () => world.close(),
    }
  })
})
