import { join } from 'node:path'
import type { Sandbox } from '../../sandbox/index.ts'
import { postOverHttp } from '../../sandbox/notifier.ts'
import { freePort } from '../../scripts/free-port.ts'
import type { ToolkitConfigInput } from '../../server/config.ts'
import { createPostgresStore } from '../../server/store/postgres.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Store } from '../../server/store/store.ts'
import { comeToRest, startHeir } from '../crash/rest.ts'
import { pairsOf, violations } from './invariants.ts'
import { openPlace } from './place.ts'
import { freshDatabase } from './postgres.ts'
import { ServerProcess } from './server-process.ts'

/** Real server processes on one database, and the counterparties around them. */
export interface Fleet {
  readonly sandbox: Sandbox
  /** The address of all of them; each connection goes to the next one. */
  readonly url: string
  /** The address of one of them, counted round. */
  at(number: number): string
  /** The same database, for looking at it. */
  readonly store: Store
  configAt(port: number): ToolkitConfigInput
  /**
   * Kills all servers, lets one more finish what is left on a clock that runs ahead, and compares
   * the books of these orders: empty when nothing was lost or doubled.
   */
  wrongAfterRest(orderRefs: readonly string[]): Promise<readonly string[]>
  close(): Promise<void>
}

const ANSWER_DEADLINE_MS = 60_000

export type DatabaseKind = 'sqlite' | 'postgres'

/** Four processes on PostgreSQL; one on SQLite, which is made for one. */
export async function startFleet(kind: DatabaseKind): Promise<Fleet> {
  const postgres = kind === 'postgres' ? await freshDatabase() : null
  const place = await openPlace(
    `fleet on ${kind}`,
    (folder) =>
      postgres
        ? { kind: 'postgres', url: postgres.connectionString }
        : { kind: 'sqlite', path: join(folder, 'toolkit.db') },
    // However slow the machine, a thousand notifications at once are answered.
    { transport: postOverHttp(ANSWER_DEADLINE_MS) },
  )
  const { sandbox, balancer, configAt, folder, script } = place
  const ports = await Promise.all(Array.from({ length: postgres ? 4 : 1 }, () => freePort()))
  const servers = ports.map(
    (port) => new ServerProcess(join(folder, `${port}`), configAt(port), script),
  )
  const killAll = () => Promise.all(servers.map((server) => server.kill()))
  place.later(killAll)
  const store = postgres
    ? createPostgresStore({ connectionString: postgres.connectionString })
    : createSqliteStore({ path: join(folder, 'toolkit.db') })
  place.later(() => store.close())
  await Promise.all(servers.map((server) => server.start()))
  balancer.use(ports)
  return {
    sandbox,
    url: balancer.url,
    at: (number) => servers[number % servers.length]?.url ?? '',
    store,
    configAt,
    async wrongAfterRest(orderRefs) {
      await killAll()
      const { toolkit, port } = await startHeir(sandbox, configAt(0))
      try {
        balancer.use([port])
        const restless = await comeToRest({ toolkit, sandbox }, orderRefs)
        return [...restless, ...(await violations(store, pairsOf(sandbox), orderRefs))]
      } finally {
        await toolkit.close()
      }
    },
    async close() {
      await place.close()
      await postgres?.drop()
    },
  }
}
