import type { WebhookEndpoint } from '../../../../server/domain/webhook.ts'
import type { Store } from '../../../../server/store/store.ts'
import { anOrder } from '../../../support/domain.ts'
import { orderEvent } from './world.ts'

export function anEndpoint(fields: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    endpointId: 'whe_1',
    url: 'https://shop.example/hooks',
    description: 'the shop',
    events: null,
    secrets: [{ secret: 'whsec_MTIz', wish: 'w', createdAtMs: 1, expiresAtMs: null }],
    state: 'enabled',
    disabledReason: null,
    createdAtMs: 1,
    ...fields,
  }
}

export async function save(store: Store, ...endpoints: readonly WebhookEndpoint[]): Promise<void> {
  await store.transaction(async (tx) => {
    for (const endpoint of endpoints) await tx.insertWebhookEndpoint(endpoint)
  })
}

export const everything = { endpointId: null, state: null, before: null, limit: 100 }
export const deliveriesOf = (store: Store, endpointId: string | null = null) =>
  store.webhookDeliveries({ ...everything, endpointId })

export async function anEvent(store: Store, number = 1): Promise<void> {
  await store.transaction(async (tx) => {
    await tx.insertOrder(anOrder({ orderRef: `tea-${number}` }))
    await tx.insertEvents([orderEvent('order.created', `tea-${number}`)], number)
  })
}
