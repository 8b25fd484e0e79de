import { randomBytes } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import type { AuditReport } from '../shared/contract/audit.ts'
import { audit } from './audit/audit.ts'
import type { AuditOptions } from './audit/options.ts'
import type { ToolkitConfig } from './config.ts'
import type { HttpApp } from './http/app.ts'
import { listen } from './http/listen.ts'
import type { PageAssets } from './http/page-assets.ts'
import { createShutdown } from './http/shutdown.ts'
import { createHttpSurface } from './http-surface.ts'
import { createOrderManagement } from './mini-program/order-management.ts'
import { systemClock } from './platform/clock.ts'
import { createIds, type Ids } from './platform/ids.ts'
import { createLogger, type Logger } from './platform/logger.ts'
import type { HttpClient } from './providers/http.ts'
import { guardHttp } from './providers/http-guarded.ts'
import { createHttpClient } from './providers/http-undici.ts'
import { createProviders } from './providers/registry.ts'
import { type ProviderAccount, routePayment } from './providers/router.ts'
import { createPostgresStore } from './store/postgres.ts'
import { createSqliteStore } from './store/sqlite.ts'
import type { Store } from './store/store.ts'
import { createAttention } from './usecases/attention.ts'
import type { Accounts, Deps } from './usecases/deps.ts'
import { UseCaseError } from './usecases/errors.ts'
import { nudgeQuery } from './usecases/nudge-query.ts'
import type { ShippingDeps } from './usecases/shipping-deps.ts'
import type { WebhookDeps } from './usecases/webhook-deps.ts'
import { createAddressRule } from './webhooks/address.ts'
import { createGuardedSender } from './webhooks/guarded-sender.ts'
import type { WebhookSender } from './webhooks/sender.ts'
import { type TargetRules, targetProblem } from './webhooks/target.ts'
import { createWechat } from './wechat.ts'
import { applyInbox } from './workers/apply-inbox.ts'
import { deliverWebhooks } from './workers/deliver-webhooks.ts'
import { followRefunds } from './workers/follow-refunds.ts'
import { importSettlementDays } from './workers/import-settlement-days.ts'
import { WorkLoop } from './workers/loop.ts'
import { reconcilePayments } from './workers/reconcile-payments.ts'
import { registerOrderCentrePaths } from './workers/register-order-centre.ts'
import { uploadShipments } from './workers/upload-shipments.ts'

/** What an embedding app or a test may bring of its own; everything left out is the real thing. */
export interface ToolkitParts {
  readonly clock?: Clock
  readonly ids?: Ids
  readonly random?: Deps['random']
  readonly logger?: Logger
  readonly http?: HttpClient
  /** The way to merchants' receivers. */
  readonly webhookSender?: WebhookSender
  readonly store?: Store
  /** What `loadPages` answers, for those who start several toolkits. */
  readonly pages?: PageAssets
}

export interface Toolkit {
  /** The whole HTTP surface; mount it, or let `listen` serve it. */
  readonly app: HttpApp
  /** Ports and rules, for use cases called in code. */
  readonly deps: WebhookDeps & ShippingDeps
  readonly workers: WorkLoop
  /** Opens the configured port and answers with the address. */
  listen(): Promise<string>
  /** Stops accepting, answers who waits, finishes the work in hand, closes the store. */
  close(): Promise<void>
}

/**
 * Puts a toolkit together: the only place that knows the concrete classes. The schema is brought up
 * to date and the workers run when it resolves. Throws what the configuration or the database has
 * to say.
 */
export async function createToolkit(
  config: ToolkitConfig,
  parts: ToolkitParts = {},
): Promise<Toolkit> {
  const clock = parts.clock ?? systemClock
  const logger = parts.logger ?? createLogger({ clock, level: config.logLevel })
  const ownHttp = createHttpClient({ clock })
  const random = parts.random ?? Math.random
  const http = guardHttp(parts.http ?? ownHttp, { clock, random, logger })
  const accounts = createProviders(config.accounts, { http, clock })
  const store = parts.store ?? openStore(config, logger)
  await store.migrate()

  const wechat = createWechat(config, { store, http, clock, random, logger })
  const rules = webhookRules(config)
  const ownSender = createGuardedSender({ clock, rules })
  const deps: Toolkit['deps'] = {
    store,
    clock,
    logger,
    ids: parts.ids ?? createIds({ clock, randomBytes }),
    random,
    orderManagement: createOrderManagement(wechat, config.apps),
    accounts: accountsPort(accounts),
    publicUrl: config.publicUrl,
    webhooks: {
      send: parts.webhookSender ?? ownSender,
      urlProblem: (url) => targetProblem(url, rules),
    },
  }
  const attention = createAttention(clock, (paymentId) =>
    nudgeQuery(deps, paymentId).catch((error: unknown) =>
      logger.warn('payment.nudgeFailed', { paymentId, error }),
    ),
  )
  const workers = startWorkers(deps)
  const shutdown = createShutdown({ clock, logger })
  const { pages } = parts
  const surface = { config, wechat, workers, pages, stopping: shutdown.stopping }
  const app = await createHttpSurface({ ...deps, attention }, surface)
  const closables = [
    { name: 'attention', close: () => attention.close() },
    { name: 'webhooks', close: () => ownSender.close() },
    { name: 'workers', close: () => workers.stop() },
    { name: 'store', close: () => store.close() },
    { name: 'http', close: () => ownHttp.close() },
  ]
  let listening: Awaited<ReturnType<typeof listen>> | undefined

  return {
    app,
    deps,
    workers,
    async listen() {
      const { maxConnections } = config.limits
      listening ??= await listen(app, { ...config.listen, maxConnections })
      logger.info('server.listening', { address: listening.address })
      return listening.address
    },
    close: () => shutdown.stop(listening?.server, closables),
  }
}

function startWorkers(deps: Toolkit['deps']): WorkLoop {
  const workers = new WorkLoop({
    ...deps,
    kinds: [
      reconcilePayments(deps),
      followRefunds(deps),
      applyInbox(deps),
      importSettlementDays(deps),
      uploadShipments(deps),
      registerOrderCentrePaths(deps),
      // Last: money goes first.
      deliverWebhooks(deps),
    ],
  })
  workers.start()
  return workers
}

export interface Auditor {
  /** Throws OutdatedBooks, and what the database has to say. */
  audit(options: AuditOptions): Promise<AuditReport>
  close(): Promise<void>
}

/** The books of a toolkit and those who can be asked about them; nothing that works or writes. */
export function createAuditor(config: Pick<ToolkitConfig, 'database' | 'accounts'>): Auditor {
  const clock = systemClock
  const http = createHttpClient({ clock })
  const accounts = accountsPort(createProviders(config.accounts, { http, clock }))
  const { database } = config
  const store =
    database.kind === 'postgres'
      ? createPostgresStore({ connectionString: database.url })
      : createSqliteStore({ path: database.path, readOnly: true })
  return {
    audit: (options) => audit({ store, clock, accounts }, options),
    async close() {
      await store.close()
      await http.close()
    },
  }
}

function openStore({ database }: ToolkitConfig, logger: Logger): Store {
  return database.kind === 'postgres'
    ? createPostgresStore({ connectionString: database.url, logger })
    : createSqliteStore({ path: database.path })
}

const THIS_MACHINE = ['127.0.0.0/8', '::1']

/** In the sandbox the merchant's receiver stands on this machine; in production nothing may. */
function webhookRules({ mode, webhooks }: ToolkitConfig): TargetRules {
  const strict = mode === 'production'
  const networks = strict ? webhooks.allowNetworks : [...webhooks.allowNetworks, ...THIS_MACHINE]
  return { strict, isAllowed: createAddressRule(networks) }
}

function accountsPort(accounts: readonly ProviderAccount[]): Accounts {
  const byId = new Map(accounts.map((account) => [account.provider.accountId, account]))
  return {
    byId: (accountId) => byId.get(accountId),
    all: () => accounts,
    route(wish) {
      const route = routePayment(accounts, wish)
      if (route.ok) return route.candidates
      throw new UseCaseError(route.code, { accounts: route.accounts })
    },
  }
}
