import { setTimeout } from 'node:timers/promises'
import type { Random } from '../../sandbox/random.ts'
import type { DurablePostgres } from '../support/postgres.ts'
import type { KeptServer } from './kept-server.ts'
import type { Recoveries } from './recoveries.ts'

/** Life of a server after it began to be ready, where a kill waits for that. */
const SHORT_LIFE_MS = 400
/** That many are left alone until a customer has been served, and only then killed again. */
const LEFT_ALONE = 0.2
/** A start takes about that long. */
const START_MS = 1_000

export interface Blows {
  /** Server processes that were killed. */
  readonly kills: number
  /** Of these, the ones within a second of their start, most of them before they were ready. */
  readonly youngKills: number
  /** Times that PostgreSQL was. */
  readonly databaseKills: number
}

export interface NemesisOptions {
  readonly servers: readonly KeptServer[]
  /** The database, where it is a process that can be killed. */
  readonly postgres: DurablePostgres | null
  readonly kills: number
  readonly random: Random
  readonly recoveries: Recoveries
  /** Hears of every kill: how many there were so far. */
  readonly onKill?: (kills: number) => void
}

/**
 * Strikes until so many server processes are dead: one that serves, one that is only starting, all
 * together, and the database, alone or with a server. When and what is decided by `random`.
 */
export async function strike(options: NemesisOptions): Promise<Blows> {
  const { servers, postgres, random, recoveries } = options
  const databaseBudget = postgres ? Math.max(1, Math.ceil(options.kills / 8)) : 0
  const recovered = new Map<KeptServer, Promise<void>>()
  let [kills, youngKills, databaseKills] = [0, 0, 0]

  const kill = async (server: KeptServer) => {
    const killedAtMs = performance.now()
    if (!(await server.kill())) return false
    kills += 1
    options.onKill?.(kills)
    recovered.set(server, recoveries.follow(server, killedAtMs))
    return true
  }
  const afterReady = async (server: KeptServer) => {
    await server.whenReady()
    if (random.chance(LEFT_ALONE)) await recovered.get(server)
    await setTimeout(random.int(SHORT_LIFE_MS))
    await kill(server)
  }
  const whenStarting = async (server: KeptServer) => {
    await kill(server)
    await setTimeout(random.int(START_MS))
    if (await kill(server)) youngKills += 1
  }
  const together = async () => {
    await setTimeout(random.int(SHORT_LIFE_MS))
    await Promise.all(servers.map(kill))
  }
  const database = async (crashing: DurablePostgres, victim: KeptServer) => {
    await victim.whenReady()
    await setTimeout(random.int(SHORT_LIFE_MS))
    databaseKills += 1
    const killedAtMs = performance.now()
    const withServer = random.chance(0.5) ? kill(victim) : undefined
    await Promise.all([crashing.crash(), withServer])
    for (const server of servers) recovered.set(server, recoveries.follow(server, killedAtMs))
  }

  while (kills < options.kills || databaseKills < databaseBudget) {
    const victim = servers[random.int(servers.length)]
    if (!victim) throw new Error('there is no server to kill')
    const dice = random.int(100)
    const due = databaseKills * options.kills <= kills * databaseBudget
    if (postgres && databaseKills < databaseBudget && due) await database(postgres, victim)
    else if (dice < 15) await whenStarting(victim)
    else if (dice < 25 && servers.length > 1) await together()
    else await afterReady(victim)
  }
  return { kills, youngKills, databaseKills }
}
