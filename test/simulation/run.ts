import { createHash } from 'node:crypto'
import type { SandboxClock } from '../../sandbox/clock.ts'
import { PROVIDER_KEYS, type ProviderKey } from '../../sandbox/providers/index.ts'
import { isLive } from '../../server/domain/transitions.ts'
import { judge, unfinished } from './judge.ts'
import type { Incident, Plan } from './plan.ts'
import { act, playOrder } from './stories.ts'
import { createSimWorld, type Shared, type SimWorld, START_MS } from './world.ts'

const HOUR_MS = 60 * 60_000
/** After the trouble: by then every payment has ended and was asked about for the last time. */
const REST_MS = 2.5 * HOUR_MS
/** Some refunds and notifications take their time. */
const LONGEST_MS = 30 * HOUR_MS

export interface Outcome {
  readonly plan: Plan
  readonly violations: readonly string[]
  /** Hash over everything that happened: equal for every run of the same plan. */
  readonly trace: string
  readonly figures: Figures
}

export interface Figures {
  readonly virtualMs: number
  readonly orders: number
  readonly payments: number
  readonly paid: number
  readonly refunds: number
  readonly messages: number
  readonly faults: number
  readonly deaths: number
}

/** Of a run that never came to its end. */
export const NOTHING: Figures = {
  virtualMs: 0,
  orders: 0,
  payments: 0,
  paid: 0,
  refunds: 0,
  messages: 0,
  faults: 0,
  deaths: 0,
}

/**
 * Plays one plan to its end, and judges. Deterministic: the plan decides everything. `look` sees the
 * world at its end.
 */
export async function run(
  plan: Plan,
  shared: Shared,
  look: (world: SimWorld) => Promise<void> = async () => undefined,
): Promise<Outcome> {
  const world = await createSimWorld(plan, shared)
  try {
    schedule(world)
    await world.clock.advance(plan.troubleMs)
    world.server.forgive()
    await world.clock.advance(REST_MS)
    const store = world.server.toolkit?.deps.store
    if (!store) throw new Error('the server did not come back')
    let open = await unfinished(world, store)
    const endMs = START_MS + plan.troubleMs + LONGEST_MS
    while (open.length > 0 && world.clock.nowMs() < endMs) {
      await world.clock.advance(HOUR_MS)
      open = await unfinished(world, store)
    }
    const found = await judge(world, store)
    const figures = await figuresOf(world, store)
    await look(world)
    return { plan, violations: [...found, ...open], trace: await traceOf(world), figures }
  } finally {
    await world.server.stop()
    await world.sandbox.close()
    world.clock.close()
  }
}

function schedule(world: SimWorld): void {
  const { clock, plan, server } = world
  for (const order of plan.orders) {
    at(clock, order.atMs, () =>
      act(world, `merchant of ${order.orderRef}`, () => playOrder(world, order)),
    )
  }
  for (const { atMs, crossings, downMs } of plan.deaths) {
    at(clock, atMs, () =>
      crossings === null ? server.die(downMs) : server.dieAt(crossings, downMs),
    )
  }
  for (const [index, incident] of plan.incidents.entries()) {
    at(clock, incident.atMs, () => happen(world, incident, index))
  }
}

function at(clock: SandboxClock, atMs: number, task: () => void): void {
  clock.setTimer(atMs, task)
}

function happen(world: SimWorld, { kind, provider }: Incident, index: number): void {
  const { simulator, open } = withOpenPayments(world, provider)
  const random = world.random.fork(`incident ${index}`)
  const some = open[random.int(Math.max(1, open.length))]
  switch (kind) {
    case 'forgePaid':
      if (some) simulator.forgePaid(some.id)
      break
    case 'forgedNotifications':
      simulator.faults.set({ notifications: { forge: 'all' } })
      break
    case 'rotateCertificate':
      world.clock.busy(world.sandbox.wechatPay.rotateCertificate())
      break
    case 'declineOpen':
      if (some) simulator.decline(some.id)
  }
}

/** That provider, or where nobody can pay anything there, the next one where somebody can. */
function withOpenPayments({ sandbox }: SimWorld, first: ProviderKey) {
  const start = PROVIDER_KEYS.indexOf(first)
  const inTurn = [...PROVIDER_KEYS.slice(start), ...PROVIDER_KEYS.slice(0, start)].map((key) => {
    const open = sandbox[key].books().payments.filter(({ state }) => state === 'open')
    return { simulator: sandbox[key], open }
  })
  return inTurn.find(({ open }) => open.length > 0) ?? { simulator: sandbox[first], open: [] }
}

type SimStore = NonNullable<SimWorld['server']['toolkit']>['deps']['store']

async function figuresOf(world: SimWorld, store: SimStore): Promise<Figures> {
  const { plan, clock, weather, network, server } = world
  const refs = plan.orders.map(({ orderRef }) => orderRef)
  const payments = (await Promise.all(refs.map((ref) => store.paymentsOfOrder(ref)))).flat()
  const refunds = await Promise.all(payments.map((one) => store.refundsOfPayment(one.paymentId)))
  const struck = Object.values(weather.struck).reduce((sum, count) => sum + count, 0)
  return {
    virtualMs: clock.nowMs() - START_MS,
    orders: refs.length,
    payments: payments.length,
    paid: payments.filter(({ status }) => !isLive(status) && status === 'paid').length,
    refunds: refunds.flat().length,
    messages: network.messages,
    faults: struck + plan.incidents.length,
    deaths: server.lives - 1,
  }
}

/** Everything that a run leaves behind: events with their times, books, attempts to notify. */
async function traceOf({ server, sandbox, network }: SimWorld): Promise<string> {
  const events = await server.toolkit?.deps.store.events({ afterSeq: 0, limit: 100_000 })
  const books = sandbox.providers.map((provider) => provider.books())
  const attempts = sandbox.providers.flatMap((provider) =>
    provider.notifications
      .log()
      .map(({ subject, kind, atMs, status }) => [subject, kind, atMs, status]),
  )
  const whole = JSON.stringify([events, books, attempts, network.messages])
  return createHash('sha256').update(whole).digest('hex').slice(0, 16)
}
