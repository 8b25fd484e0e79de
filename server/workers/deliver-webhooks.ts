import type { Backlog } from '../store/store.ts'
import { deliverWebhook } from '../usecases/deliver-webhook.ts'
import type { WebhookDeps } from '../usecases/webhook-deps.ts'
import type { Work, WorkKind } from './loop.ts'

/** At one time in this process: half of the loop's hands at most, so that the rest is for money. */
const MOST_AT_ONCE = 16
/** To one endpoint, so that a slow one leaves room for the others. */
const MOST_PER_ENDPOINT = 4

/**
 * Webhooks that are due. An endpoint whose last attempt failed gets one attempt at a time until one
 * succeeds: as many endpoints can be away as there can be, and the others are still served.
 */
export function deliverWebhooks(deps: WebhookDeps): WorkKind {
  const inHand = new Map<string, number>()
  const failing = new Set<string>()
  const total = () => [...inHand.values()].reduce((sum, count) => sum + count, 0)
  const roomFor = (endpointId: string): number => {
    const most = failing.has(endpointId) ? 1 : MOST_PER_ENDPOINT
    return Math.min(most - (inHand.get(endpointId) ?? 0), MOST_AT_ONCE - total())
  }
  const take = (endpointId: string, change: 1 | -1): void => {
    const count = (inHand.get(endpointId) ?? 0) + change
    if (count === 0) inHand.delete(endpointId)
    else inHand.set(endpointId, count)
  }
  const withRoom = async (): Promise<readonly Backlog[]> => {
    if (total() >= MOST_AT_ONCE) return []
    const backlog = await deps.store.webhookBacklog()
    return backlog.filter(({ endpointId }) => roomFor(endpointId) > 0)
  }

  return {
    name: 'deliverWebhooks',
    async claim({ nowMs, leaseMs, limit }) {
      const works: Work[] = []
      for (const { endpointId, nextAtMs } of await withRoom()) {
        const room = Math.min(roomFor(endpointId), limit - works.length)
        if (nextAtMs > nowMs || room <= 0) continue
        const claim = { endpointId, nowMs, leaseMs, limit: room }
        for (const delivery of await deps.store.claimDueDeliveries(claim)) {
          take(endpointId, 1)
          works.push(async () => {
            try {
              const attempted = await deliverWebhook(deps, delivery)
              if (attempted === 'failing') failing.add(endpointId)
              else if (attempted === 'delivered') failing.delete(endpointId)
            } finally {
              take(endpointId, -1)
            }
          })
        }
      }
      return works
    },
    /** What waits for an endpoint without room is looked at when an attempt of it has ended. */
    async nextAtMs({ deliveries }) {
      if (!deliveries) return null
      const [first] = await withRoom()
      return first?.nextAtMs ?? null
    },
  }
}
