import { VirtualClock } from '../../sandbox/clock.ts'
import { createSandbox, type Sandbox } from '../../sandbox/index.ts'
import type { KeyPair } from '../../sandbox/providers/wechat-pay/keys.ts'
import { createRandom, type Random } from '../../sandbox/random.ts'
import { connectWebhooks } from '../../scripts/sandbox-accounts.ts'
import { SANDBOX_WEBHOOK_SECRET, sandboxConfig } from '../../scripts/sandbox-config.ts'
import { resolveConfig } from '../../server/config.ts'
import type { PageAssets } from '../../server/http/page-assets.ts'
import type { LogFields, Logger } from '../../server/platform/logger.ts'
import { createWebhookEndpoint } from '../../server/usecases/webhook-endpoints.ts'
import { History } from './history.ts'
import { SimNetwork } from './network.ts'
import type { Plan } from './plan.ts'
import { RECEIVER_URL, Receiver } from './receiver.ts'
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
  /** Hears of every message and every line of our log, for people who look into one run. */
  readonly tell?: (line: string) => void
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
  readonly receiver: Receiver
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
  const tell = shared.tell ?? (() => undefined)
  const timed = (line: string) => tell(`${((clock.nowMs() - START_MS) / 1_000).toFixed(3)} ${line}`)
  const network = new SimNetwork({ clock, random: random.fork('network'), weather, tell: timed })
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
  const outside = new Set(
    [sandbox.urls.wechat, SERVER_URL, RECEIVER_URL].map((url) => new URL(url).origin),
  )
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
    logger: watchfulLogger(history, timed),
  })
  network.addHost(SERVER_URL, (message) => server.call(message))
  const receiver = new Receiver(clock)
  network.addHost(RECEIVER_URL, receiver.host)
  await server.start()
  await listen(server)
  const actors = new Set<string>()
  return { plan, clock, random, weather, network, sandbox, server, history, receiver, actors }
}

/** The merchant wants to hear of everything, from the first event on. */
async function listen({ toolkit }: SimServer): Promise<void> {
  if (!toolkit) throw new Error('the server did not start')
  await createWebhookEndpoint(toolkit.deps, {
    url: `${RECEIVER_URL}/webhooks`,
    description: null,
    events: null,
    secret: SANDBOX_WEBHOOK_SECRET,
    wish: 'the merchant listens',
  })
}

const IN_MEMORY = { kind: 'sqlite', path: ':memory:' } as const

function sandboxName(sandbox: Sandbox, key: string): string | undefined {
  return Object.entries(sandbox.urls)
    .filter(([name]) => name === key)
    .map(([, url]) => sandbox.providers.find((provider) => provider.url === url)?.name)[0]
}

function watchfulLogger(history: History, tell: (line: string) => void): Logger {
  const look = (event: string, fields: LogFields = {}) => {
    tell(`log ${event} ${JSON.stringify(fields)}`)
    if (!OUR_FAULTS.has(event)) return
    const { error, reason = '' } = fields
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
    history.violated(`a fault of ours: ${event} ${reason} ${why}`)
  }
  return { debug: look, info: look, warn: look, error: look }
}
