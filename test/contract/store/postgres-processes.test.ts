import { Client } from 'pg'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../../server/store/migrations/index.ts'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import type { Store } from '../../../server/store/store.ts'
import { anOrder, aPayment } from '../../support/domain.ts'
import { freshDatabase } from '../../support/postgres.ts'
import { runChild } from './run-child.ts'
import {
  inWorld,
  isWakeUp,
  listen,
  numberedPayment,
  savePayment,
  tellsOf,
  upTo,
} from './suite/world.ts'

async function openDatabase() {
  const database = await freshDatabase()
  const admin = new Client(database)
  await admin.connect()
  const stores: Store[] = []
  return {
    database: database.connectionString,
    admin,
    open: (): Store => {
      const store = createPostgresStore(database)
      stores.push(store)
      return store
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()))
      await admin.end()
      await database.drop()
    },
  }
}

/** Ends sessions of this database from the server's side, as a restart or a failover does. */
async function terminate(admin: Client, condition: string): Promise<number> {
  const { rowCount } = await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
  )
  return rowCount ?? 0
}

describe('several processes on one PostgreSQL', { timeout: 60_000 }, () => {
  test(
    'eight that start on an empty database at once migrate it once',
    inWorld(openDatabase, async ({ database, admin, open }) => {
      const children = upTo(2).map(() => runChild({ database, job: 'migrate' }))
      await Promise.all(upTo(6).map(() => open().migrate()))
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0])
      const { rows } = await admin.query('select name, timestamp from kysely_migration')
      expect(rows).toHaveLength(Object.keys(MIGRATIONS).length)
      await open().migrate()
      expect((await admin.query('select name, timestamp from kysely_migration')).rows).toEqual(rows)
    }),
  )

  test(
    'a database that a newer version has migrated is refused',
    inWorld(openDatabase, async ({ admin, open }) => {
      const store = open()
      await store.migrate()
      await admin.query("insert into kysely_migration values ('9999-future', '2099-01-01')")
      await expect(store.migrate()).rejects.toThrow('newer version of the toolkit (9999-future)')
    }),
  )

  test(
    'each hears of what another commits, payment by payment',
    inWorld(openDatabase, async ({ open }) => {
      const [writer, reader] = [open(), open()]
      await writer.migrate()
      const listener = listen(reader)
      await listener.next(isWakeUp)
      await savePayment(writer, aPayment({ dueAtMs: 5_000 }))
      await listener.next(tellsOf('pay_1'))
      await listener.next((change) => change.kind === 'due' && change.atMs === 5_000)
      const own = listen(writer)
      await own.next(isWakeUp)
      await writer.transaction((tx) => tx.updatePayment(aPayment({ dueAtMs: null })))
      await savePayment(reader, numberedPayment(2))
      await own.next(tellsOf('pay_2'))
      expect(own.heard.filter(tellsOf('pay_1'))).toHaveLength(1)
    }),
  )

  test(
    'many changes of one transaction all arrive',
    inWorld(openDatabase, async ({ open }) => {
      const [writer, reader] = [open(), open()]
      await writer.migrate()
      const listener = listen(reader)
      await listener.next(isWakeUp)
      const longName = (number: number) => `${'x'.repeat(60)}_${number}`
      await writer.transaction(async (tx) => {
        for (const number of upTo(120)) {
          await tx.insertOrder(anOrder({ orderRef: `tea-${number}` }))
          await tx.insertPayment(numberedPayment(number, { paymentId: longName(number) }))
        }
      })
      await Promise.all(upTo(120).map((number) => listener.next(tellsOf(longName(number)))))
    }),
  )

  test(
    'a lost listening connection comes back, wakes everybody, and hears again',
    inWorld(openDatabase, async ({ admin, open }) => {
      const [writer, reader] = [open(), open()]
      await writer.migrate()
      const listener = listen(reader)
      for (const number of upTo(3)) {
        await listener.next(isWakeUp)
        listener.heard.length = 0
        expect(await terminate(admin, "application_name like '% listener'")).toBe(1)
        await listener.next(isWakeUp)
        await savePayment(writer, numberedPayment(number))
        await listener.next(tellsOf(`pay_${number}`))
        listener.heard.length = 0
        await admin.query("notify wechat_pay_toolkit_changes, 'not one of ours'")
      }
    }),
  )

  test(
    'a connection lost inside a transaction fails it, and nothing else',
    inWorld(openDatabase, async ({ admin, open }) => {
      const store = open()
      await store.migrate()
      const broken = store.transaction(async (tx) => {
        await tx.insertOrder(anOrder())
        expect(await terminate(admin, "state = 'idle in transaction'")).toBe(1)
        await tx.insertPayment(aPayment())
      })
      await expect(broken).rejects.toThrow()
      expect(await store.order('tea-1001')).toBeUndefined()
      await savePayment(store, aPayment())
      await terminate(admin, 'true')
      await expect.poll(() => store.ping().then(() => 'back')).toBe('back')
      expect(await store.payment('pay_1')).toEqual(aPayment())
    }),
  )

  test(
    'of two transactions in a deadlock one is repeated, and both succeed',
    inWorld(openDatabase, async ({ open }) => {
      const store = open()
      await store.migrate()
      for (const orderRef of ['a', 'b']) {
        await store.transaction((tx) => tx.insertOrder(anOrder({ orderRef })))
      }
      const bothHoldOne = Promise.withResolvers<void>()
      let runs = 0
      const lockBoth = (first: string, second: string) =>
        store.transaction(async (tx) => {
          const order = await tx.lockOrder(first)
          runs += 1
          if (runs === 2) bothHoldOne.resolve()
          await bothHoldOne.promise
          await tx.lockOrder(second)
          if (order) await tx.updateOrder({ ...order, status: 'closed' })
        })
      await Promise.all([lockBoth('a', 'b'), lockBoth('b', 'a')])
      // A repeat may meet the other one again before that has woken up.
      expect(runs).toBeGreaterThanOrEqual(3)
      expect((await store.order('a'))?.status).toBe('closed')
      expect((await store.order('b'))?.status).toBe('closed')
    }),
  )

  test(
    'a claim passes by a row that somebody is writing, and does not wait',
    inWorld(openDatabase, async ({ open }) => {
      const store = open()
      await store.migrate()
      for (const number of upTo(3)) {
        await savePayment(store, numberedPayment(number, { dueAtMs: 1 }))
      }
      const claim = { nowMs: 10, leaseMs: 1_000, limit: 10 }
      const other = open()
      await store.transaction(async (tx) => {
        await tx.lockPayment('pay_2')
        const claimed = await other.claimDuePayments(claim)
        expect(claimed.map(({ paymentId }) => paymentId)).toEqual(['pay_1', 'pay_3'])
      })
      expect(await other.claimDuePayments(claim)).toMatchObject([{ paymentId: 'pay_2' }])
    }),
  )

  test(
    'two processes that claim at once share the rows out, each row once',
    inWorld(openDatabase, async ({ database, open }) => {
      const store = open()
      await store.migrate()
      for (const number of upTo(60)) {
        await savePayment(store, numberedPayment(number, { dueAtMs: 1 }))
      }
      const children = upTo(2).map(() => runChild({ database, job: 'claim' }))
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0])
      const taken = children.flatMap(({ told }) => told)
      expect(taken).toHaveLength(60)
      expect(new Set(taken).size).toBe(60)
    }),
  )

  test(
    'a closed store leaves no connection behind',
    inWorld(openDatabase, async ({ admin, open }) => {
      const store = open()
      await store.migrate()
      const listener = listen(store)
      await listener.next(isWakeUp)
      await store.close()
      const others = () =>
        admin.query(
          'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        )
      await expect.poll(async () => (await others()).rowCount).toBe(0)
    }),
  )

  test('a server that is not there, or an address that is none, is told', async () => {
    const store = createPostgresStore({ connectionString: 'postgres://u:secret@127.0.0.1:1/x' })
    await expect(store.ping()).rejects.toThrow('ECONNREFUSED')
    await store.close()
    expect(() => createPostgresStore({ connectionString: 'mysql://x' })).toThrow('postgres://')
  })
})
