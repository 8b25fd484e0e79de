import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import { anOrder } from '../../support/domain.ts'
import { anEndpoint, anEvent, deliveriesOf, save } from './suite/webhook-world.ts'
import { inWorld } from './suite/world.ts'

/** A server of the version before, which still runs while this one brings the schema up to date. */
const OLD_INSERT = `
  insert into events (seq, type, order_ref, payment_id, refund_id, at_ms)
  values ((select coalesce(max(seq), 0) from events) + 1, 'order.paid', 'tea-1', null, null, 9)
`

async function open() {
  const folder = mkdtempSync(join(tmpdir(), 'migration-webhooks-'))
  const path = join(folder, 'toolkit.db')
  const store = createSqliteStore({ path })
  await store.migrate()
  return {
    store,
    path,
    close: async () => {
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

test(
  'a process of the version before goes on writing events, which can be told afterwards',
  inWorld(open, async ({ store, path }) => {
    await save(store, anEndpoint())
    await anEvent(store)
    const old = new DatabaseSync(path)
    old.exec(OLD_INSERT)
    old.close()
    const paid = anOrder({ orderRef: 'tea-1', status: 'paid', paidAtMs: 9 })
    await store.transaction((tx) => tx.updateOrder(paid))
    await anEvent(store, 2)
    expect((await deliveriesOf(store)).map(({ seq }) => seq)).toEqual([3, 1])
    const told = await store.eventsToTell({ afterSeq: 0, limit: 10 })
    expect(told.map(({ seq, objects }) => [seq, objects.order.status])).toEqual([
      [1, 'open'],
      [2, 'paid'],
      [3, 'open'],
    ])
  }),
)
