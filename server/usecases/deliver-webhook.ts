import {
  type ClaimedDelivery,
  secretsAt,
  type WebhookDelivery,
  type WebhookEndpoint,
} from '../domain/webhook.ts'
import type { WebhookAnswer } from '../webhooks/sender.ts'
import { signedHeaders } from '../webhooks/signing.ts'
import type { WebhookDeps } from './webhook-deps.ts'
import { nextAttemptAtMs } from './webhook-schedule.ts'

/** Standard Webhooks: 15 to 30 seconds. Shorter than the lease of whoever sends. */
const TIMEOUT_MS = 15_000
const GONE = 410

/** How an attempt ended: `failing` where the receiver seems to be away, so that others go first. */
export type Attempted = 'delivered' | 'failing' | 'notSent'

/**
 * Sends one webhook once and writes down what came of it: 2xx is delivered, 410 switches the endpoint
 * off, anything else is tried again by the timetable and given up at its end. An endpoint that was
 * switched off meanwhile gets nothing; its deliveries wait. What a crash interrupts is sent again.
 */
export async function deliverWebhook(
  deps: WebhookDeps,
  claimed: ClaimedDelivery,
): Promise<Attempted> {
  const endpoint = await deps.store.webhookEndpoint(claimed.endpointId)
  if (endpoint?.state !== 'enabled') {
    await deps.store.transaction((tx) =>
      tx.settleWebhookDelivery({ claimed, became: { ...claimed, attempts: claimed.attempts - 1 } }),
    )
    return 'notSent'
  }
  const sentAtMs = deps.clock.nowMs()
  const answer = await deps.webhooks.send(requestOf(endpoint, claimed, sentAtMs))
  const became = afterAnswer(deps, { ...claimed, lastAttemptAtMs: sentAtMs }, answer)
  await record(deps, { endpoint, claimed, became })
  return became.state === 'delivered' ? 'delivered' : 'failing'
}

function requestOf(endpoint: WebhookEndpoint, delivery: WebhookDelivery, atMs: number) {
  const body = new TextEncoder().encode(delivery.body)
  const secrets = secretsAt(endpoint, atMs).map(({ secret }) => secret)
  return {
    url: endpoint.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'wechat-pay-toolkit',
      ...signedHeaders({ webhookId: delivery.webhookId, atMs, body }, secrets),
    },
    body,
    timeoutMs: TIMEOUT_MS,
  }
}

function afterAnswer(
  { clock, random }: WebhookDeps,
  delivery: WebhookDelivery,
  answer: WebhookAnswer,
): WebhookDelivery {
  const nowMs = clock.nowMs()
  const lastStatus = answer.kind === 'answered' ? answer.status : null
  if (lastStatus !== null && lastStatus >= 200 && lastStatus < 300) {
    const told = { ...delivery, lastStatus, lastReason: null, deliveredAtMs: nowMs }
    return { ...told, state: 'delivered', dueAtMs: null }
  }
  const failed = { ...delivery, lastStatus, lastReason: reasonOf(answer) }
  // The endpoint is switched off with it; the delivery waits for the day when it is on again.
  if (lastStatus === GONE) return { ...failed, dueAtMs: nowMs }
  const failures = delivery.failures + 1
  const retryAfterMs = answer.kind === 'answered' ? answer.retryAfterMs : null
  const dueAtMs = nextAttemptAtMs({ failures, nowMs, random: random(), retryAfterMs })
  return { ...failed, failures, dueAtMs, state: dueAtMs === null ? 'dead' : 'waiting' }
}

function reasonOf(answer: WebhookAnswer): string {
  if (answer.kind === 'failed') return answer.reason
  const { status } = answer
  if (status === GONE) return 'the receiver answered 410: it wants no more webhooks'
  return status >= 300 && status < 400
    ? `the receiver answered ${status}: redirects are not followed`
    : `the receiver answered ${status}`
}

async function record(
  deps: WebhookDeps,
  attempt: { endpoint: WebhookEndpoint; claimed: ClaimedDelivery; became: WebhookDelivery },
): Promise<void> {
  const { endpoint, claimed, became } = attempt
  await deps.store.transaction(async (tx) => {
    if (became.lastStatus === GONE && became.state === 'waiting') {
      const now = await tx.lockWebhookEndpoint(endpoint.endpointId)
      // It was another address that said so, where the merchant has given a new one meanwhile.
      if (now?.state === 'enabled' && now.url === endpoint.url) {
        await tx.updateWebhookEndpoint({ ...now, state: 'disabled', disabledReason: 'gone' })
      }
    }
    await tx.settleWebhookDelivery({ claimed, became })
  })
  report(deps, became)
}

function report({ logger }: WebhookDeps, delivery: WebhookDelivery): void {
  const { endpointId, webhookId: eventId, state, lastStatus, lastReason } = delivery
  const fields = {
    endpointId,
    eventId,
    ...(lastReason === null ? {} : { reason: lastReason }),
    ...(lastStatus === null ? {} : { status: lastStatus }),
  }
  if (state === 'delivered') logger.debug('webhook.delivered', fields)
  else if (state === 'dead') logger.error('webhook.dead', fields)
  else logger.warn('webhook.failed', fields)
}
