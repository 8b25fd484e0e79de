import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { type CommonWorld, createCommon, type SimulatorOptions } from '../common.ts'
import { payPrepayment } from '../wallet.ts'
import { createEndpoints } from './endpoints.ts'
import { createIdempotency } from './idempotency.ts'
import { failIntent, succeed } from './intents.ts'
import { createLedger } from './ledger.ts'
import {
  behaviourSchema,
  type WebhookTarget,
  type WooshpayAccount,
  type WooshpayBehaviour,
  type WooshpayBehaviourInput,
} from './options.ts'
import { createRateLimit } from './rate-limit.ts'
import { createRoutes } from './routes.ts'
import { createWebhooks } from './webhooks.ts'
import type { World } from './world.ts'

export type { WooshpayAccount } from './options.ts'

export interface WooshpayOptions extends SimulatorOptions {
  readonly accounts: readonly WooshpayAccount[]
  readonly behaviour?: WooshpayBehaviourInput
  readonly port?: number
}

export interface WooshpaySimulator extends ProviderSimulator {
  accounts(): readonly WooshpayAccount[]
  /** Adds an account, or replaces the one of the same name: new key, other apps and webhooks. */
  register(account: WooshpayAccount): void
  /** Where this account's webhooks go from now on. Throws SandboxError for an unknown account. */
  setWebhooks(account: string, targets: readonly WebhookTarget[]): void
  behaviour(): WooshpayBehaviour
  configure(changes: Partial<WooshpayBehaviourInput>): void
}

/**
 * WooshPay for WeChat Pay: PaymentIntents, refunds and webhook endpoints. Sources: WeChat Pay page
 * and API reference; where they are silent, the API that it is modelled on, behind a switch.
 */
export async function createWooshpay(options: WooshpayOptions): Promise<WooshpaySimulator> {
  const common = createCommon(options, {
    name: 'wooshpay',
    behaviourSchema,
    retryDelaysMs: ({ webhookRetryDelaysMs }) => webhookRetryDelaysMs,
  })
  const world = createWorld(common.world)
  const { clock, behaviour } = world
  const rateLimit = createRateLimit(clock, () => behaviour().requestsPerSecond)
  const register = (account: WooshpayAccount) => {
    world.accounts.set(account.name, account)
    world.endpoints.replace(account.name, account.webhooks)
  }
  for (const account of options.accounts) register(account)
  const server = await common.serve({
    port: options.port ?? 0,
    handler: createRoutes(world, rateLimit),
  })
  return {
    ...common.controls,
    url: server.url,
    ...verbs(world),
    accounts: () => [...world.accounts.values()],
    register,
    setWebhooks(account, webhooks) {
      const known = world.accounts.get(account)
      if (!known) throw new SandboxError(404, `WooshPay has no account ${account}`)
      register({ ...known, webhooks })
    },
    books: () => world.ledger.books(),
    figures: () => ({ rateLimited: rateLimit.refused() }),
    reset() {
      for (const part of [common, world.idempotency, rateLimit]) part.reset()
      world.ledger.clear()
      for (const { name, webhooks } of world.accounts.values()) {
        world.endpoints.replace(name, webhooks)
      }
    },
    async close() {
      common.stop()
      await server.close()
    },
  }
}

function createWorld(common: CommonWorld<WooshpayBehaviour>): World {
  const { clock, random, nowMs } = common
  const accounts = new Map<string, WooshpayAccount>()
  const account = (name: string) => accounts.get(name)
  const endpoints = createEndpoints(random.fork('endpoints'), nowMs)
  return {
    ...common,
    accounts,
    ledger: createLedger(),
    endpoints,
    webhooks: createWebhooks({ ...common, account, endpoints }),
    idempotency: createIdempotency(clock),
  }
}

function verbs(world: World) {
  const open = (ref: string) => {
    const row = world.ledger.named(ref)
    const { prepayId } = row
    if (row.status !== 'requires_action' || prepayId === null) {
      throw new SandboxError(409, `the payment ${row.id} is ${row.status}`)
    }
    return { row, prepayId }
  }
  return {
    async pay(ref: string, payer: { person?: string } = {}) {
      const { row, prepayId } = open(ref)
      const { person } = payer
      payPrepayment(world, { prepayId, person, onPaid: (paid) => succeed(world, row, paid) })
    },
    failTry(ref: string) {
      open(ref).row.failedTries += 1
    },
    expire(ref: string) {
      const { row, prepayId } = open(ref)
      world.wechat.closePrepay(prepayId)
      row.expired = true
    },
    decline(ref: string) {
      const { row, prepayId } = open(ref)
      world.wechat.closePrepay(prepayId)
      failIntent(world, row)
    },
    forgePaid(ref: string) {
      world.webhooks.forgeSucceeded(world.ledger.named(ref))
    },
  }
}
