import { createApiKeyStage } from '../../../../../server/http/api-key.ts'
import { createIdempotency } from '../../../../../server/http/idempotency.ts'
import { createWebhookDeliveryRoutes } from '../../../../../server/http/routes/webhook-deliveries.ts'
import { createWebhookEndpointRoutes } from '../../../../../server/http/routes/webhook-endpoints.ts'
import { sha256Hex } from '../../../../../server/platform/hash.ts'
import type { WebhookDeps } from '../../../../../server/usecases/webhook-deps.ts'
import { createAddressRule } from '../../../../../server/webhooks/address.ts'
import type { WebhookAnswer, WebhookRequest } from '../../../../../server/webhooks/sender.ts'
import { targetProblem } from '../../../../../server/webhooks/target.ts'
import { deliverWebhooks } from '../../../../../server/workers/deliver-webhooks.ts'
import { WorkLoop } from '../../../../../server/workers/loop.ts'
import {
  type WebhookEndpointWithSecret,
  webhookEndpointWithSecretSchema,
} from '../../../../../shared/contract/webhooks.ts'
import { createWorld, type World } from '../../../../support/world.ts'
import { type LogLine, makeTools, startApp } from '../harness.ts'

const API_KEY = 'key-of-the-tea-shop'
export const HOOKS = 'https://shop.example/hooks'

/** The routes of webhooks over a real store, with production's rules and receivers in this process. */
export interface WebhookWorld {
  readonly world: World
  readonly deps: WebhookDeps
  readonly lines: readonly LogLine[]
  readonly sent: WebhookRequest[]
  /** What every receiver answers. */
  answer: WebhookAnswer
  /** As a crash between the work and its answer would. */
  loseAnswers: boolean
  call(method: string, path: string, body?: object, key?: string): Promise<Response>
  endpoint(fields?: object): Promise<WebhookEndpointWithSecret>
  /** Does all work that is due now. */
  work(): Promise<void>
  close(): Promise<void>
}

export async function createWebhookWorld(): Promise<WebhookWorld> {
  const tools = makeTools()
  const world = await createWorld()
  const rules = { strict: true, isAllowed: createAddressRule([]) }
  const sent: WebhookRequest[] = []
  const deps: WebhookDeps = {
    ...world,
    logger: tools.logger,
    webhooks: {
      send: async (request) => {
        sent.push(request)
        return here.answer
      },
      urlProblem: (url) => targetProblem(url, rules),
    },
  }
  const { store } = world
  const forgetful: Parameters<typeof createIdempotency>[0]['store'] = {
    claimIdempotency: (claim) => store.claimIdempotency(claim),
    releaseIdempotency: (claim) => store.releaseIdempotency(claim),
    finishIdempotency: async (claim, answer) => {
      if (!here.loseAnswers) return store.finishIdempotency(claim, answer)
      await store.releaseIdempotency(claim)
      return answer
    },
  }
  const stages = {
    apiKey: createApiKeyStage([{ keyId: 'shop', keyHash: sha256Hex(API_KEY) }]),
    idempotent: createIdempotency({ ...deps, store: forgetful }),
  }
  const app = await startApp(tools, {
    parsed: [createWebhookEndpointRoutes(deps, stages), createWebhookDeliveryRoutes(deps, stages)],
  })
  const loop = new WorkLoop({ ...deps, kinds: [deliverWebhooks(deps)] })
  loop.start()
  let calls = 0
  const here: WebhookWorld = {
    world,
    deps,
    lines: tools.lines,
    sent,
    answer: { kind: 'answered', status: 204, retryAfterMs: null },
    loseAnswers: false,
    call(method, path, body, key) {
      calls += 1
      return fetch(`${app.address}/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          'content-type': 'application/json',
          'idempotency-key': key ?? `webhook-route-${calls}`,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    async endpoint(fields = {}) {
      const made = await here.call('POST', 'webhookEndpoints', { url: HOOKS, ...fields })
      return webhookEndpointWithSecretSchema.parse(await made.json())
    },
    work: () => loop.idle(),
    async close() {
      await loop.stop()
      await world.close()
    },
  }
  return here
}
