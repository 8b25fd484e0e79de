import { idSchema } from '../../../shared/contract/common.ts'
import {
  createWebhookEndpointRequestSchema,
  replayEventsRequestSchema,
  rotateSecretRequestSchema,
  updateWebhookEndpointRequestSchema,
} from '../../../shared/contract/webhooks.ts'
import { replayEvents, sendTestWebhook } from '../../usecases/replay-webhooks.ts'
import type { WebhookDeps } from '../../usecases/webhook-deps.ts'
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  readWebhookEndpoint,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from '../../usecases/webhook-endpoints.ts'
import { createRouter, type HttpContext, type HttpRouter, type RouteContext } from '../context.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseBody, parseParam } from '../validate.ts'
import { webhookDeliveryView, webhookEndpointView } from '../webhook-view.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

const PATH = '/v1/webhookEndpoints'

/** Where the merchant wants to hear of events. A secret is shown by the call that makes it only. */
export function createWebhookEndpointRoutes(deps: WebhookDeps, stages: MerchantStages): HttpRouter {
  const router = createRouter()
  const { clock, store } = deps

  router.post(PATH, stages.apiKey, stages.idempotent(asMerchant), async (ctx) => {
    const { description, secret, ...asked } = parseBody(ctx, createWebhookEndpointRequestSchema)
    const fresh = await createWebhookEndpoint(deps, {
      ...asked,
      description: description ?? null,
      secret: secret ?? null,
      wish: wishOf(ctx),
    })
    ctx.status = 201
    ctx.body = {
      ...webhookEndpointView(fresh.endpoint, clock.nowMs()),
      secret: fresh.secret,
    }
  })

  router.get(PATH, stages.apiKey, async (ctx) => {
    const endpoints = await store.webhookEndpoints()
    ctx.body = { data: endpoints.map((each) => webhookEndpointView(each, clock.nowMs())) }
  })

  router.get(`${PATH}/:endpointId`, stages.apiKey, async (ctx) => {
    const endpoint = await readWebhookEndpoint(deps, endpointOf(ctx))
    ctx.body = webhookEndpointView(endpoint, clock.nowMs())
  })

  router.patch(`${PATH}/:endpointId`, stages.apiKey, async (ctx) => {
    const change = parseBody(ctx, updateWebhookEndpointRequestSchema)
    const endpoint = await updateWebhookEndpoint(deps, endpointOf(ctx), change)
    ctx.body = webhookEndpointView(endpoint, clock.nowMs())
  })

  router.delete(`${PATH}/:endpointId`, stages.apiKey, async (ctx) => {
    await deleteWebhookEndpoint(deps, endpointOf(ctx))
    ctx.status = 204
  })

  addActions(router, deps, stages)
  return router
}

function addActions(router: HttpRouter, deps: WebhookDeps, stages: MerchantStages): void {
  const once = stages.idempotent(asMerchant)

  router.post(`${PATH}/:endpointId/rotateSecret`, stages.apiKey, once, async (ctx) => {
    const { overlapMs } = parseBody(ctx, rotateSecretRequestSchema)
    const wish = { overlapMs, wish: wishOf(ctx) }
    const fresh = await rotateWebhookSecret(deps, endpointOf(ctx), wish)
    ctx.body = {
      ...webhookEndpointView(fresh.endpoint, deps.clock.nowMs()),
      secret: fresh.secret,
    }
  })

  router.post(`${PATH}/:endpointId/test`, stages.apiKey, once, async (ctx) => {
    ctx.body = webhookDeliveryView(await sendTestWebhook(deps, endpointOf(ctx), wishOf(ctx)))
    ctx.status = 202
  })

  router.post(`${PATH}/:endpointId/replay`, stages.apiKey, once, async (ctx) => {
    const asked = parseBody(ctx, replayEventsRequestSchema)
    const start = 'since' in asked ? { sinceMs: Date.parse(asked.since) } : asked
    ctx.body = await replayEvents(deps, endpointOf(ctx), start)
    ctx.status = 202
  })
}

/** The same for a repeat of this request, also after a crash that left no answer. */
function wishOf(ctx: HttpContext): string {
  return `${asMerchant(ctx)} ${ctx.path} ${idempotencyKeyOf(ctx)}`
}

function endpointOf(ctx: RouteContext): string {
  return parseParam(ctx, { name: 'endpointId', schema: idSchema })
}
