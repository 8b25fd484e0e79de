import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe } from 'vitest'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import { createWorld } from '../../support/world.ts'
import { RULES } from './rules.ts'
import { auditContract } from './suite.ts'

describe('an audit on SQLite', () => {
  auditContract(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-'))
    const path = join(folder, 'toolkit.db')
    const world = await createWorld({ store: createSqliteStore({ path }) })
    const byHand = new DatabaseSync(path, { enableForeignKeyConstraints: false })
    byHand.exec(RULES.map((rule) => `drop index ${rule};`).join(''))
    return {
      world,
      async damage(statements) {
        byHand.exec(statements)
      },
      async close() {
        byHand.close()
        await world.close()
        rmSync(folder, { recursive: true })
      },
    }
  })
})
