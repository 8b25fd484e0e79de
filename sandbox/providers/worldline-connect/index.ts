import { uuid } from '../../random.ts'
import { type ProviderSimulator, SandboxError } from '../../simulator.ts'
import { type CommonWorld, createCommon, type SimulatorOptions } from '../common.ts'
import { payPrepayment } from '../wallet.ts'
import { createErrorForms } from './errors.ts'
import { begin } from './hosted-checkouts.ts'
import { createIdempotence } from './idempotence.ts'
import { createLedger } from './ledger.ts'
import {
  behaviourSchema,
  type WebhookEndpoint,
  type WorldlineBehaviour,
  type WorldlineBehaviourInput,
  type WorldlineMerchant,
} from './options.ts'
import { capture, reject } from './payments.ts'
import { type CreateRequest, toCents } from './requests.ts'
import { createRoutes } from './routes.ts'
import { createWebhooks } from './webhooks.ts'
import type { World } from './world.ts'
import { type WxFile, wxFilesOf } from './wx-file.ts'

export type { WorldlineMerchant } from './options.ts'

export interface WorldlineOptions extends SimulatorOptions {
  readonly merchants: readonly WorldlineMerchant[]
  readonly behaviour?: WorldlineBehaviourInput
  readonly port?: number
}

export interface WorldlineSimulator extends ProviderSimulator {
  merchants(): readonly WorldlineMerchant[]
  /** Adds a merchant, or replaces the one of the same number: new keys, other apps. */
  register(merchant: WorldlineMerchant): void
  /** Where this merchant's webhooks go from now on. Throws SandboxError for an unknown merchant. */
  setWebhooks(merchantId: string, endpoints: readonly WebhookEndpoint[]): void
  /** What lies on the SFTP server about one day of UTC, `YYYY-MM-DD`: a WX file per merchant. */
  files(day: string): readonly WxFile[]
  /** Turns down the next so many payments with 402. */
  declineNext(times: number): void
  /** Asks each of the merchant's endpoints for the verification word, as the console does. */
  verifyEndpoints(merchantId: string): Promise<readonly EndpointCheck[]>
  behaviour(): WorldlineBehaviour
  configure(changes: Partial<WorldlineBehaviourInput>): void
}

export interface EndpointCheck {
  readonly url: string
  readonly verified: boolean
  /** What was answered, or why there was no answer. */
  readonly answer: string
}

/**
 * Worldline Connect for WeChat Pay (product 863): v1 API, v1HMAC, idempotence, webhooks.
 * Sources: WeChat Pay product page, server SDKs for Node.js 5.2.0 and Java. Never keeps anything on
 * disk; answers 500 in the platform's form only under a fault plan.
 */
export async function createWorldlineConnect(
  options: WorldlineOptions,
): Promise<WorldlineSimulator> {
  const common = createCommon(options, {
    name: 'worldline-connect',
    behaviourSchema,
    retryDelaysMs: ({ webhookRetryDelaysMs }) => webhookRetryDelaysMs,
  })
  const world = createWorld(common.world, options.merchants)
  let declines = 0
  const turnDown = ({ amount }: CreateRequest): boolean => {
    if (world.behaviour().declinedAmounts.includes(toCents(amount))) return true
    if (declines === 0) return false
    declines -= 1
    return true
  }
  const server = await common.serve({
    port: options.port ?? 0,
    handler: createRoutes(world, turnDown),
  })

  return {
    ...common.controls,
    url: server.url,
    ...verbs(world),
    ...accounts(world),
    books: () => world.ledger.books(),
    declineNext(times) {
      declines = times
    },
    figures: () => ({ declinesLeft: declines }),
    reset() {
      declines = 0
      for (const part of [common, world.idempotence]) part.reset()
      world.ledger.clear()
      world.checkouts.clear()
    },
    async close() {
      common.stop()
      await server.close()
    },
  }
}

function createWorld(
  common: CommonWorld<WorldlineBehaviour>,
  registered: readonly WorldlineMerchant[],
): World {
  const { clock, random, behaviour } = common
  const merchants = new Map(registered.map((merchant) => [merchant.merchantId, merchant]))
  const merchant = (merchantId: string) => merchants.get(merchantId)
  return {
    ...common,
    merchants,
    ledger: createLedger(),
    checkouts: new Map(),
    webhooks: createWebhooks({ ...common, merchant }),
    errors: createErrorForms(random),
    idempotence: createIdempotence(clock, () => behaviour().repeatsAreRefreshed),
  }
}

function verbs(world: World) {
  const open = (ref: string) => {
    const row = paymentNamed(world, ref)
    const { prepayId } = row
    if (row.status !== 'REDIRECTED' || prepayId === null) {
      throw new SandboxError(409, `the payment ${row.id} is ${row.status}`)
    }
    return { row, prepayId }
  }
  return {
    async pay(ref: string, payer: { person?: string } = {}) {
      const { row, prepayId } = open(ref)
      const { person } = payer
      payPrepayment(world, { prepayId, person, onPaid: (paid) => capture(world, row, paid) })
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
      reject(world, row)
    },
    files: (day: string) => wxFilesOf(world, day),
    forgePaid(ref: string) {
      world.webhooks.forgeCaptured(world.ledger.named(ref))
    },
  }
}

/** A payer who pays on the hosted pages has opened them, also where no browser did. */
function paymentNamed(world: World, ref: string) {
  const visits = [...world.checkouts.values()]
  const visit = visits.findLast(({ id, wish }) => id === ref || wish.merchantReference === ref)
  if (!visit) return world.ledger.named(ref)
  begin(world, visit, 'desktop')
  return visit.payment ?? world.ledger.named(ref)
}

function accounts(world: World) {
  const known = (merchantId: string) => {
    const merchant = world.merchants.get(merchantId)
    if (!merchant) throw new SandboxError(404, `Worldline Connect has no merchant ${merchantId}`)
    return merchant
  }
  return {
    merchants: () => [...world.merchants.values()],
    register(merchant: WorldlineMerchant) {
      world.merchants.set(merchant.merchantId, merchant)
    },
    setWebhooks(merchantId: string, webhooks: readonly WebhookEndpoint[]) {
      world.merchants.set(merchantId, { ...known(merchantId), webhooks })
    },
    verifyEndpoints: (merchantId: string) =>
      Promise.all(
        known(merchantId).webhooks.map(({ url }) => checkEndpoint(url, uuid(world.random))),
      ),
  }
}

async function checkEndpoint(url: string, word: string): Promise<EndpointCheck> {
  try {
    const headers = { 'X-GCS-Webhooks-Endpoint-Verification': word }
    const response = await fetch(url, { headers, redirect: 'manual' })
    const answer = await response.text()
    return { url, verified: response.ok && answer.trim() === word, answer }
  } catch (error) {
    return { url, verified: false, answer: error instanceof Error ? error.message : String(error) }
  }
}
