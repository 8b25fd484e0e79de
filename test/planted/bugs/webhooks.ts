import { bySimulation, bySuite, type PlantedBug } from '../bug.ts'

const DELIVER = 'server/usecases/deliver-webhook.ts'
const OUTBOX = 'server/store/event-outbox.ts'

/** What the merchant hears: every event, by one name, and provably from us. */
export const WEBHOOK_BUGS: readonly PlantedBug[] = [
  {
    name: 'webhook-refused-is-delivered',
    what: 'a webhook is taken for delivered whatever the merchant answered',
    promise: 'the merchant hears of every event',
    file: DELIVER,
    find: 'if (lastStatus !== null && lastStatus >= 200 && lastStatus < 300) {',
    replace: 'if (lastStatus !== null) {',
    foundBy: bySimulation(100),
  },
  {
    name: 'webhook-tried-once',
    what: 'a webhook that failed is not tried again',
    promise: 'the merchant hears of every event',
    file: 'server/usecases/webhook-schedule.ts',
    find: '  if (gapMs === undefined) return null\n',
    replace: '  if (gapMs === undefined || retryAfterMs === null) return null\n',
    foundBy: bySimulation(60),
  },
  {
    name: 'webhook-named-by-its-attempt',
    what: 'every attempt of a webhook has an id of its own, so that a repeat looks like news',
    promise: 'I3',
    file: DELIVER,
    find: 'signedHeaders({ webhookId: delivery.webhookId, atMs, body }',
    replace:
      'signedHeaders({ webhookId: `${delivery.webhookId}.${delivery.attempts}`, atMs, body }',
    foundBy: bySimulation(100),
  },
  {
    name: 'webhook-of-the-last-event-only',
    what: 'of several events of one transaction only the last one is told',
    promise: 'the merchant hears of every event',
    file: OUTBOX,
    find: '  await insertWebhookDeliveries(handle, deliveries)\n',
    replace: '  await insertWebhookDeliveries(handle, deliveries.slice(-1))\n',
    foundBy: bySimulation(20),
  },
  {
    name: 'webhook-without-a-wake-up',
    what: 'a new webhook has no time at which it is sent',
    promise: 'the merchant hears of every event',
    file: 'server/domain/webhook-body.ts',
    find: '    dueAtMs,\n    deliveredAtMs: null,',
    replace: '    dueAtMs: null,\n    deliveredAtMs: null,',
    foundBy: bySimulation(20),
  },
  {
    name: 'webhook-signed-by-the-newest-secret-alone',
    what: 'the old secret signs no more as soon as there is a new one',
    promise: 'a change of secrets loses no webhook',
    file: 'server/domain/webhook.ts',
    find: 'return endpoint.secrets.filter(({ expiresAtMs }) => expiresAtMs === null || nowMs < expiresAtMs)',
    replace: 'return endpoint.secrets.filter(({ expiresAtMs }) => expiresAtMs === null)',
    foundBy: bySuite('unit/server/http/routes/webhook-endpoints.test.ts', 'flows/webhooks.test.ts'),
  },
  {
    name: 'webhook-time-not-signed',
    what: 'the time of a webhook is no part of what is signed',
    promise: 'the merchant can tell our word from a replay',
    file: 'server/webhooks/signing.ts',
    find: 'update(`${webhookId}.${timestamp}.`).update(body)',
    replace: 'update(`${webhookId}.`).update(body)',
    foundBy: bySimulation(10),
  },
  {
    name: 'webhook-into-our-own-network',
    what: 'a webhook may go to the address where a cloud keeps the secrets of its machines',
    promise: 'I9',
    file: 'server/webhooks/address.ts',
    find: "  '169.254.0.0/16',\n",
    replace: '',
    foundBy: bySuite('unit/server/webhooks/address.test.ts'),
  },
]
