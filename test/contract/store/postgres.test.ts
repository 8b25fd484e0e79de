import { Client } from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts'
import { storeContract } from './suite.ts'

describe('PostgreSQL', () => {
  let database: FreshDatabase
  let admin: Client

  beforeAll(async () => {
    database = await freshDatabase()
    admin = new Client({ connectionString: database.connectionString })
    await admin.connect()
    const store = createPostgresStore(database)
    await store.migrate()
    await store.close()
  })

  afterAll(async () => {
    await admin.end()
    await database.drop()
  })

  storeContract(async () => {
    await admin.query(
      'truncate orders, payments, refunds, shipments, inbox, events, webhook_endpoints, webhook_deliveries, quarantine, sessions, login_states, idempotency, settlement_rows, settlement_days, wechat_credentials, order_centre_paths',
    )
    const store = createPostgresStore(database)
    return { store, close: () => store.close() }
  })
})
