/**
 * A process of its own on a database, for what cannot be shown within one: started by `runChild`,
 * it does one job and tells its parent what it did.
 */
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { createPostgresStore } from '../../../server/store/postgres.ts'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import type { Store } from '../../../server/store/store.ts'
import { numberedPayment, savePayment } from './suite/world.ts'

const { database, job, first } = z
  .object({ database: z.string(), job: z.enum(['migrate', 'write', 'claim']), first: z.int() })
  .parse(JSON.parse(process.argv[2] ?? ''))

const store: Store = database.startsWith('postgres://')
  ? createPostgresStore({ connectionString: database })
  : createSqliteStore({ path: database })

await { migrate, write, claim }[job]()
await store.close()
process.disconnect()

async function migrate(): Promise<void> {
  await store.migrate()
  await tell('migrated')
}

/** Until killed or told to stop: tells of each payment after its commit. */
async function write(): Promise<void> {
  let writing = true
  process.once('message', () => {
    writing = false
  })
  for (let number = first; writing; number += 1) {
    await savePayment(store, numberedPayment(number, { dueAtMs: 1 }))
    await tell(`pay_${number}`)
    // SQLite answers at once: without a pause no message would ever be read.
    await setImmediate()
  }
}

/** Until nothing is left: tells of each payment that it got. */
async function claim(): Promise<void> {
  for (;;) {
    const claimed = await store.claimDuePayments({ nowMs: 10, leaseMs: 1_000, limit: 3 })
    if (claimed.length === 0) return
    for (const { paymentId } of claimed) await tell(paymentId)
  }
}

function tell(message: string): Promise<void> {
  return new Promise((sent) => {
    process.send?.(message, undefined, {}, () => sent())
  })
}
