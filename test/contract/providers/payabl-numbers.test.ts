import { expect, onTestFinished, test } from 'vitest'
import { createIds } from '../../../server/platform/ids.ts'
import { silentLogger } from '../../../server/platform/logger.ts'
import { createSqliteStore } from '../../../server/store/sqlite.ts'
import type { Deps } from '../../../server/usecases/deps.ts'
import { queryPayment } from '../../../server/usecases/query-payment.ts'
import { receiveNotification } from '../../../server/usecases/receive-notification.ts'
import { recordFact } from '../../../server/usecases/record-facts.ts'
import { anOrder, aPayment } from '../../support/domain.ts'
import { created, payablPair } from './payabl-world.ts'

/** A notification that names a payment by PPRO's number alone, from the wire to the books. */

async function aStoredPayment() {
  const pair = await payablPair({ behaviour: { notification: 'unsigned' } })
  const store = createSqliteStore({ path: ':memory:' })
  await store.migrate()
  onTestFinished(() => store.close())
  const { clock, provider } = pair
  const account = { provider, appIds: {} }
  const refuse = () => {
    throw new Error('nothing is routed here')
  }
  const deps: Deps = {
    store,
    clock,
    logger: silentLogger,
    ids: createIds({ clock, randomBytes: (size) => new Uint8Array(size) }),
    random: () => 0.5,
    publicUrl: 'https://shop.example',
    accounts: { byId: () => account, all: () => [account], route: refuse },
  }
  const { answer, id } = await created(pair)
  const payment = aPayment({
    accountId: 'payabl',
    status: 'created',
    scene: 'desktopQr',
    outTradeNo: 'p1001',
    providerPaymentId: null,
    payer: null,
    appId: null,
    amount: { value: 1999, currency: 'EUR' },
    expiresAtMs: clock.nowMs() + 3_600_000,
    dueAtMs: null,
  })
  await store.transaction(async (tx) => {
    await tx.insertOrder(anOrder({ amount: payment.amount }))
    await tx.insertPayment(payment)
    await recordFact(tx, deps, answer.fact)
  })
  await pair.simulator.pay(id)
  await pair.simulator.notifications.idle()
  const [notified] = pair.notifications
  if (!notified) throw new Error('nothing was notified')
  return { deps, notified, work: () => workOn(deps), status: () => store.payment('pay_1') }
}

async function workOn(deps: Deps): Promise<void> {
  const claim = { nowMs: deps.clock.nowMs(), leaseMs: 1_000, limit: 10 }
  for (const payment of await deps.store.claimDuePayments(claim)) await queryPayment(deps, payment)
}

test('a notification that names a payment by the number of PPRO alone pays it', async () => {
  const { deps, notified, work, status } = await aStoredPayment()
  await receiveNotification(deps, 'payabl', { ...notified, query: '' })
  await work()
  expect(await status()).toMatchObject({ status: 'paid' })
})

test('one of another number pays nothing, and waits', async () => {
  const { deps, notified, work, status } = await aStoredPayment()
  const body = Buffer.from(
    Buffer.from(notified.body)
      .toString()
      .replace(/TXID=\d+/, 'TXID=1'),
  )
  await receiveNotification(deps, 'payabl', { ...notified, query: '', body })
  await work()
  expect(await status()).toMatchObject({ status: 'pending' })
  expect(await deps.store.inboxRow('payabl', 'unsigned.1.SUCCEEDED')).toMatchObject({
    state: 'waiting',
  })
})
