import { afterAll, beforeAll, expect, test } from 'vitest'
import { PROVIDER_KEYS, type ProviderKey } from '../../sandbox/providers/index.ts'
import type { Scene } from '../../shared/payment-status.ts'
import type { OrderPlan, Plan } from '../simulation/plan.ts'
import { run } from '../simulation/run.ts'
import { createShared } from '../simulation/shared.ts'
import { type Shared, type SimWorld, START_MS } from '../simulation/world.ts'

/**
 * Goal: without any notification every payment is learnt of within its provider's own bound, and
 * providers that forbid polling are not polled. Method: a day of virtual time in which no
 * notification arrives and no payer comes back to the shop.
 */

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const ORDERS_PER_ACCOUNT = 12

const SCENES: Readonly<Partial<Record<ProviderKey, { scene: Scene; currency: string }>>> = {
  worldline: { scene: 'miniProgram', currency: 'CNY' },
  wechatPay: { scene: 'officialAccount', currency: 'CNY' },
  ppro: { scene: 'desktopQr', currency: 'CNY' },
  wooshpay: { scene: 'desktopQr', currency: 'CNY' },
  payabl: { scene: 'desktopQr', currency: 'EUR' },
  saferpay: { scene: 'desktopQr', currency: 'CNY' },
}

function anOrder(accountId: ProviderKey, index: number): OrderPlan {
  const { scene = 'desktopQr', currency = 'CNY' } = SCENES[accountId] ?? {}
  return {
    orderRef: `${accountId}-${index}`,
    atMs: index * ((DAY_MS - 3 * HOUR_MS) / ORDERS_PER_ACCOUNT),
    amountMinor: 1_000 + index,
    currency,
    livesMs: null,
    visits: [
      {
        afterMs: 1_000,
        scene,
        accountId,
        key: `view-${accountId}-${index}`,
        doubleTap: false,
        deed: 'payAndGo',
        deedAfterMs: 20_000,
        watches: false,
      },
    ],
    deeds: [],
  }
}

const PLAN: Plan = {
  seed: 'a day without notifications',
  troubleMs: DAY_MS,
  orders: PROVIDER_KEYS.flatMap((accountId) =>
    Array.from({ length: ORDERS_PER_ACCOUNT }, (_, index) => anOrder(accountId, index)),
  ),
  storms: [
    { route: 'notification', kind: 'refuse', chance: 1, fromMs: 0, toMs: DAY_MS, slowMs: 0 },
  ],
  deaths: [],
  incidents: [],
  skews: {},
}

let shared: Shared & { close(): void }
beforeAll(async () => {
  shared = await createShared()
})
afterAll(() => shared.close())

interface Learnt {
  readonly accountId: string
  /** From the money at the provider to `payment.paid` here. */
  readonly afterMs: number
  /** From the money to the end of the payment. */
  readonly untilEndMs: number
}

async function learntIn({ sandbox, server }: SimWorld): Promise<Learnt[]> {
  const store = server.toolkit?.deps.store
  if (!store) throw new Error('the server is gone')
  const events = await store.events({ afterSeq: 0, limit: 100_000 })
  const found: Learnt[] = []
  for (const accountId of PROVIDER_KEYS) {
    for (const booked of sandbox[accountId].books().payments) {
      const name = { accountId, outTradeNo: booked.reference, providerPaymentId: null }
      const payment = await store.paymentByNumber(name)
      const paid = events.find(
        ({ type, paymentId }) => type === 'payment.paid' && paymentId === payment?.paymentId,
      )
      if (!payment || !paid || booked.paidAtMs === null) continue
      found.push({
        accountId,
        afterMs: paid.atMs - booked.paidAtMs,
        untilEndMs: payment.expiresAtMs - booked.paidAtMs,
      })
    }
  }
  return found
}

test('a day without a single notification: every payment is learnt of in time, nobody is polled who forbids it', async () => {
  let learnt: Learnt[] = []
  let polled = Number.NaN
  let asked = Number.NaN
  let heard = Number.NaN
  const { violations, figures } = await run(PLAN, shared, async (world) => {
    learnt = await learntIn(world)
    polled = world.sandbox.ppro.pollingViolations()
    const { query, find } = world.sandbox.saferpay.faults.counters().calls
    asked = (query?.calls ?? 0) + (find?.calls ?? 0)
    heard = world.sandbox.providers.flatMap(({ notifications }) =>
      notifications.log().filter(({ status, atMs }) => status !== null && atMs < START_MS + DAY_MS),
    ).length
  })
  expect(violations).toEqual([])
  expect(figures.paid).toBe(PROVIDER_KEYS.length * ORDERS_PER_ACCOUNT)
  expect(learnt).toHaveLength(figures.paid)
  expect(heard).toBe(0)
  for (const { accountId, afterMs, untilEndMs } of learnt) {
    const isPolled = accountId !== 'ppro' && accountId !== 'saferpay'
    // Asked at growing gaps of at most five minutes; or once, five seconds after the end.
    const boundMs = isPolled ? 5 * 60_000 + 10_000 : untilEndMs + 10_000
    expect(afterMs, `${accountId} after ${afterMs} ms`).toBeLessThanOrEqual(boundMs)
  }
  expect(polled).toBe(0)
  expect(asked, 'Saferpay is asked once per payment').toBe(ORDERS_PER_ACCOUNT)
}, 120_000)
