import { VirtualClock } from '../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../sandbox/index.ts'
import type { KeyPair } from '../../sandbox/providers/wechat-pay/keys.ts'
import { createRandom, type Random } from '../../sandbox/random.ts'
import { connectWebhooks } from '../../scripts/sandbox-accounts.ts'
import { sandboxConfig } from '../../scripts/sandbox-config.ts'
import { resolveConfig } from '../../server/config.ts'
import type { PageAssets } from '../../server/http/page-assets.ts'
import type { LogFields, Logger } from '../../server/platform/logger.ts'
import { History } from './history.ts'
import { SimNetwork } from './network.ts'
import type { Plan } from './plan.ts'
import { SimServer } from './server.ts'
import { Weather } from './weather.ts'

export const SERVER_URL = 'http://127.0.0.1:3000'
/** A Wednesday, ten o'clock in Beijing. */
export const START_MS = Date.parse('2026-06-24T02:00:00Z')

/** What worlds of one process share, because it is the same in all of them and slow to make. */
export interface Shared {
  readonly pages: PageAssets
  readonly keyPairs: readonly KeyPair[]
  /** A fresh database file with the newest schema. */
  readonly freshDatabase: () => string
}

export interface SimWorld {
  readonly plan: Plan
  readonly clock: VirtualClock
  readonly random: Random
  readonly weather: Weather
  readonly network: SimNetwork
  readonly sandbox: Sandbox
  readonly server: SimServer
  readonly history: History
  /** Payers, merchants and incidents that are still at it. */
  readonly actors: Set<string>
}

/** Errors in the log that speak of a fault of ours; everything else is told by the callers. */
const OUR_FAULTS: ReadonlySet<string> = new Set([
  'http.internal',
  'worker.failed',
  'worker.rowFailed',
  'idempotency.notKept',
])

/** The counterparties, the network and our server, before anything happens. */
export async function createSimWorld(plan: Plan, shared: Shared): Promise<SimWorld> {
  const clock = new VirtualClock(START_MS, { quietTurns: 2, patienceMs: 0 })
  const random = createRandom(`world ${plan.seed}`)
  const history = new History()
  let serverSide = (_url: URL) => false
  const weather = new Weather({
    clock,
    random: random.fork('weather'),
    storms: plan.storms,
    faulty: (url) => serverSide(url),
  })
  const network = new SimNetwork({ clock, random: random.fork('network'), weather })
  let nextKey = 0
  const newKeyPair = async (): Promise<KeyPair> => {
    const pair = shared.keyPairs[nextKey % shared.keyPairs.length]
    nextKey += 1
    if (!pair) throw new Error('there are no key pairs')
    return pair
  }
  const sandbox = await createSandbox({
    seed: plan.seed,
    clock,
    network,
    transport: network.post,
    wechatPay: { newKeyPair },
  })
  // What happens within a phone, and between a browser and the providers' pages, is not our line.
  const outside = new Set([sandbox.urls.wechat, SERVER_URL].map((url) => new URL(url).origin))
  const providers = new Set(sandbox.providers.map(({ url }) => new URL(url).origin))
  serverSide = ({ origin, pathname }) =>
    providers.has(origin) || (outside.has(origin) && !pathname.startsWith('/phone/'))
  for (const [key, clockSkewMs] of Object.entries(plan.skews)) {
    sandbox.providers
      .find(({ name }) => sandboxName(sandbox, key) === name)
      ?.configure({ clockSkewMs })
  }
  connectWebhooks(sandbox, SERVER_URL)
  const place = { publicUrl: SERVER_URL, port: 3000, database: IN_MEMORY }
  const server = new SimServer({
    databasePath: shared.freshDatabase(),
    config: resolveConfig(sandboxConfig(sandbox, place), {}),
    clock,
    random: random.fork('server'),
    network,
    pages: shared.pages,
    logger: watchfulLogger(history),
  })
  network.addHost(SERVER_URL, (message) => server.call(message))
  await server.start()
  return { plan, clock, random, weather, network, sandbox, server, history, actors: new Set() }
}

const IN_MEMORY = { kind: 'sqlite', path: ':memory:' } as const

function sandboxName(sandbox: Sandbox, key: string): string | undefined {
  return Object.entries(sandbox.urls)
    .filter(([name]) => name === key)
    .map(([, url]) => sandbox.providers.find((provider) => provider.url === url)?.name)[0]
}

function watchfulLogger(history: History): Logger {
  const look = (event: string, fields: LogFields = {}) => {
    if (!OUR_FAULTS.has(event)) return
    const { error, reason = '' } = fields
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    history.violated(`a fault of ours: ${event} ${reason} ${why}`)
  }
  return { debug: look, info: look, warn: look, error: look }
}
