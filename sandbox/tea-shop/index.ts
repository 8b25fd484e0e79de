/**
 * The merchant of the sandbox: a small tea shop with its own backend. It owns the prices, orders
 * payments at the toolkit's merchant API and receives its webhooks, so that the example shows both
 * sides of every boundary. It keeps its orders in memory; the money is the toolkit's to remember.
 */
import type { Clock } from '../../shared/clock.ts'
import { serve } from '../http.ts'
import type { Random } from '../random.ts'
import { createOrderDesk, type Shipment } from './orders.ts'
import { loadShopAssets } from './page.ts'
import { createPayerDesk, type WechatAccess } from './payers.ts'
import { createShopHandler } from './routes.ts'
import { createToolkitClient } from './toolkit-client.ts'
import { createWebhookDesk, type WebhookNote } from './webhooks.ts'

export interface TeaShopOptions {
  /** Where the toolkit listens, such as `http://127.0.0.1:3000`. */
  readonly toolkitUrl: string
  /** The merchant's API key at the toolkit; it stays in this backend. */
  readonly apiKey: string
  readonly clock: Clock
  /** Order numbers and basket keys are drawn from it. */
  readonly random: Random
  /** 0 takes a free port. */
  readonly port: number
  /** Address to listen on; without it, this machine only. */
  readonly host?: string
  /** Where WeChat is, and the Mini Program's secret there; without it, payers cannot log in. */
  readonly wechat?: WechatAccess
  /** `whsec_…` of the webhook endpoint `POST /shop/webhooks`; without it, webhooks are refused. */
  readonly webhookSecret?: string
}

export interface TeaShop {
  readonly url: string
  readonly port: number
  /** The webhooks that arrived and were genuine, newest first. */
  webhooks(): readonly WebhookNote[]
  /** Sends the goods of an order off, so that its payer can confirm that they arrived. */
  ship(orderRef: string, shipment: Shipment): void
  close(): Promise<void>
}

/** Opens the shop; resolves once it listens. Throws when the port is taken. */
export async function createTeaShop(options: TeaShopOptions): Promise<TeaShop> {
  const { clock, random, port, host } = options
  const toolkit = createToolkitClient(options)
  const webhooks = options.webhookSecret
    ? createWebhookDesk({ secret: options.webhookSecret, clock })
    : null
  const desk = createOrderDesk({ toolkit, clock, random })
  const { wechat } = options
  const handler = createShopHandler({
    desk,
    payers: wechat ? createPayerDesk({ wechat, clock }) : null,
    webhooks,
    assets: await loadShopAssets(),
    random,
  })
  const server = await serve({ handler, port, ...(host ? { host } : {}) })
  return {
    url: server.url,
    port: server.port,
    webhooks: () => webhooks?.notes() ?? [],
    ship: (orderRef, shipment) => desk.ship(orderRef, shipment),
    close: () => server.close(),
  }
}
