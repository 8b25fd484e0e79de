import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test, vi } from 'vitest'
import { MIGRATIONS } from '../../../server/store/migrations/index.ts'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import { anOrder, aPayment, aRefund } from '../../support/domain.ts'
import { inWorld, orderEvent, savePayment } from './suite/world.ts'
import { storeContract } from './suite.ts'

/** A folder of its own with a path for a database in it. */
async function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const path = join(folder, 'deeper', 'toolkit.db')
  return {
    folder,
    path,
    /** What SQLite itself says, past the store. */
    ask: (sql: string) => {
      const database = new DatabaseSync(path)
      try {
        return database.prepare(sql).all()
      } finally {
        database.close()
      }
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
}

describe('SQLite in a file', () => {
  storeContract(async () => {
    const { path, close } = await openFolder()
    const store = createSqliteStore({ path })
    await store.migrate()
    return {
      store,
      close: async () => {
        await store.close()
        await close()
      },
    }
  })
})

describe('a SQLite file', () => {
  test(
    'keeps everything when it is closed and opened again, and runs no migration twice',
    inWorld(openFolder, async ({ path, ask }) => {
      const claim = { scope: 's', key: 'k', fingerprint: 'f', nowMs: 1, leaseMs: 1 }
      const before = createSqliteStore({ path })
      await before.migrate()
      await savePayment(before, aPayment())
      await before.transaction(async (tx) => {
        await tx.insertRefund(aRefund())
        await tx.insertEvents([orderEvent('order.created', 'tea-1001')], 3)
      })
      await before.claimIdempotency(claim)
      await before.finishIdempotency(claim, { status: 200, body: '{}' })
      await before.close()
      const migrations = ask('select * from kysely_migration')

      const after = createSqliteStore({ path })
      await after.migrate()
      expect(await after.order('tea-1001')).toEqual(anOrder())
      expect(await after.payment('pay_1')).toEqual(aPayment())
      expect(await after.refund('rf_1')).toEqual(aRefund())
      expect(await after.events({ afterSeq: 0, limit: 9 })).toHaveLength(1)
      expect(await after.claimIdempotency(claim)).toMatchObject({ kind: 'done', status: 200 })
      await after.close()
      expect(ask('select * from kysely_migration')).toEqual(migrations)
      expect(migrations).toHaveLength(Object.keys(MIGRATIONS).length)
    }),
  )

  test(
    'that is opened for reading is read beside its writer, and refuses every write',
    inWorld(openFolder, async ({ path }) => {
      expect(() => createSqliteStore({ path, readOnly: true })).toThrow('cannot be opened')
      const writer = createSqliteStore({ path })
      await writer.migrate()
      const reader = createSqliteStore({ path, readOnly: true })
      await savePayment(writer, aPayment())
      expect(await reader.payment('pay_1')).toEqual(aPayment())
      const writing = reader.transaction((tx) => tx.insertRefund(aRefund()))
      await expect(writing).rejects.toThrow('readonly')
      await reader.close()
      expect(await writer.refund('rf_1')).toBeUndefined()
      await writer.close()
    }),
  )

  test(
    'is refused when a newer version has migrated it',
    inWorld(openFolder, async ({ path, ask }) => {
      const store = createSqliteStore({ path })
      await store.migrate()
      ask("insert into kysely_migration values ('9999-future', '2099-01-01T00:00:00.000Z')")
      await expect(store.migrate()).rejects.toThrow('newer version of the toolkit (9999-future)')
      await store.close()
    }),
  )

  test(
    'belongs to its user alone, and its folder is made where missing',
    inWorld(openFolder, async ({ path }) => {
      const store = createSqliteStore({ path })
      await store.migrate()
      const modes = [path, `${path}-wal`].map((file) => statSync(file).mode & 0o777)
      expect(modes).toEqual([0o600, 0o600])
      await store.close()
    }),
  )

  test(
    'that is none is refused with its path',
    inWorld(openFolder, async ({ folder }) => {
      const path = join(folder, 'letter.txt')
      writeFileSync(path, 'Dear reader, this is not a database. '.repeat(200))
      expect(() => createSqliteStore({ path })).toThrow(`${path} cannot be opened`)
      expect(() => createSqliteStore({ path: folder })).toThrow(`${folder} cannot be opened`)
    }),
  )

  test(
    'is written through to the disk at every commit, with its references checked',
    inWorld(openFolder, async ({ path }) => {
      const exec = vi.spyOn(DatabaseSync.prototype, 'exec')
      const store = createSqliteStore({ path })
      const database = exec.mock.contexts.find((context) => context instanceof DatabaseSync)
      exec.mockRestore()
      const ask = (name: string) => database?.prepare(`pragma ${name}`).get()
      // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
      expect(ask('synchronous')).toEqual({ synchronous: 2 })
      expect(ask('journal_mode')).toEqual({ journal_mode: 'wal' })
      expect(ask('foreign_keys')).toEqual({ foreign_keys: 1 })
      await store.close()
    }),
  )
})
