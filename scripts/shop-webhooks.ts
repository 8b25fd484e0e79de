import {
  type CreateWebhookEndpointRequest,
  type UpdateWebhookEndpointRequest,
  webhookEndpointSchema,
  webhookEndpointsSchema,
} from '../shared/contract/webhooks.ts'
import { SANDBOX_API_KEY, SANDBOX_WEBHOOK_SECRET } from './sandbox-config.ts'

const DESCRIPTION = 'The tea shop of the sandbox'

/**
 * Tells the toolkit where the tea shop hears webhooks, through the API as every merchant would. A
 * database from an earlier run knows the shop already, maybe at another port: it is told the new one.
 */
export async function connectShop(toolkitUrl: string, shopUrl: string): Promise<void> {
  const url = `${shopUrl}/shop/webhooks`
  const place = `${toolkitUrl}/v1/webhookEndpoints`
  const known = webhookEndpointsSchema.parse(await call(place, 'GET')).data
  const shop = known.find(({ description }) => description === DESCRIPTION)
  if (shop) {
    const change: UpdateWebhookEndpointRequest = { url, enabled: true }
    webhookEndpointSchema.parse(await call(`${place}/${shop.endpointId}`, 'PATCH', change))
    return
  }
  const wish: CreateWebhookEndpointRequest = {
    url,
    description: DESCRIPTION,
    secret: SANDBOX_WEBHOOK_SECRET,
  }
  await call(place, 'POST', wish)
}

async function call(url: string, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${SANDBOX_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `tea-shop-${crypto.randomUUID()}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const said: unknown = await response.json()
  if (response.ok) return said
  throw new Error(`the shop's webhooks cannot be set up: ${JSON.stringify(said)}`)
}
