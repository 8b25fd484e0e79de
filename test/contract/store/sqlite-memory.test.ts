import { describe } from 'vitest'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import { storeContract } from './suite.ts'

describe('SQLite in memory', () => {
  storeContract(async () => {
    const store = createSqliteStore({ path: ':memory:' })
    await store.migrate()
    return { store, close: () => store.close() }
  })
})
