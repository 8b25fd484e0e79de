import { idSchema } from '../../../shared/contract/common.ts'
import {
  eventsQuerySchema,
  webhookDeliveriesQuerySchema,
} from '../../../shared/contract/webhooks.ts'
import { replayWebhook } from '../../usecases/replay-webhooks.ts'
import type { WebhookDeps } from '../../usecases/webhook-deps.ts'
import { createRouter, type HttpRouter } from '../context.ts'
import { parseParam, parseQuery } from '../validate.ts'
import {
  deliveryPlaceOf,
  eventsView,
  webhookDeliveriesView,
  webhookDeliveryView,
} from '../webhook-view.ts'
import { asMerchant, type MerchantStages } from './orders.ts'

/** What became of each webhook, sending one again, and the event log that all of them are made of. */
export function createWebhookDeliveryRoutes(deps: WebhookDeps, stages: MerchantStages): HttpRouter {
  const router = createRouter()

  router.get('/v1/webhookDeliveries', stages.apiKey, async (ctx) => {
    const { endpointId, state, cursor, limit } = parseQuery(ctx, webhookDeliveriesQuerySchema)
    const deliveries = await deps.store.webhookDeliveries({
      endpointId: endpointId ?? null,
      state: state ?? null,
      before: cursor === undefined ? null : deliveryPlaceOf(cursor),
      limit,
    })
    ctx.body = webhookDeliveriesView(deliveries, limit)
  })

  router.post(
    '/v1/webhookDeliveries/:deliveryId/replay',
    stages.apiKey,
    stages.idempotent(asMerchant),
    async (ctx) => {
      const deliveryId = parseParam(ctx, { name: 'deliveryId', schema: idSchema })
      ctx.body = webhookDeliveryView(await replayWebhook(deps, deliveryId))
      ctx.status = 202
    },
  )

  router.get('/v1/events', stages.apiKey, async (ctx) => {
    const { after, limit } = parseQuery(ctx, eventsQuerySchema)
    const events = await deps.store.eventsToTell({ afterSeq: after, limit })
    ctx.body = eventsView(events, limit)
  })

  return router
}
