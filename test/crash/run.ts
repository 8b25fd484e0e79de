import { join } from 'node:path'
import { createRandom } from '../../sandbox/random.ts'
import { freePort } from '../../scripts/free-port.ts'
import { openPlace, type Place } from '../support/place.ts'
import { type DurablePostgres, provideDurablePostgres } from '../support/postgres.ts'
import { audit } from './audit.ts'
import type { Shop } from './customer.ts'
import { History } from './history.ts'
import { KeptServer } from './kept-server.ts'
import { linesOf, startLoad } from './load.ts'
import { type Blows, strike } from './nemesis.ts'
import { Recoveries } from './recoveries.ts'
import { type CrashReport, reportOn } from './report.ts'
import { comeToRest, hurry, startHeir } from './rest.ts'

export interface CrashOptions {
  readonly database: CrashReport['database']
  /** Server processes to kill, at least. */
  readonly kills: number
  readonly seed: string
  /** In the shop at the same time. */
  readonly customers: number
  /** Server processes that share the database; SQLite has one. */
  readonly servers: number
  readonly onKill?: (kills: number) => void
}

/** Once there are no more kills, nobody may be kept waiting for longer than this. */
const PATIENCE_MS = 20_000
/** What goes wrong by itself, kills aside: providers say things twice, too late, or to nobody. */
const TROUBLE = {
  notifications: { duplicate: { chance: 0.1 }, drop: { chance: 0.05 }, reorder: { chance: 0.05 } },
}

/**
 * One run: a shop full of customers, servers and their database killed at random moments, then rest,
 * then the audit. Leaves nothing running and no files.
 */
export async function crashRun(options: CrashOptions): Promise<CrashReport> {
  const postgres = options.database === 'postgres' ? await provideDurablePostgres() : null
  try {
    const place = await openPlace(options.seed, (folder) =>
      postgres
        ? { kind: 'postgres', url: postgres.url }
        : { kind: 'sqlite', path: join(folder, 'toolkit.db') },
    )
    try {
      return await runAt(place, postgres, options)
    } finally {
      await place.close()
    }
  } finally {
    await postgres?.stop()
  }
}

async function runAt(
  place: Place,
  postgres: DurablePostgres | null,
  options: CrashOptions,
): Promise<CrashReport> {
  const startedAtMs = performance.now()
  const { sandbox, balancer } = place
  sandbox.wechatPay.configure({ codepayEndsAs: 'USERPAYING' })
  for (const { faults } of sandbox.providers) faults.set(TROUBLE)
  const servers = await startServers(place, options.servers)

  const history = new History()
  let overAtMs = Number.POSITIVE_INFINITY
  const isOver = () => performance.now() > overAtMs
  const shop: Shop = { url: balancer.url, sandbox, history, isOver }
  const random = createRandom(options.seed)
  const load = startLoad(shop, {
    lines: await linesOf(place.configAt(0)),
    random: random.fork('load'),
    customers: options.customers,
  })
  const recoveries = new Recoveries(history)
  const blows: Blows = await strike({
    ...options,
    servers,
    postgres,
    random: random.fork('nemesis'),
    recoveries,
  })
  await Promise.all(servers.map((server) => server.close()))
  await recoveries.end()
  overAtMs = performance.now() + PATIENCE_MS

  const violations = servers.flatMap(({ defects }) => defects)
  violations.push(...(await settle(place, history, load.end())))
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000)
  const { database, seed } = options
  return reportOn({ database, seed, sandbox, history, blows, recoveries, violations, seconds })
}

async function startServers(place: Place, count: number): Promise<readonly KeptServer[]> {
  const servers: KeptServer[] = []
  for (let number = 1; number <= count; number += 1) {
    const config = place.configAt(await freePort())
    servers.push(new KeptServer(join(place.folder, `${number}`), config, place.script))
  }
  place.later(() => Promise.all(servers.map((server) => server.close())))
  for (const server of servers) server.start()
  place.balancer.use(servers.map(({ port }) => port))
  await Promise.all(servers.map((server) => server.whenReady()))
  return servers
}

/** Everybody is served at last, everything comes to rest, and the books are compared. */
async function settle(
  { sandbox, balancer, configAt }: Place,
  history: History,
  everybodyGone: Promise<void>,
): Promise<readonly string[]> {
  const { toolkit, port } = await startHeir(sandbox, configAt(0))
  try {
    balancer.use([port])
    await hurry(sandbox, everybodyGone)
    const restless = await comeToRest({ toolkit, sandbox }, [...history.orderRefs])
    const found = await audit(toolkit.deps.store, sandbox, history)
    return [...restless.map((what) => `I2 ${what}`), ...found]
  } finally {
    await toolkit.close()
  }
}
