import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../../sandbox/index.ts'
import { createRandom } from '../../sandbox/random.ts'
import { Refused } from '../../scripts/demo/front-end.ts'
import { Merchant } from '../../scripts/demo/merchant.ts'
import { Payer } from '../../scripts/demo/payer.ts'
import { freePort } from '../../scripts/free-port.ts'
import { connectWebhooks } from '../../scripts/sandbox-accounts.ts'
import { SANDBOX_API_KEY, sandboxConfig } from '../../scripts/sandbox-config.ts'
import { createSqliteStore } from '../../server/store/sqlite.ts'
import type { Scene } from '../../shared/payment-status.ts'
import { bundleServer } from '../support/bundled-server.ts'
import { pairsOf, violations } from '../support/invariants.ts'
import { ServerProcess } from '../support/server-process.ts'

/**
 * Goal: no kill of the server, wherever it strikes, loses or doubles money. Method: the real server
 * runs as a process on a SQLite file, a payer and a merchant repeat what they got no answer to (same
 * keys), and `kill -9` strikes before, inside and after every step of a payment. Afterwards our
 * books are compared with the providers' own.
 */

const SEED = process.env['CRASH_SEED'] ?? '20260624'
const folder = mkdtempSync(join(tmpdir(), 'wechat-pay-crash-'))
const database = { kind: 'sqlite', path: join(folder, 'toolkit.db') } as const

let sandbox: Sandbox
let server: ServerProcess
let url: string
const orderRefs: string[] = []
const refundIds: string[] = []

beforeAll(async () => {
  const port = await freePort()
  url = `http://127.0.0.1:${port}`
  sandbox = await createSandbox({ seed: SEED })
  const config = sandboxConfig(sandbox, { publicUrl: url, port, database })
  server = new ServerProcess(folder, config, await bundleServer(join(folder, 'server')))
  connectWebhooks(sandbox, url)
  await server.start()
})
afterAll(async () => {
  await server.stop()
  await sandbox.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What a careful caller does: repeat until there is an answer that is not an invitation to repeat. */
async function persist<T>(step: () => Promise<T>): Promise<T> {
  const giveUpAtMs = Date.now() + 45_000
  for (;;) {
    try {
      return await step()
    } catch (error) {
      const again = !(error instanceof Refused) || isInvitation(error)
      if (!again || Date.now() > giveUpAtMs) throw error
      await setTimeout(150)
    }
  }
}

function isInvitation({ problem }: Refused): boolean {
  return problem.status >= 500 || ['paymentBusy', 'idempotencyKeyInFlight'].includes(problem.code)
}

async function crash(): Promise<void> {
  await server.kill()
  await server.start()
}

interface Line {
  readonly scene: Scene
  readonly accountId: string
  readonly currency: string
}

const STEPS = ['order', 'login', 'create', 'cashier', 'verdict', 'refund'] as const
type Step = (typeof STEPS)[number]

/** One payment from order to refund; `strike` runs beside the named step, after so many ms. */
async function live(
  orderRef: string,
  line: Line,
  strike: { step: Step; delayMs: number },
): Promise<void> {
  orderRefs.push(orderRef)
  const merchant = new Merchant(url, SANDBOX_API_KEY)
  const payer = new Payer(url, sandbox)
  async function step<T>(name: Step, work: () => Promise<T>): Promise<T> {
    if (name !== strike.step) return persist(work)
    const blow = setTimeout(strike.delayMs).then(crash)
    const [result] = await Promise.all([persist(work), blow])
    return result
  }

  const order = await step('order', () =>
    merchant.order(orderRef, { value: 1999, currency: line.currency }),
  )
  await step('login', () => payer.open(line.scene, order))
  const payment = await step('create', () =>
    payer.frontEnd.pay(orderRef, {
      scene: line.scene,
      accountId: line.accountId,
      key: `view-${orderRef}`,
      checkoutToken: order.checkoutToken,
    }),
  )
  await step('cashier', async () => {
    const { outTradeNo } = await merchant.payment(payment.paymentId)
    const there = sandbox.providers.flatMap((provider) => provider.books().payments)
    const isPaid = there.some(
      ({ reference, state }) => reference === outTradeNo && state === 'paid',
    )
    if (!isPaid) return payer.act(payment, 'pay', outTradeNo)
    // Paid, and then the shop did not answer: the browser still stands on the way back to it.
    if (payment.clientAction?.kind === 'redirect') {
      await payer.frontEnd.visit(payment.clientAction.url)
    }
  })
  await step('verdict', async () => {
    const { verdict } = await payer.frontEnd.verdict(payment.paymentId, 2_000)
    if (verdict !== 'paid') throw new Error(`still ${verdict}`)
  })
  const { refundId } = await step('refund', () =>
    merchant.refund(payment.paymentId, `refund-${orderRef}`, {
      value: 500,
      currency: line.currency,
    }),
  )
  refundIds.push(refundId)
}

const LINES = [
  { scene: 'miniProgram', accountId: 'worldline', currency: 'CNY' },
  { scene: 'officialAccount', accountId: 'wechatPay', currency: 'CNY' },
  { scene: 'mobileWeb', accountId: 'ppro', currency: 'CNY' },
  { scene: 'desktopQr', accountId: 'wooshpay', currency: 'CNY' },
  { scene: 'desktopQr', accountId: 'saferpay', currency: 'CNY' },
  { scene: 'desktopQr', accountId: 'payabl', currency: 'EUR' },
] as const

test.each(LINES)(
  '$accountId: a kill beside any step loses and doubles nothing',
  async (line) => {
    const random = createRandom(`${SEED} ${line.accountId}`)
    for (const step of STEPS) {
      const delayMs = random.int(60)
      await live(`crash-${line.accountId}-${step}`, line, { step, delayMs })
    }
  },
  180_000,
)

test('afterwards all books agree', async () => {
  // Refunds reach the wallet after minutes; a refund whose sender died is taken up again by itself.
  await sandbox.clock.advance(6 * 60_000)
  const merchant = new Merchant(url, SANDBOX_API_KEY)
  for (const refundId of refundIds) {
    await persist(async () => {
      const { status } = await merchant.refundById(refundId)
      if (status !== 'succeeded') throw new Error(`${refundId} is still ${status}`)
    })
  }
  await sandbox.worldline.notifications.idle()
  await server.stop()
  const store = createSqliteStore({ path: database.path })
  try {
    expect(orderRefs).toHaveLength(LINES.length * STEPS.length)
    expect(await violations(store, pairsOf(sandbox), orderRefs), `seed ${SEED}`).toEqual([])
    for (const orderRef of orderRefs) {
      expect((await store.order(orderRef))?.status).toBe('paid')
      const paid = (await store.paymentsOfOrder(orderRef)).filter(({ status }) => status === 'paid')
      expect(paid).toHaveLength(1)
    }
    const booked = sandbox.providers.flatMap((provider) => provider.books().payments)
    expect(booked.filter(({ state }) => state === 'paid')).toHaveLength(orderRefs.length)
  } finally {
    await store.close()
  }
}, 120_000)
