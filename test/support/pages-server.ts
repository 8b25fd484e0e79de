import { randomBytes } from 'node:crypto'
import { createHttpApp } from '../../server/http/app.ts'
import { createCheckoutAccess } from '../../server/http/checkout-access.ts'
import { createRouter, type HttpContext } from '../../server/http/context.ts'
import { listen } from '../../server/http/listen.ts'
import { loadPages } from '../../server/http/page-assets.ts'
import { createPageRoutes } from '../../server/http/routes/pages.ts'
import { createSessionStage } from '../../server/http/session.ts'
import { createSessions } from '../../server/identity/sessions.ts'
import { systemClock } from '../../server/platform/clock.ts'
import { createIds } from '../../server/platform/ids.ts'
import { silentLogger } from '../../server/platform/logger.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import { createOrder } from '../../server/usecases/create-order.ts'
import type { Deps } from '../../server/usecases/deps.ts'
import { UseCaseError } from '../../server/usecases/errors.ts'
import type { ClientAction } from '../../shared/contract/client-action.ts'
import type { Money } from '../../shared/money.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { CheckoutServer } from './checkout-server.ts'
import { KEYED, ScriptedProvider } from './scripted-provider.ts'

/** The pages as the toolkit serves them, over real orders and sessions; payments are scripted. */
export interface PagesServer {
  readonly url: string
  /** What becomes of payments: the test decides verdicts, and which requests get lost. */
  readonly payments: CheckoutServer
  /** Who arrived at the login, and where each wants to be led back to. */
  readonly logins: (string | null)[]
  /** The order is settled somewhere else, as by the Mini Program around a web-view. */
  orderBecomes(status: 'paid' | 'closed', orderRef: string): Promise<void>
  /** From now on the accounts can take money there and nowhere else. */
  takesMoneyIn(scenes: readonly Scene[]): void
  /** A new order; the answer is the link that its merchant would send. */
  anOrder(order?: Partial<TestOrder>): Promise<string>
  close(): Promise<void>
}

export interface TestOrder {
  readonly orderRef: string
  readonly amount: Money
  readonly description: string
  readonly expiresAtMs: number | null
}

export interface PagesServerOptions {
  readonly action?: ClientAction
  readonly shopUrl?: string
  /** Where the accounts of this server can take money; all that pages know unless given. */
  readonly scenes?: readonly Scene[]
}

const WEB_SCENES = ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb'] as const

export async function startPagesServer(options: PagesServerOptions = {}): Promise<PagesServer> {
  const clock = systemClock
  const ids = createIds({ clock, randomBytes })
  const store = createSqliteStore({ path: ':memory:' })
  await store.migrate()
  const lifetimes = { payerMs: 3_600_000, checkoutMs: 3_600_000 }
  const sessions = createSessions({ store, ids, clock, lifetimes })
  const publicUrl = 'http://127.0.0.1'
  let scenes: readonly Scene[] = options.scenes ?? WEB_SCENES
  const deps: Deps = {
    store,
    clock,
    ids,
    random: () => 0.5,
    logger: silentLogger,
    publicUrl,
    accounts: accountsFor(() => scenes),
  }
  const session = createSessionStage({ sessions, clock, publicUrl })
  const payments = new CheckoutServer(clock)
  if (options.action) payments.action = options.action
  const logins: (string | null)[] = []
  const pages = createPageRoutes({
    assets: await loadPages(),
    access: createCheckoutAccess(deps, sessions),
    session,
    publicUrl,
    shopUrl: options.shopUrl,
  })
  const login = createRouter().get('/v1/login/officialAccount', async (ctx) => {
    const { returnTo } = ctx.query
    logins.push(typeof returnTo === 'string' ? returnTo : null)
    const payer = { appId: 'wx-account', openid: 'o-anna' }
    session.setCookie(ctx, await sessions.open({ payer, orderRef: null }))
    ctx.redirect(typeof returnTo === 'string' ? returnTo : '/')
  })
  const app = createHttpApp({
    routers: { raw: [], parsed: [scripted(payments), login, pages] },
    logger: silentLogger,
    ids,
    clock,
    clientIp: () => '203.0.113.7',
    stopping: new AbortController().signal,
  })
  const { server, address } = await listen(app, { host: '127.0.0.1', port: 0 })
  let count = 0
  return {
    url: address,
    payments,
    logins,
    async orderBecomes(status, orderRef) {
      await store.transaction(async (tx) => {
        const order = await tx.lockOrder(orderRef)
        if (!order) throw new Error(`there is no order ${orderRef}`)
        const paidAtMs = status === 'paid' ? clock.nowMs() : null
        await tx.updateOrder({ ...order, status, paidAtMs })
      })
    },
    takesMoneyIn(able) {
      scenes = able
    },
    async anOrder(order = {}) {
      count += 1
      const { orderRef } = await createOrder(deps, {
        orderRef: `TEA-${count}`,
        amount: { value: 19_600, currency: 'CNY' },
        description: 'West Lake Longjing',
        payer: null,
        goodsKind: 'physical',
        expiresAtMs: null,
        checkoutToken: `token-of-order-${count}`,
        ...order,
      })
      return `${address}/pay/${orderRef}?t=token-of-order-${count}`
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await store.close()
    },
  }
}

/** Accounts as far as the pages ask: whether there is one for a scene. Payments are scripted. */
function accountsFor(able: () => readonly Scene[]): Deps['accounts'] {
  const account = {
    provider: new ScriptedProvider({ accountId: 'scripted', capabilities: KEYED, now: () => 0 }),
    appIds: {},
  }
  return {
    byId: () => undefined,
    all: () => [],
    route({ scene }) {
      if (!able().includes(scene)) throw new UseCaseError('sceneUnsupported')
      return [account]
    },
  }
}

/** Hands requests to the script; one that gets lost there ends the connection here. */
function scripted(payments: CheckoutServer) {
  const pass = async (ctx: HttpContext): Promise<void> => {
    const key = ctx.get('idempotency-key')
    try {
      const { status, body } = await payments.request({
        method: ctx.method === 'POST' ? 'POST' : 'GET',
        path: ctx.url,
        headers: key ? { 'idempotency-key': key } : {},
        body: ctx.request.body,
        timeoutMs: 30_000,
      })
      ctx.status = status
      ctx.body = body
    } catch {
      ctx.respond = false
      ctx.res.destroy()
    }
  }
  return createRouter()
    .post('/v1/checkout/:orderRef/payments', pass)
    .get('/v1/checkout/payments/:paymentId', pass)
}
