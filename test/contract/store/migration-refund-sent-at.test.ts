import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Dialect, Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { Pool } from 'pg'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../../server/store/migrations/index.ts'
import { NodeSqliteDialect } from '../../../server/store/node-sqlite-dialect.ts'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { inWorld } from './suite/world.ts'

/** A database as the first version of the toolkit left it, with rows in it. */
interface OldDatabase {
  readonly dialect: () => Dialect
  readonly open: () => Store
  readonly close: () => Promise<void>
}

async function onSqlite(): Promise<OldDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'))
  const path = join(folder, 'toolkit.db')
  return {
    dialect: () => new NodeSqliteDialect(new DatabaseSync(path)),
    open: () => createSqliteStore({ path }),
    close: async () => rmSync(folder, { recursive: true }),
  }
}

async function onPostgres(): Promise<OldDatabase> {
  const database = await freshDatabase()
  return {
    dialect: () => new PostgresDialect({ pool: new Pool(database) }),
    open: () => createPostgresStore(database),
    close: () => database.drop(),
  }
}

async function leaveOldRows(dialect: Dialect): Promise<void> {
  const db = new Kysely<unknown>({ dialect })
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
  })
  await migrator.migrateTo('0001-initial')
  await sql`insert into orders (order_ref, status, amount_minor, currency, description, goods_kind,
      checkout_token_hash, paid_late, created_at_ms, expires_at_ms)
    values ('tea-1001', 'paid', 1999, 'CNY', 'Longjing', 'physical', 'hash', 0, 1, 2)`.execute(db)
  await sql`insert into payments (payment_id, order_ref, account_id, scene, status, amount_minor,
      currency, out_trade_no, provider_state, request, idempotency_key, duplicate, late,
      created_at_ms, expires_at_ms, attempts, version)
    values ('pay_1', 'tea-1001', 'a', 'desktopQr', 'paid', 1999, 'CNY', 'p1', '{}', ${REQUEST},
      'key-00000001', 0, 0, 1, 2, 0, 1)`.execute(db)
  for (const [no, sent] of [
    [1, 1],
    [2, 0],
  ] as const) {
    await sql`insert into refunds (refund_id, payment_id, status, amount_minor, currency,
        out_refund_no, idempotency_key, created_at_ms, attempts, sent, version)
      values (${`rf_${no}`}, 'pay_1', 'requested', 500, 'CNY', ${`rf${no}`}, ${`key-${no}`}, 1234, 0,
        ${sent}, 1)`.execute(db)
  }
  await db.destroy()
}

const REQUEST = JSON.stringify({
  description: 'Longjing',
  locale: 'en',
  payerIp: '203.0.113.7',
  returnUrl: 'https://shop.example/return',
  notifyUrl: 'https://shop.example/notify',
  deviceIsMobile: false,
})

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
] as const)('a database from before refunds had a time of sending, on %s', (_, make) => {
  test(
    'keeps its refunds: what was sent counts as sent when it was made, the rest as never sent',
    inWorld(make, async ({ dialect, open }) => {
      await leaveOldRows(dialect())
      const store = open()
      await store.migrate()
      const sent = await store.refund('rf_1')
      expect(sent).toMatchObject({ sentAtMs: 1_234, busyUntilMs: null })
      expect(await store.refund('rf_2')).toMatchObject({ sentAtMs: null, busyUntilMs: null })
      // The next change writes the time down, and it stays.
      if (sent) await store.transaction((tx) => tx.updateRefund({ ...sent, attempts: 1 }))
      expect(await store.refund('rf_1')).toMatchObject({ sentAtMs: 1_234, attempts: 1 })
      await store.close()
    }),
  )

  test(
    'finds its payments as before, and by a further number once there is one',
    inWorld(make, async ({ dialect, open }) => {
      await leaveOldRows(dialect())
      const store = open()
      await store.migrate()
      const name = { accountId: 'a', outTradeNo: 'p1', providerPaymentId: null }
      const payment = await store.paymentByNumber(name)
      expect(payment).not.toHaveProperty('providerReference')
      const further = { ...name, outTradeNo: null, providerReference: 'G-1' }
      expect(await store.paymentByNumber(further)).toBeUndefined()
      if (payment) {
        const known = { ...payment, providerReference: 'G-1' }
        await store.transaction((tx) => tx.updatePayment(known))
      }
      expect(await store.paymentByNumber(further)).toMatchObject({ paymentId: 'pay_1' })
      await store.close()
    }),
  )
})
