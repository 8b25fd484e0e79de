import type { IncomingMessage } from 'node:http'
import type { ToolkitConfig } from './config.ts'
import { createApiKeyStage } from './http/api-key.ts'
import { createHttpApp, type HttpApp } from './http/app.ts'
import { createCheckoutAccess } from './http/checkout-access.ts'
import { createClientIp } from './http/client-ip.ts'
import { createIdempotency } from './http/idempotency.ts'
import { shedLoad } from './http/load.ts'
import { loadPages, type PageAssets } from './http/page-assets.ts'
import { createRateLimits, inTurn } from './http/rate-limits.ts'
import { createAuditRoutes } from './http/routes/audit.ts'
import { createCheckoutRoutes } from './http/routes/checkout.ts'
import { createPaymentCreationRoutes } from './http/routes/create-payment.ts'
import { databaseCheck, healthRoutes } from './http/routes/health.ts'
import { createJsSdkRoutes } from './http/routes/js-sdk.ts'
import { loginRoutes } from './http/routes/login.ts'
import { createNotificationRoutes } from './http/routes/notifications.ts'
import { createOrderRoutes, type MerchantStages } from './http/routes/orders.ts'
import { createPageRoutes } from './http/routes/pages.ts'
import { createPaymentRoutes } from './http/routes/payments.ts'
import { createRefundRoutes } from './http/routes/refunds.ts'
import { createReturnRoutes } from './http/routes/returns.ts'
import { createSettlementRoutes } from './http/routes/settlements.ts'
import { createShipmentRoutes } from './http/routes/shipments.ts'
import { createWebhookDeliveryRoutes } from './http/routes/webhook-deliveries.ts'
import { createWebhookEndpointRoutes } from './http/routes/webhook-endpoints.ts'
import { createSessionStage } from './http/session.ts'
import { createJsSdkConfig } from './identity/js-sdk-config.ts'
import { createMiniProgramLogin } from './identity/mini-program-login.ts'
import { createOfficialAccountLogin } from './identity/official-account-login.ts'
import { createSessions } from './identity/sessions.ts'
import { createWechatClient, type WechatApp } from './identity/wechat-client.ts'
import type { Attention } from './usecases/attention.ts'
import type { ShippingDeps } from './usecases/shipping-deps.ts'
import type { WebhookDeps } from './usecases/webhook-deps.ts'
import type { Wechat } from './wechat.ts'

export interface SurfaceParts {
  readonly config: ToolkitConfig
  readonly wechat: Wechat
  readonly workers: { healthy(): boolean }
  readonly stopping: AbortSignal
  readonly pages: PageAssets | undefined
}

/** Puts the HTTP surface together: stages, identity and routes, in an app that can be mounted. */
export async function createHttpSurface(
  deps: WebhookDeps & ShippingDeps & { readonly attention: Attention },
  { config, wechat: line, workers, stopping, pages }: SurfaceParts,
): Promise<HttpApp> {
  const { store, clock, ids, logger, publicUrl } = deps
  const sessions = createSessions({ store, ids, clock, lifetimes: config.sessionLifetimes })
  const session = createSessionStage({ sessions, clock, publicUrl })
  const idempotent = createIdempotency({ store, clock, logger })
  const { limits } = config
  const rates = createRateLimits({ clock, logger, rates: limits })
  const apiKey = inTurn(createApiKeyStage(config.merchant.apiKeys), rates.byApiKey)
  const merchant = { apiKey, idempotent }
  const wechat = createWechatClient({ api: line.api, logger })
  const apps: readonly WechatApp[] = config.apps
  const login = loginRoutes({
    miniProgramLogin: createMiniProgramLogin({ apps, wechat, sessions }),
    officialAccountLogin: createOfficialAccountLogin({
      ...deps,
      apps,
      wechat,
      sessions,
      returnPaths: config.allowedReturnPaths,
      authorizeUrl: config.wechat.authorizeUrl,
    }),
    session,
    publicUrl,
  })
  const health = healthRoutes({
    checks: { database: databaseCheck(store), workers: () => workers.healthy() },
    stopping,
    logger,
  })
  return createHttpApp({
    routers: {
      raw: [createNotificationRoutes(deps), createSettlementRoutes(deps, merchant)],
      parsed: [
        ...merchantRoutes(deps, merchant),
        createCheckoutRoutes(deps, {
          session: inTurn(session.required, rates.byPayer),
          idempotent,
          stopping,
        }),
        createReturnRoutes(deps),
        createPageRoutes({
          assets: pages ?? (await loadPages((reason) => logger.warn('pages.build', { reason }))),
          access: createCheckoutAccess(deps, sessions),
          session,
          publicUrl,
          shopUrl: config.shopUrl,
        }),
        login,
        createJsSdkRoutes(createJsSdkConfig({ ...deps, apps, tickets: line.tickets })),
        health,
      ],
    },
    logger,
    ids,
    clock,
    clientIp: clientIpFor(config),
    guards: [shedLoad(limits, deps), rates.refusals, rates.byAddress],
    stopping,
    frameAncestors: config.frameAncestors,
  })
}

function merchantRoutes(deps: WebhookDeps & ShippingDeps, merchant: MerchantStages) {
  return [
    createOrderRoutes(deps, merchant),
    createPaymentRoutes(deps, merchant),
    createRefundRoutes(deps, merchant),
    createShipmentRoutes(deps, merchant),
    createAuditRoutes(deps, merchant),
    createPaymentCreationRoutes(deps, merchant),
    createWebhookEndpointRoutes(deps, merchant),
    createWebhookDeliveryRoutes(deps, merchant),
  ]
}

/** Stands in for a payer on this machine: providers refuse addresses that nobody can have outside. */
const SANDBOX_PAYER_IP = '203.0.113.7'

function clientIpFor({ mode, trustedProxies }: ToolkitConfig): (req: IncomingMessage) => string {
  const clientIp = createClientIp(trustedProxies)
  if (mode === 'production') return clientIp
  return (req) => {
    const address = clientIp(req)
    return /^(127\.|::1$)/.test(address) ? SANDBOX_PAYER_IP : address
  }
}
