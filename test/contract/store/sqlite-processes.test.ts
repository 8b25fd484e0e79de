import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { MIGRATIONS } from '../../../server/store/migrations/index.ts'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import type { Clock } from '../../../shared/clock.ts'
import { anOrder } from '../../support/domain.ts'
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

/** Pauses take no time. */
const impatient: Clock = {
  nowMs: () => 0,
  setTimer: (_, task) => {
    const handle = setImmediate(task)
    return () => clearImmediate(handle)
  },
}

async function openFile() {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  const path = join(folder, 'toolkit.db')
  const open = (clock?: Clock) => createSqliteStore({ path, ...(clock ? { clock } : {}) })
  return { path, open, close: async () => rmSync(folder, { recursive: true }) }
}

describe('several processes on one SQLite file', { timeout: 60_000 }, () => {
  test(
    'kill -9 in the middle of writing loses nothing that was committed',
    inWorld(openFile, async ({ path, open }) => {
      const store = open()
      await store.migrate()
      await store.close()
      const committed: string[] = []
      for (const round of upTo(3)) {
        const child = runChild({ database: path, job: 'write', first: round * 100_000 })
        await child.hasTold(20 * round)
        child.process.kill('SIGKILL')
        expect(await child.ended).toBe('SIGKILL')
        committed.push(...child.told)

        const survivor = open()
        const found = await Promise.all(committed.map((paymentId) => survivor.payment(paymentId)))
        expect(found.map((payment) => payment?.paymentId)).toEqual(committed)
        await survivor.close()
        const database = new DatabaseSync(path)
        expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' })
        database.close()
      }
      expect(committed.length).toBeGreaterThanOrEqual(120)
    }),
  )

  test(
    'three that start on an empty file at once migrate it once',
    inWorld(openFile, async ({ path, open }) => {
      const children = upTo(3).map(() => runChild({ database: path, job: 'migrate' }))
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0])
      const store = open()
      await savePayment(store, numberedPayment(1))
      await store.close()
      const database = new DatabaseSync(path)
      const migrated = database.prepare('select count(*) as n from kysely_migration').get()
      expect(migrated).toEqual({ n: Object.keys(MIGRATIONS).length })
      database.close()
    }),
  )

  test(
    'two that claim at once share the rows out, each row once',
    inWorld(openFile, async ({ path, open }) => {
      const store = open()
      await store.migrate()
      for (const number of upTo(90)) {
        await savePayment(store, numberedPayment(number, { dueAtMs: 1 }))
      }
      await store.close()
      const children = upTo(2).map(() => runChild({ database: path, job: 'claim' }))
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0])
      const taken = children.flatMap(({ told }) => told)
      expect(taken).toHaveLength(90)
      expect(new Set(taken).size).toBe(90)
    }),
  )

  test(
    "one hears of the other's commits as a wake-up, and writes while the other does",
    inWorld(openFile, async ({ path, open }) => {
      const store = open()
      await store.migrate()
      const listener = listen(store)
      const child = runChild({ database: path, job: 'write', first: 1_000 })
      await listener.next(isWakeUp)
      for (const number of upTo(50)) await savePayment(store, numberedPayment(number))
      await child.hasTold(50)
      child.process.send('enough')
      expect(await child.ended).toBe(0)
      expect(await store.payment('pay_1000')).toBeDefined()
      expect(await store.payment('pay_50')).toBeDefined()
      await store.close()
    }),
  )

  test(
    'its own commits are no wake-up',
    inWorld(openFile, async ({ open }) => {
      const store = open()
      await store.migrate()
      const listener = listen(store)
      for (const number of upTo(20)) await savePayment(store, numberedPayment(number))
      await listener.next(tellsOf('pay_20'))
      // Longer than the watch on the file takes to look once.
      const other = open()
      await savePayment(other, numberedPayment(21))
      await listener.next(isWakeUp)
      expect(listener.heard.filter(isWakeUp)).toHaveLength(1)
      await other.close()
      await store.close()
    }),
  )

  test(
    'a writer waits for another one to end',
    inWorld(openFile, async ({ open }) => {
      const [left, right] = [open(), open(impatient)]
      await left.migrate()
      const locked = Promise.withResolvers<void>()
      const release = Promise.withResolvers<void>()
      const holding = left.transaction(async (tx) => {
        await tx.insertOrder(anOrder({ orderRef: 'left' }))
        locked.resolve()
        await release.promise
      })
      await locked.promise
      const waiting = right.transaction(async (tx) => {
        expect(await tx.order('left')).toBeDefined()
        return tx.insertOrder(anOrder({ orderRef: 'right' }))
      })
      expect(await right.order('left')).toBeUndefined()
      release.resolve()
      await holding
      expect(await waiting).toBe(true)
      await Promise.all([left.close(), right.close()])
    }),
  )

  test(
    'a writer that waits for too long says who keeps it',
    inWorld(openFile, async ({ path, open }) => {
      const [left, right] = [open(), open(impatient)]
      await left.migrate()
      await left.transaction(async (tx) => {
        await tx.insertOrder(anOrder())
        const blocked = right.transaction((other) => other.insertOrder(anOrder({ orderRef: 'b' })))
        await expect(blocked).rejects.toThrow(
          `Another process has kept the SQLite database ${path}`,
        )
      })
      expect(await right.order('tea-1001')).toBeDefined()
      await Promise.all([left.close(), right.close()])
    }),
  )
})
