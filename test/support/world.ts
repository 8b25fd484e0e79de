import { createHash } from 'node:crypto'
import { VirtualClock } from '../../sandbox/clock.ts'
import { createIds } from '../../server/platform/ids.ts'
import { silentLogger } from '../../server/platform/logger.ts'
import type { Capabilities } from '../../server/providers/provider.ts'
import { routePayment } from '../../server/providers/router.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Session, Store } from '../../server/store/store.ts'
import { type CreateOrderInput, createOrder } from '../../server/usecases/create-order.ts'
import { type CreatePaymentWish, createPayment } from '../../server/usecases/create-payment.ts'
import type { Deps } from '../../server/usecases/deps.ts'
import { UseCaseError } from '../../server/usecases/errors.ts'
import { applyInbox } from '../../server/workers/apply-inbox.ts'
import { followRefunds } from '../../server/workers/follow-refunds.ts'
import { WorkLoop } from '../../server/workers/loop.ts'
import { reconcilePayments } from '../../server/workers/reconcile-payments.ts'
import { KEYED, ScriptedProvider } from './scripted-provider.ts'

export const MINI_APP = 'wx-mini'
export const START_MS = Date.parse('2026-06-24T02:00:00Z')

/** The rules over a real store, with providers that have no wire and a clock that stands still. */
export interface World extends Deps {
  readonly clock: VirtualClock
  readonly provider: ScriptedProvider
  /** A further account by its name. */
  other(accountId: string): ScriptedProvider
  readonly session: Session
  /** Does all work that is due now. */
  work(): Promise<void>
  /** Moves the clock, and does the work that becomes due. */
  later(ms: number): Promise<void>
  anOrder(orderRef?: string, fields?: Partial<CreateOrderInput>): Promise<string>
  wish(fields?: Partial<CreatePaymentWish>): CreatePaymentWish
  close(): Promise<void>
}

export async function createWorld(
  options: {
    capabilities?: Capabilities
    store?: Store
    /** Stretches the gaps between looks; nothing does unless given. */
    random?: () => number
    /** Accounts behind the first one, asked after it. */
    others?: Readonly<Record<string, Capabilities>>
  } = {},
): Promise<World> {
  const clock = new VirtualClock(START_MS)
  const store = options.store ?? createSqliteStore({ path: ':memory:' })
  await store.migrate()
  const provider = new ScriptedProvider({
    accountId: 'scripted',
    capabilities: options.capabilities ?? KEYED,
    now: () => clock.nowMs(),
  })
  const others = Object.entries(options.others ?? {}).map(
    ([accountId, capabilities]) =>
      new ScriptedProvider({ accountId, capabilities, now: () => clock.nowMs() }),
  )
  const accounts = [provider, ...others].map((each) => ({
    provider: each,
    appIds: { miniProgram: [MINI_APP] },
  }))
  const deps: Deps = {
    store,
    clock,
    logger: silentLogger,
    ids: createIds({ clock, randomBytes: countingBytes() }),
    random: options.random ?? (() => 0),
    publicUrl: 'https://shop.example',
    accounts: {
      byId: (accountId) => accounts.find((account) => account.provider.accountId === accountId),
      all: () => accounts,
      route(wish) {
        const route = routePayment(accounts, wish)
        if (route.ok) return route.candidates
        throw new UseCaseError(route.code, { accounts: route.accounts })
      },
    },
  }
  const session: Session = {
    tokenHash: 'session',
    payer: { appId: MINI_APP, openid: 'o-liwei' },
    orderRef: null,
    createdAtMs: START_MS,
    expiresAtMs: START_MS + 1e9,
  }
  const loop = new WorkLoop({
    ...deps,
    kinds: [reconcilePayments(deps), followRefunds(deps), applyInbox(deps)],
  })
  loop.start()
  return {
    ...deps,
    clock,
    provider,
    other(accountId) {
      const found = others.find((each) => each.accountId === accountId)
      if (!found) throw new Error(`there is no account ${accountId}`)
      return found
    },
    session,
    work: () => loop.idle(),
    async later(ms) {
      await clock.advance(ms)
      await loop.idle()
    },
    async anOrder(orderRef = 'tea-1001', fields = {}) {
      await createOrder(deps, {
        orderRef,
        amount: { value: 1999, currency: 'CNY' },
        description: 'Longjing',
        payer: { appId: MINI_APP, openid: 'o-liwei' },
        goodsKind: 'physical',
        expiresAtMs: null,
        checkoutToken: `token of ${orderRef}`,
        ...fields,
      })
      return orderRef
    },
    wish: (fields = {}) => ({
      orderRef: 'tea-1001',
      scene: 'miniProgram',
      sessions: [session],
      checkoutToken: undefined,
      accountId: undefined,
      locale: 'zh-CN',
      idempotencyKey: 'key-00000001',
      payerIp: '203.0.113.7',
      deviceIsMobile: true,
      ...fields,
    }),
    async close() {
      await loop.stop()
      await store.close()
    },
  }
}

/** A paid payment, as most refund stories begin. */
export async function aPaidPayment(world: World, orderRef = 'tea-1001') {
  await world.anOrder(orderRef)
  const payment = await createPayment(
    world,
    world.wish({ orderRef, idempotencyKey: `key-of-${orderRef}` }),
  )
  world.provider.pay(payment.outTradeNo)
  await world.later(3_000)
  const paid = await world.store.payment(payment.paymentId)
  if (paid?.status !== 'paid') throw new Error(`the payment is ${paid?.status}`)
  return paid
}

/** The code of the refusal that `work` ends with. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof UseCaseError) return error.code
    throw error
  }
  throw new Error('it was not refused')
}

function countingBytes(): (size: number) => Uint8Array {
  let count = 0
  return (size) => {
    count += 1
    return createHash('sha256').update(String(count)).digest().subarray(0, size)
  }
}
