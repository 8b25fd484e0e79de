import { setTimeout } from 'node:timers/promises'
import type { Sandbox } from '../../sandbox/index.ts'
import { resolveConfig, type ToolkitConfigInput } from '../../server/config.ts'
import type { Payment } from '../../server/domain/payment.ts'
import { isUnderWay, type Refund } from '../../server/domain/refund.ts'
import { isLive } from '../../server/domain/transitions.ts'
import type { Store } from '../../server/store/store.ts'
import { createToolkit, type Toolkit } from '../../server/toolkit.ts'
import { followAdvice } from './back-office.ts'

const SECOND_MS = 1_000
const STEP_MS = 10 * 60_000
/** The longest timetable of a provider ends after about a day. */
const LONGEST_MS = 36 * 60 * 60_000

/**
 * One server more, in this process: it opens the database as the last kill left it, and goes by the
 * clock of the counterparties, so that leases, timetables and ends pass without waiting for them.
 */
export async function startHeir(
  sandbox: Sandbox,
  config: ToolkitConfigInput,
): Promise<{ toolkit: Toolkit; port: number }> {
  const listen = { host: '127.0.0.1', port: 0 }
  const resolved = resolveConfig({ ...config, listen, logLevel: 'silent' }, {})
  const toolkit = await createToolkit(resolved, { clock: sandbox.clock })
  const address = await toolkit.listen()
  return { toolkit, port: Number(new URL(address).port) }
}

/** Lets time pass about fifty times as fast until `done`. */
export async function hurry(sandbox: Sandbox, done: Promise<unknown>): Promise<void> {
  let running = true
  const ended = done.finally(() => {
    running = false
  })
  while (running) {
    await setTimeout(20)
    await sandbox.clock.advance(SECOND_MS)
  }
  await ended
}

/**
 * Moves time forward until no notification is to be repeated, no payment can be paid or is to be asked
 * about any more, and no refund is under way, while the merchant does as the advice on a refund that
 * waits for people says. Answers with what is restless after more than a day.
 */
export async function comeToRest(
  { toolkit, sandbox }: { toolkit: Toolkit; sandbox: Sandbox },
  orderRefs: readonly string[],
): Promise<readonly string[]> {
  let restless: readonly string[] = ['nothing was looked at']
  for (let passedMs = 0; passedMs < LONGEST_MS && restless.length > 0; passedMs += STEP_MS) {
    await sandbox.clock.advance(STEP_MS)
    for (const { notifications } of sandbox.providers) await notifications.idle()
    await toolkit.workers.idle()
    const { deps } = toolkit
    await followAdvice(deps, sandbox, await refundsOf(deps.store, orderRefs))
    restless = await unrest(deps.store, sandbox, orderRefs)
  }
  return restless
}

async function paymentsOf(store: Store, orderRefs: readonly string[]): Promise<Payment[]> {
  return (await Promise.all(orderRefs.map((ref) => store.paymentsOfOrder(ref)))).flat()
}

async function refundsOf(store: Store, orderRefs: readonly string[]): Promise<Refund[]> {
  const paid = (await paymentsOf(store, orderRefs)).filter(({ status }) => status === 'paid')
  return (await Promise.all(paid.map((each) => store.refundsOfPayment(each.paymentId)))).flat()
}

async function unrest(
  store: Store,
  sandbox: Sandbox,
  orderRefs: readonly string[],
): Promise<readonly string[]> {
  const waiting = sandbox.providers.flatMap(({ name, notifications }) => {
    const count = notifications.pending()
    return count === 0 ? [] : [`${name} has ${count} notifications to repeat`]
  })
  const payments = await paymentsOf(store, orderRefs)
  const live = payments.filter(({ status }) => isLive(status))
  // Money may come to light at the last look that a closed payment keeps.
  const due = payments.filter(({ status, dueAtMs }) => !isLive(status) && dueAtMs !== null)
  const refunds = await refundsOf(store, orderRefs)
  const under = refunds.filter((refund) => isUnderWay(refund))
  return [
    ...waiting,
    ...live.map(({ paymentId, status }) => `${paymentId} is still ${status}`),
    ...due.map(({ paymentId }) => `${paymentId} is still to be asked about`),
    ...under.map(({ refundId, status }) => `${refundId} is still ${status}`),
  ]
}
